import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { blobIdOf } from '../../../src/core/blob-id.ts';
import type { Path } from '../../../src/core/git.ts';
import { makePlace, opened } from './world.ts';

describe('what a repository is asked for a patch that does not fit', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  const sides = (base: string, own: string, other: string) => ({
    base: bytes(base),
    own: bytes(own),
    other: bytes(other),
  });

  it('is a version of a file by the beginning of its id, and nothing else', async (t) => {
    const place = makePlace(t);
    const { remedy, repository } = await opened(t, place);
    const { commit: tip } = await repository.tip();
    const of = { path: 'src/one.ts' as Path, tip };
    const id = place.git('rev-parse', 'HEAD:src/one.ts');
    for (const prefix of [id, id.slice(0, 7), id.slice(0, 4)])
      assert.equal(Buffer.from((await remedy.version(prefix, of)) ?? []).toString(), 'one\n', prefix);
    const tree = place.git('rev-parse', 'HEAD^{tree}');
    const elsewhere = place.gitWith('of no commit\n', {}, 'hash-object', '-w', '--stdin');
    for (const other of [
      '0000000',
      tree,
      elsewhere,
      id.slice(0, 3),
      id.toUpperCase(),
      'HEAD',
      'refs/heads/main',
      `${id}0`,
    ])
      assert.equal(await remedy.version(other, of), null, other);
    assert.equal(await remedy.version(id, { path: 'src/two.ts' as Path, tip }), null, 'of another file');
  });

  it('is no version where a branch has the name of the id, or several begin alike', async (t) => {
    const place = makePlace(t);
    const { remedy, repository } = await opened(t, place);
    const { commit: tip } = await repository.tip();
    const of = { path: 'src/one.ts' as Path, tip };
    const id = place.git('rev-parse', 'HEAD:src/one.ts');
    const start = id.slice(0, 4);
    let at = 0;
    while (blobIdOf(bytes(`${at}`), id).slice(0, 4) !== start) at++;
    place.gitWith(`${at}`, {}, 'hash-object', '-w', '--stdin');
    assert.equal(await remedy.version(start, of), null);
    place.git('branch', id.slice(0, 7));
    assert.equal(await remedy.version(id.slice(0, 7), of), null);
    assert.ok(await remedy.version(id, of), 'and the reader goes on');
  });

  it('is a merge: clean where nothing meets, with the same change on both sides made once', async (t) => {
    const place = makePlace(t);
    const { remedy } = await opened(t, place);
    const merged = await remedy.merge(sides('a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\nD\n'));
    assert.equal(merged.kind === 'clean' && Buffer.from(merged.bytes).toString(), 'A\nb\nc\nD\n');
    const same = await remedy.merge(sides('a\nb\n', 'a\nx\n', 'a\nx\n'));
    assert.equal(same.kind === 'clean' && Buffer.from(same.bytes).toString(), 'a\nx\n');
    const scratch = join(place.root, 'scratch');
    const left = readdirSync(scratch, { recursive: true }).filter((name) => `${name}`.includes('merge'));
    assert.deepEqual(left, [], 'no file stays');
  });
});
