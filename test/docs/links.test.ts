import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { page, ROOT } from './markdown.ts';

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...globSync('docs/*.md', { cwd: ROOT })];
const MOST_README_LINES = 120;

describe('the pages of the documentation', () => {
  it('are all there', () => {
    assert.ok(PAGES.length >= 8, PAGES.join(', '));
  });

  for (const name of PAGES) {
    it(`${name} links to and names nothing that is not there`, () => {
      const text = page(name);
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link = '']) =>
        join(dirname(name), link),
      );
      // What stands in a fence is an example, and names files of its own.
      const prose = text.replace(/^(`{3,})[\s\S]*?^\1$/gm, '');
      const files = [...prose.matchAll(/\b(?:src|test|scripts|docs)\/[\w./-]*\w/g)].map(([file]) => file);
      const missing = [...links, ...files].filter((file) => !standsSomewhere(file));
      assert.deepEqual(missing, []);
    });
  }

  it('are reached from README.md, which is short', () => {
    const readme = page('README.md');
    assert.deepEqual(
      PAGES.filter((name) => name !== 'README.md' && !readme.includes(`(${name})`)),
      [],
    );
    assert.ok(readme.split('\n').length <= MOST_README_LINES);
  });

  it('name npm scripts that exist', () => {
    const { scripts } = JSON.parse(page('package.json'));
    const named = PAGES.flatMap((name) => [...page(name).matchAll(/npm run (\w+)/g)]);
    const ours = named.map(([, script = '']) => script);
    assert.deepEqual(
      ours.filter((script) => !Object.hasOwn(scripts, script)),
      [],
    );
  });
});

/** A file, a folder, or a module named without its ending. */
function standsSomewhere(file: string): boolean {
  return existsSync(join(ROOT, file)) || existsSync(join(ROOT, `${file}.ts`));
}
