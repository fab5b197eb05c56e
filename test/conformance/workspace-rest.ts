import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { CommitId } from '../../src/core/git.ts';
import {
  change,
  FILES,
  type Lacks,
  needs,
  type OpenWorkspace,
  path,
  prepared,
  raised,
} from './workspace-subject.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const sides = (base: string, own: string, other: string) => ({
  base: bytes(base),
  own: bytes(own),
  other: bytes(other),
});

/** What src/ports/repository.ts promises of `Remedy`. */
export function remedySuite(name: string, openSubject: OpenWorkspace, lacks: Lacks): void {
  const given = needs(lacks, 'remedy');
  describe(`the remedies of ${name}`, () => {
    it('are all paths of a tree, or null when they are too many', given, async (t) => {
      const { repository, remedy } = await (await openSubject(t)).open('ours');
      const { tree } = await repository.tip();
      assert.deepEqual([...((await remedy.paths(tree, 7)) ?? [])].sort(), Object.keys(FILES).sort());
      assert.equal(await remedy.paths(tree, 6), null);
    });

    it('are the versions that a file had, by the beginning of their ids', given, async (t) => {
      const { repository, remedy } = await (await openSubject(t)).open('ours');
      const { commit: tip, tree } = await repository.tip();
      const standing = (await repository.snapshot(tree, [path('src/one.ts')])).get(path('src/one.ts'));
      if (standing?.kind !== 'file') throw new Error('src/one.ts is no file');
      const { blob } = standing;
      const of = { path: path('src/one.ts'), tip };
      for (const prefix of [blob, blob.slice(0, 12), blob.slice(0, 4)])
        assert.equal(Buffer.from((await remedy.version(prefix, of)) ?? []).toString(), 'one\n', prefix);
      for (const other of ['0000000', tree, blob.slice(0, 3), blob.toUpperCase(), 'HEAD', `${blob}0`])
        assert.equal(await remedy.version(other, of), null, other);
      assert.equal(await remedy.version(blob, { path: path('src/two.ts'), tip }), null, 'of another file');
    });

    it(
      'are merges: clean where nothing meets, and the same change on both sides made once',
      given,
      async (t) => {
        const { remedy } = await (await openSubject(t)).open('ours');
        const merged = await remedy.merge(sides('a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\nD\n'));
        assert.equal(merged.kind === 'clean' && Buffer.from(merged.bytes).toString(), 'A\nb\nc\nD\n');
        const same = await remedy.merge(sides('a\nb\n', 'a\nx\n', 'a\nx\n'));
        assert.equal(same.kind === 'clean' && Buffer.from(same.bytes).toString(), 'a\nx\n');
      },
    );

    it('are conflicts where both changed a place; what is binary is not merged', given, async (t) => {
      const { remedy } = await (await openSubject(t)).open('ours');
      assert.deepEqual(await remedy.merge(sides('a\nb\nc\n', 'new\na\nB\nc\n', 'a\nx\nc\n')), {
        kind: 'conflict',
        changed: [
          { base: { first: 1, lines: 0 }, own: { first: 1, lines: 1 } },
          { base: { first: 2, lines: 1 }, own: { first: 3, lines: 1 } },
        ],
      });
      assert.deepEqual(await remedy.merge(sides('a\0\n', 'b\0\n', 'c\0\n')), { kind: 'binary' });
    });
  });
}

/** What src/ports/repository.ts promises of `Worktree`: of a branch that is checked out, and of one that is not. */
export function worktreeSuite(name: string, openSubject: OpenWorkspace, lacks: Lacks): void {
  const given = needs(lacks, 'work trees');
  describe(`the work tree of ${name}`, () => {
    it('follows a landing where it is clean, and again', given, async (t) => {
      const { workTree, open, base, commit } = await landed(t, openSubject);
      const expected = workTree === null ? 'none' : 'followed';
      for (const _ of [1, 2]) assert.equal(await open.worktree.follow(base, commit), expected);
      if (workTree === null) return;
      assert.equal(readFileSync(join(workTree, 'src/one.ts'), 'utf8'), 'uno\n');
      assert.deepEqual(await open.worktree.localEdits(commit, [path('src/one.ts')]), []);
    });

    it('names local edits in the way of a landing, and no others', given, async (t) => {
      const subject = await openSubject(t);
      const { repository, worktree } = await subject.open('ours');
      const { commit } = await repository.tip();
      const paths = ['src/one.ts', 'src/two.ts', 'fresh'].map(path);
      assert.deepEqual(await worktree.localEdits(commit, paths), []);
      if (subject.workTree === null) return;
      writeFileSync(join(subject.workTree, 'src/one.ts'), 'mine\n');
      writeFileSync(join(subject.workTree, 'fresh'), 'mine\n');
      rmSync(join(subject.workTree, 'README.md'));
      const found = await worktree.localEdits(commit, paths);
      assert.deepEqual([...found].sort(), ['fresh', 'src/one.ts']);
    });

    it('stays behind where something is in the way, and touches nothing of it', given, async (t) => {
      const mine = async (folder: string) => writeFileSync(join(folder, 'src/one.ts'), 'mine\n');
      const { workTree, open, base, commit } = await landed(t, openSubject, mine);
      const expected = workTree === null ? 'none' : 'behind';
      assert.equal(await open.worktree.follow(base, commit), expected);
      if (workTree === null) return;
      assert.equal(readFileSync(join(workTree, 'src/one.ts'), 'utf8'), 'mine\n');
    });

    it('stays behind where the branch has moved on', given, async (t) => {
      const { workTree, open, base, commit, fence } = await landed(t, openSubject);
      await fence.land(await prepared(open, [change('src/one.ts', 'due\n')]));
      assert.equal(await open.worktree.follow(base, commit), workTree === null ? 'none' : 'behind');
      if (workTree === null) return;
      assert.equal(readFileSync(join(workTree, 'src/one.ts'), 'utf8'), 'one\n');
    });
  });
}

/** `src/one.ts` changed by a landing that the work tree has not followed yet. */
async function landed(
  t: TestContext,
  openSubject: OpenWorkspace,
  meanwhile: (workTree: string) => Promise<void> = async () => {},
) {
  const subject = await openSubject(t);
  const open = await subject.open('ours');
  const fence = await raised(t, open, 1);
  const intent = await prepared(open, [change('src/one.ts', 'uno\n')]);
  assert.deepEqual(await fence.land(intent), { kind: 'moved' });
  if (subject.workTree !== null) await meanwhile(subject.workTree);
  const base: CommitId = intent.base;
  return { workTree: subject.workTree, open, fence, base, commit: intent.commit };
}
