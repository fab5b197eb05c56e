import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileSummaries } from '../../../src/adapters/files/summaries.ts';
import { temporaryDirectory } from './temporary.ts';

describe('fileSummaries', () => {
  it('writes both forms where it says', async (t) => {
    const directory = await temporaryDirectory(t);
    const summaries = fileSummaries(directory);
    const paths = await summaries.write('p_1', { markdown: '# p_1\n', json: '{}', files: [] });
    assert.deepEqual(paths, {
      markdown: join(directory, 'p_1.summary.md'),
      json: join(directory, 'p_1.summary.json'),
    });
    assert.equal(summaries.pathOf('p_1'), paths.markdown);
    assert.equal(await readFile(paths.markdown, 'utf8'), '# p_1\n');
    assert.equal(await summaries.read('p_1', 'json'), '{}');
  });

  it('puts what a summary shows into a folder beside it, and nowhere else', async (t) => {
    const directory = await temporaryDirectory(t);
    const bytes = Uint8Array.of(1, 2, 3);
    const write = (path: string) =>
      fileSummaries(directory).write('p_1', { markdown: '', json: '{}', files: [{ path, bytes }] });
    await write('p_1/home-after.png');
    assert.deepEqual([...(await readFile(join(directory, 'p_1', 'home-after.png')))], [1, 2, 3]);
    await assert.rejects(write('../elsewhere.png'), /cannot be part of a file name/);
    await assert.rejects(write('p_1/../../elsewhere.png'), /stands in one folder/);
  });

  it('replaces an earlier summary', async (t) => {
    const summaries = fileSummaries(await temporaryDirectory(t));
    await summaries.write('p_1', { markdown: 'old', json: '1', files: [] });
    await summaries.write('p_1', { markdown: 'new', json: '2', files: [] });
    assert.equal(await summaries.read('p_1', 'markdown'), 'new');
  });

  it('takes away what a writer left that was killed while it wrote', async (t) => {
    const directory = await temporaryDirectory(t);
    const left = `p_0.summary.json.${randomUUID()}.tmp`;
    for (const name of [left, 'notes.tmp']) await writeFile(join(directory, name), '{');
    await fileSummaries(directory).write('p_1', { markdown: 'new', json: '2', files: [] });
    assert.deepEqual((await readdir(directory)).sort(), ['notes.tmp', 'p_1.summary.json', 'p_1.summary.md']);
  });

  it('has none of a patch that is not finished', async (t) => {
    assert.equal(await fileSummaries(await temporaryDirectory(t)).read('p_2', 'markdown'), null);
  });

  it('refuses ids that would leave the directory', async (t) => {
    const summaries = fileSummaries(await temporaryDirectory(t));
    for (const id of ['../x', 'a/b', '', '.', '-x', 'a\0b']) {
      assert.throws(() => summaries.pathOf(id), { code: 'input_invalid' });
    }
  });
});
