import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { memoryLedger } from '../../../src/adapters/memory/ledger.ts';
import { memoryRepositories, memoryRepository } from '../../../src/adapters/memory/repository.ts';
import { blobIdOf } from '../../../src/core/blob-id.ts';
import type { FileChange } from '../../../src/core/change/change.ts';
import type { CommitId, Path, TreeId } from '../../../src/core/git.ts';
import type { Lease } from '../../../src/core/lease/lease.ts';
import type { Fence, OpenRepository } from '../../../src/ports/repository.ts';
import { HandClock } from '../../world/clock.ts';

const FILES = [
  { path: 'src/one.ts', text: 'one\n' },
  { path: 'src/deep/two.ts', text: 'two\n' },
  { path: 'run', text: '#!/bin/sh\n', mode: '100755' },
] as const;

const WORKSPACE = {
  ...{ name: 'main', gitDir: '/memory', remote: null, workTree: null, branch: 'main' },
  ...{ addedAt: 0, addedBy: 'test', paused: null, baseline: null },
};

async function opened(): Promise<OpenRepository> {
  const repositories = new Map([['/memory', memoryRepository('main', FILES)]]);
  return memoryRepositories({ installation: 'here', repositories }).open(WORKSPACE);
}

function change(path: string, text: string | null): FileChange {
  const bytes = Buffer.from(text ?? '');
  return { path: path as Path, before: null, after: text === null ? null : { mode: '100644', bytes } };
}

async function built(open: OpenRepository, files: readonly FileChange[], message = 'Next\n') {
  const tip = await open.repository.tip();
  const tree = await open.repository.buildTree(tip.tree, files);
  const commit = await open.repository.commit({ tree, parent: tip.commit, message, date: 9 });
  return { tip, tree, commit };
}

async function raised(open: OpenRepository, leases: AsyncGenerator<Lease>): Promise<Fence> {
  const { value: lease } = await leases.next();
  const outcome = await open.destination.raise(lease, null, { adopt: false });
  if (outcome.kind !== 'raised') throw new Error(outcome.kind);
  return outcome.fence;
}

async function* leases(): AsyncGenerator<Lease> {
  const clock = new HandClock();
  const { leaser } = memoryLedger({ clock });
  for (;;) {
    const taken = await leaser.take({ name: 'main', owner: 'test', ttlMs: 1, above: 0 });
    if (taken.kind === 'taken') yield taken.lease;
    clock.advance(1);
  }
}

function intentOf({ tip, tree, commit }: Awaited<ReturnType<typeof built>>, fence: Fence) {
  return { base: tip.commit, tree, commit, token: fence.lease.token, landingSeq: 1, paths: [] };
}

describe('a repository in memory', () => {
  it('names blobs as git does and tells what stands at paths and above them', async () => {
    const { repository } = await opened();
    const { tree } = await repository.tip();
    const seen = await repository.snapshot(tree, ['src/one.ts', 'src/one.ts/x', 'no/where'] as Path[]);
    const kinds = [...seen].map(([path, standing]) => `${path} ${standing.kind}`).sort();
    assert.deepEqual(kinds, [
      ...[' directory', 'no absent', 'no/where absent'],
      ...['src directory', 'src/one.ts file', 'src/one.ts/x absent'],
    ]);
    const [src, one] = [seen.get('src' as Path), seen.get('src/one.ts' as Path)];
    assert.deepEqual(src?.kind === 'directory' && [...src.names].sort(), ['deep', 'one.ts']);
    assert.equal(one?.kind === 'file' && one.blob, blobIdOf(Buffer.from('one\n'), tree));
  });

  it('builds the same tree from the same files, whatever the way', async () => {
    const { repository } = await opened();
    const { tree } = await repository.tip();
    const there = await repository.buildTree(tree, [change('new/a', 'a\n'), change('src/deep/two.ts', null)]);
    const back = await repository.buildTree(there, [
      change('new/a', null),
      change('src/deep/two.ts', 'two\n'),
    ]);
    assert.notEqual(there, tree);
    assert.equal(back, tree);
    await assert.rejects(repository.buildTree(tree, [change('run/x', 'x\n')]), /file and a directory/);
    await assert.rejects(repository.buildTree('0'.repeat(40) as TreeId, []), /no tree/);
  });

  it('makes the same commit of the same draft and reads its trailers', async () => {
    const open = await opened();
    const one = await built(open, [change('a', 'a\n')], 'A\n\nGhost-Patch: p_1\nGhost-Seq: 7\n');
    const same = await built(open, [change('a', 'a\n')], 'A\n\nGhost-Patch: p_1\nGhost-Seq: 7\n');
    assert.equal(one.commit, same.commit);
    const read = await open.history.commit(one.commit);
    assert.deepEqual([read?.patch, read?.landingSeq, read?.parent], ['p_1', 7, one.tip.commit]);
    assert.equal(await open.history.holds(one.commit), false);
    assert.equal(await open.history.isAncestor(one.tip.commit, one.commit), true);
    assert.equal(await open.history.commit('f'.repeat(40) as CommitId), null);
  });

  it('moves its branch only from the base, only under the newest fence, and again without harm', async () => {
    const open = await opened();
    const given = leases();
    const stale = await raised(open, given);
    const first = await built(open, [change('a', 'a\n')]);
    const fence = await raised(open, given);
    assert.equal((await stale.land(intentOf(first, stale))).kind, 'fenced');
    assert.equal((await fence.land(intentOf(first, fence))).kind, 'moved');
    assert.equal((await fence.land(intentOf(first, fence))).kind, 'moved');
    const late = { ...first, commit: (await built(open, [change('b', 'b\n')])).commit };
    assert.equal((await fence.land(intentOf(late, fence))).kind, 'outpaced');
    assert.equal(
      (await Array.fromAsync(open.history.since(first.tip.commit))).map(({ id }) => id).join(),
      first.commit,
    );
    assert.equal((await open.destination.fence())?.token, fence.lease.token);
  });

  it('tells the difference of two commits as a diff and merges what does not touch', async () => {
    const open = await opened();
    const { tip, commit } = await built(open, [change('src/one.ts', 'uno\n'), change('run', null)]);
    const diff = Buffer.from(await open.history.diff(tip.commit, commit)).toString();
    assert.match(diff, /^diff --git a\/run b\/run\ndeleted file mode 100755\n/);
    assert.match(diff, /-one\n\+uno\n$/);
    const sides = (own: string, other: string) => ({
      ...{ base: Buffer.from('1\n2\n3\n4\n5\n'), own: Buffer.from(own), other: Buffer.from(other) },
    });
    const clean = await open.remedy.merge(sides('one\n2\n3\n4\n5\n', '1\n2\n3\n4\nfive\n'));
    assert.equal(clean.kind === 'clean' && Buffer.from(clean.bytes).toString(), 'one\n2\n3\n4\nfive\n');
    const conflict = await open.remedy.merge(sides('one\n2\n3\n4\n5\n', 'uno\n2\n3\n4\n5\n'));
    assert.equal(conflict.kind, 'conflict');
  });

  it('puts a checkout on the disk and takes it away again', async (t: TestContext) => {
    const { repository } = await opened();
    const copy = await repository.checkout((await repository.tip()).tree);
    t.after(() => copy.remove());
    assert.equal(readFileSync(join(copy.path, 'src/deep/two.ts'), 'utf8'), 'two\n');
    await copy.remove();
    assert.throws(() => readFileSync(join(copy.path, 'run')), /ENOENT/);
  });
});
