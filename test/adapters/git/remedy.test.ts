import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { blobIdOf } from '../../../src/core/blob-id.ts';
import { FILES, makePlace, opened } from './world.ts';

describe('what a repository is asked for a patch that does not fit', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  const sides = (base: string, own: string, other: string) => ({
    base: bytes(base),
    own: bytes(own),
    other: bytes(other),
  });

  it('are all paths of a tree, or nothing when they are too many', async (t) => {
    const { repository, remedy } = await opened(t, makePlace(t));
    const { tree } = await repository.tip();
    assert.deepEqual([...((await remedy.paths(tree, 7)) ?? [])].sort(), Object.keys(FILES).sort());
    assert.equal(await remedy.paths(tree, 6), null);
  });

  it('is a blob by the beginning of its id, and by nothing else', async (t) => {
    const place = makePlace(t);
    const { remedy } = await opened(t, place);
    const id = place.git('rev-parse', 'HEAD:src/one.ts');
    for (const prefix of [id, id.slice(0, 7), id.slice(0, 4)])
      assert.equal(Buffer.from((await remedy.blob(prefix)) ?? []).toString(), 'one\n', prefix);
    const tree = place.git('rev-parse', 'HEAD^{tree}');
    for (const other of [
      '0000000',
      tree,
      id.slice(0, 3),
      id.toUpperCase(),
      'HEAD',
      'refs/heads/main',
      `${id}0`,
    ])
      assert.equal(await remedy.blob(other), null, other);
  });

  it('is no blob where a branch has the name of the id, or several begin alike', async (t) => {
    const place = makePlace(t);
    const { remedy } = await opened(t, place);
    const id = place.git('rev-parse', 'HEAD:src/one.ts');
    place.git('branch', id.slice(0, 7));
    assert.equal(await remedy.blob(id.slice(0, 7)), null);
    const firsts = new Set<string>();
    const beginning = (text: string) => blobIdOf(bytes(text), id).slice(0, 4);
    let at = 0;
    while (!firsts.has(beginning(`${at}`))) firsts.add(beginning(`${at++}`));
    const twins = [...Array(at + 1).keys()].filter((one) => beginning(`${one}`) === beginning(`${at}`));
    for (const one of twins) place.gitWith(`${one}`, {}, 'hash-object', '-w', '--stdin');
    assert.equal(await remedy.blob(beginning(`${at}`)), null);
    assert.ok(await remedy.blob(id), 'and the reader goes on');
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

  it('is a conflict where both changed a place, told by what became of the base; binary is not merged', async (t) => {
    const { remedy } = await opened(t, makePlace(t));
    const met = await remedy.merge(sides('a\nb\nc\n', 'new\na\nB\nc\n', 'a\nx\nc\n'));
    assert.deepEqual(met, {
      kind: 'conflict',
      changed: [
        { base: { first: 1, lines: 0 }, own: { first: 1, lines: 1 } },
        { base: { first: 2, lines: 1 }, own: { first: 3, lines: 1 } },
      ],
    });
    assert.deepEqual(await remedy.merge(sides('a\0\n', 'b\0\n', 'c\0\n')), { kind: 'binary' });
  });
});
