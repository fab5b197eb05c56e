import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import type { FileChange } from '../../src/core/change/change.ts';
import type { TreeId } from '../../src/core/git.ts';
import type { OpenRepository } from '../../src/ports/repository.ts';
import {
  change,
  FILES,
  type Lacks,
  needs,
  nowhere,
  type OpenWorkspace,
  path,
  prepared,
  raised,
} from './workspace-subject.ts';

const ODD = 'with space/new\nline/ünïcode.txt';

/** What src/ports/repository.ts promises of reading and preparing: `Repository` and `History`, sentence by sentence. */
export function repositorySuite(name: string, openSubject: OpenWorkspace, lacks: Lacks): void {
  describe(`the repository of ${name}`, () => {
    it('tells the tip: its commit, its tree, and when it was committed in seconds', async (t) => {
      const { repository, history } = await (await openSubject(t)).open('ours');
      const tip = await repository.tip();
      assert.equal(tip.committedAt, 1_700_000_000);
      assert.equal((await history.commit(tip.commit))?.tree, tip.tree);
    });

    it('tells what stands at paths, and at every directory above them up to the top', async (t) => {
      const { repository } = await (await openSubject(t)).open('ours');
      const { tree } = await repository.tip();
      const seen = await repository.snapshot(tree, ['src/one.ts', 'src/one.ts/x', 'no/where'].map(path));
      assert.deepEqual([...seen].map(([place, standing]) => `${place} ${standing.kind}`).sort(), [
        ' directory',
        'no absent',
        'no/where absent',
        'src directory',
        'src/one.ts file',
        'src/one.ts/x absent',
      ]);
      const above = seen.get(path('src'));
      assert.deepEqual(above?.kind === 'directory' && [...above.names].sort(), ['deep', 'one.ts', 'two.ts']);
      const standing = seen.get(path('src/one.ts'));
      assert.ok(standing?.kind === 'file');
      assert.equal(standing.mode, '100644');
      assert.equal(Buffer.from(standing.bytes).toString(), 'one\n');
    });

    for (const [what, files] of Object.entries(CHANGES)) {
      it(`builds a tree with ${what}`, async (t) => {
        const open = await (await openSubject(t)).open('ours');
        const { tree } = await open.repository.tip();
        const built = await open.repository.buildTree(tree, files);
        assert.deepEqual(await contentsOf(open, built, files), expected(files));
        assert.equal(await open.repository.buildTree(tree, files.toReversed()), built, 'in any order');
        assert.deepEqual(await contentsOf(open, tree, []), BEFORE, 'and the base stays as it is');
      });
    }

    it('lets empty directories vanish, and gives the same tree for the same content', async (t) => {
      const { repository } = await (await openSubject(t)).open('ours');
      const { tree } = await repository.tip();
      assert.equal(await repository.buildTree(tree, []), tree);
      const without = await repository.buildTree(tree, [change('src/deep/er/three.ts', null)]);
      const seen = await repository.snapshot(without, [path('src/deep/er')]);
      assert.deepEqual(
        [seen.get(path('src/deep'))?.kind, seen.get(path('src/deep/er'))?.kind],
        ['absent', 'absent'],
      );
      const again = await repository.buildTree(without, [change('src/deep/er/three.ts', 'three\n')]);
      assert.equal(again, tree);
    });

    it('writes the same commit for the same draft, another for another, and moves no ref', async (t) => {
      const subject = await openSubject(t);
      const [one, two] = [await subject.open('ours'), await subject.open('ours')];
      const tip = await one.repository.tip();
      const tree = await one.repository.buildTree(tip.tree, [change('src/ü', 'ü\n')]);
      const message = 'Grüße\n\nGhost-Patch: p_9\nGhost-Seq: 3\n';
      const draft = { tree, parent: tip.commit, message, date: 1_700_000_100 };
      const commit = await one.repository.commit(draft);
      assert.equal(await two.repository.commit(draft), commit);
      for (const other of [
        { ...draft, date: 1_700_000_101 },
        { ...draft, tree: tip.tree },
        { ...draft, message: 'x\n' },
      ])
        assert.notEqual(await one.repository.commit(other), commit);
      assert.deepEqual(await two.repository.tip(), tip);
      assert.deepEqual(await two.history.commit(commit), {
        ...{ id: commit, tree, parent: tip.commit, committedAt: 1_700_000_100 },
        ...{ patch: 'p_9', landingSeq: 3 },
      });
    });

    it('gives private, writable copies of a tree, without .git', needs(lacks, 'checkouts'), async (t) => {
      await checksCheckouts(await (await openSubject(t)).open('ours'));
    });
  });

  describe(`the history of ${name}`, () => {
    it('is the first-parent chain, oldest first, the root included and the start left out', async (t) => {
      const subject = await openSubject(t);
      const open = await subject.open('ours');
      const { commit: root } = await open.repository.tip();
      const fence = await raised(t, open, 1);
      const landed = await prepared(open, [change('x', '1\n')]);
      await fence.land(landed);
      const byHand = await subject.moveByHand();
      const all = await Array.fromAsync(open.history.since(null));
      assert.deepEqual(
        all.map(({ id, parent, patch, landingSeq }) => [id, parent, patch, landingSeq]),
        [
          [root, null, null, null],
          [landed.commit, root, 'p_1', 7],
          [byHand, landed.commit, null, null],
        ],
      );
      assert.deepEqual(await Array.fromAsync(open.history.since(root)), all.slice(1));
      assert.deepEqual(await Array.fromAsync(open.history.since(byHand)), []);
    });

    it('holds what the branch holds: no commit that only waits, and none that is nowhere', async (t) => {
      const subject = await openSubject(t);
      const open = await subject.open('ours');
      const { history } = open;
      const { commit: root } = await open.repository.tip();
      const { commit: waiting } = await prepared(open, [change('later', 'x\n')]);
      const byHand = await subject.moveByHand();
      const none = nowhere(root);
      const held = await Promise.all([root, byHand, waiting, none].map((id) => history.holds(id)));
      assert.deepEqual(held, [true, true, false, false]);
      const pairs = [
        [root, root, true],
        [root, waiting, true],
        [waiting, root, false],
        [waiting, byHand, false],
        [none, root, false],
      ] as const;
      for (const [ancestor, descendant, is] of pairs)
        assert.equal(await history.isAncestor(ancestor, descendant), is);
      assert.equal(await history.commit(none), null);
    });

    for (const [what, files] of Object.entries(CHANGES)) {
      it(`tells which tree would have ${what}, and writes nothing`, async (t) => {
        const subject = await openSubject(t);
        const open = await subject.open('ours');
        const { tree } = await open.repository.tip();
        const told = await open.history.treeWith(tree, files);
        assert.notEqual(told, tree);
        await assert.rejects((await subject.open('ours')).repository.snapshot(told, []));
        assert.equal(await open.repository.buildTree(tree, files), told);
        assert.equal(await open.history.treeWith(told, []), told);
      });
    }

    it('tells the difference between two commits', needs(lacks, 'diffs'), async (t) => {
      const open = await (await openSubject(t)).open('ours');
      const files = [change('src/one.ts', 'uno\n'), change(ODD, 'odd\n'), change('sort0', null)];
      const { base, commit } = await prepared(open, files);
      const diff = Buffer.from(await open.history.diff(base, commit)).toString();
      for (const line of ['--- a/src/one.ts', '-one', '+uno', '+odd', 'deleted file mode 100644', '-0'])
        assert.ok(diff.split('\n').includes(line), line);
      assert.equal((await open.history.diff(commit, commit)).byteLength, 0);
    });
  });
}

