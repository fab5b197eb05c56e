import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { matchesGlob, whyNoGlob } from '../../src/core/glob.ts';

const MATCHES: readonly (readonly [glob: string, paths: readonly string[], others: readonly string[]])[] = [
  ['src/a.ts', ['src/a.ts'], ['a.ts', 'x/src/a.ts', 'src/a.ts/b', 'src/aXts']],
  ['src/*.ts', ['src/a.ts', 'src/.ts'], ['src/b/a.ts', 'src/a.tsx', 'a.ts']],
  ['src/**', ['src/a', 'src/b/c'], ['srcs/a', 'x/src/a']],
  ['src/**/*.ts', ['src/a.ts', 'src/b/c/d.ts'], ['src/a.js', 'a.ts']],
  ['**/test/*', ['test/a', 'b/test/a'], ['test/a/b', 'tests/a']],
  ['docs/', ['docs/a', 'docs/b/c'], ['x/docs/a']],
  ['*.md', ['a.md', 'docs/b/c.md'], ['a.mdx', 'a.md/b']],
  ['package.json', ['package.json', 'web/package.json'], ['package.jsonc']],
  ['a?c/*d*e', ['abc/de', 'a😀c/xdyez'.slice(0, -1)], ['ac/de', 'abc/ed', 'abc/d/e']],
  ['**', ['a', 'a/b'], []],
  ['a/**/b/**/c', ['a/b/c', 'a/x/b/b/y/c', 'a/b/x/b/c'], ['a/c', 'a/b', 'a/b/c/d']],
];

describe('matchesGlob', () => {
  for (const [glob, paths, others] of MATCHES)
    it(`takes ${glob} as people do`, () => {
      for (const path of paths) assert.ok(matchesGlob(glob, path), `${glob} is ${path}`);
      for (const path of others) assert.ok(!matchesGlob(glob, path), `${glob} is not ${path}`);
    });

  it('does not go round in circles over what is made for it', () => {
    const glob = `${'**/a*a*a*/'.repeat(40)}z`;
    assert.equal(matchesGlob(glob, 'aaaaaaaaaaaaaaaaaaaaaaaa/'.repeat(40)), false);
  });
});

describe('whyNoGlob', () => {
  it('refuses what would quietly match nothing', () => {
    for (const glob of ['', '/src', 'a/../b', '!a', 'a.{ts,js}', '[ab].ts', 'a\\b'])
      assert.notEqual(whyNoGlob(glob), null, glob);
    for (const [glob] of MATCHES) assert.equal(whyNoGlob(glob), null);
  });
});