const CHANGES: Readonly<Record<string, readonly FileChange[]>> = {
  'a modified file': [change('src/one.ts', 'uno\n')],
  'a new file in new directories': [change('x/y/z.txt', 'z\n')],
  'names with spaces, newlines and UTF-8': [change(ODD, 'odd\n'), change('src/ä', 'ä\n')],
  'an executable file and a symbolic link': [
    change('bin/run', '#!/bin/sh\n', '100755'),
    change('link', 'src/one.ts', '120000'),
  ],
  'a file that becomes a directory': [change('sort.a', null), change('sort.a/b', 'b\n')],
  'a directory that becomes a file': [change('sort/b', null), change('sort', 'file\n')],
  'names between which a directory sorts by its slash': [change('sort-', 'x\n'), change('sort/c', 'c\n')],
};

/** What the tree holds at the paths of `FILES` and of the changes, each with its mode. */
async function contentsOf(open: OpenRepository, tree: TreeId, files: readonly FileChange[]) {
  const paths = [...Object.keys(FILES).map(path), ...files.map((file) => file.path)];
  const seen = await open.repository.snapshot(tree, paths);
  const found = paths.flatMap((at) => {
    const standing = seen.get(at);
    return standing?.kind === 'file' ? [[at, said(standing)] as const] : [];
  });
  return Object.fromEntries(found);
}

/** What ought to be there. */
function expected(files: readonly FileChange[]) {
  const all = new Map(Object.entries(BEFORE));
  for (const { path: at, after } of files) {
    if (after === null) all.delete(at);
    else all.set(at, said(after));
  }
  return Object.fromEntries(all);
}

function said({ mode, bytes }: { readonly mode: string; readonly bytes: Uint8Array }): string {
  return `${mode} ${Buffer.from(bytes).toString()}`;
}

const BEFORE = Object.fromEntries(
  Object.entries(FILES).map(([name, content]) => [name, `100644 ${content}`]),
);

async function checksCheckouts({ repository }: OpenRepository): Promise<void> {
  const { tree } = await repository.tip();
  const built = await repository.buildTree(tree, [
    change('bin/run', '#!/bin/sh\n', '100755'),
    change('link', 'README.md', '120000'),
  ]);
  const [one, two] = [await repository.checkout(built), await repository.checkout(built)];
  assert.notEqual(one.path, two.path);
  const names = readdirSync(one.path, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(one.path, join(entry.parentPath, entry.name)));
  assert.deepEqual(names.toSorted(), [...Object.keys(FILES), 'bin/run', 'link'].toSorted());
  assert.ok((statSync(join(one.path, 'bin/run')).mode & 0o111) !== 0);
  assert.equal(readlinkSync(join(one.path, 'link')), 'README.md');
  writeFileSync(join(one.path, 'README.md'), 'mine\n');
  assert.equal(readFileSync(join(two.path, 'README.md'), 'utf8'), 'Hello\n');
  const seen = await repository.snapshot(built, [path('README.md')]);
  const standing = seen.get(path('README.md'));
  assert.equal(standing?.kind === 'file' && Buffer.from(standing.bytes).toString(), 'Hello\n');
  await Promise.all([one.remove(), two.remove()]);
  assert.deepEqual([existsSync(one.path), existsSync(two.path)], [false, false]);
}
