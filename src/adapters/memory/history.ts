import type { FileChange } from '../../core/change/change.ts';
import { editsOf } from '../../core/change/render/from-files.ts';
import { renderChange } from '../../core/change/render/render.ts';
import type { CommitId } from '../../core/git.ts';
import type { History, HistoryCommit } from '../../ports/repository.ts';
import { commitIn, type Objects, type StoredFile, type StoredTree, treeIn } from './objects.ts';
import { buildTree } from './trees.ts';

export function memoryHistory(objects: Objects, tip: () => CommitId): History {
  const { commits } = objects;
  const isAncestor = (ancestor: CommitId, descendant: CommitId) => {
    if (!commits.has(ancestor)) return false;
    for (const commit of chain(objects, descendant)) if (commit.id === ancestor) return true;
    return false;
  };
  return {
    async *since(from) {
      const upTo = from === null ? new Set() : new Set([...chain(objects, from)].map(({ id }) => id));
      yield* [...chain(objects, tip())].filter(({ id }) => !upTo.has(id)).reverse();
    },
    async holds(commit) {
      return isAncestor(commit, tip());
    },
    async isAncestor(ancestor, descendant) {
      return isAncestor(ancestor, descendant);
    },
    async commit(id) {
      return commits.get(id) ?? null;
    },
    async treeWith(base, files) {
      return buildTree({ ...objects, trees: new Map(objects.trees) }, base, files);
    },
    async diff(from, to) {
      const treeOf = (commit: CommitId) => treeIn(objects, commitIn(objects, commit).tree);
      const edits = editsOf(changesBetween(treeOf(from), treeOf(to)));
      const rendered = renderChange({ title: null, edits }, 'git-diff');
      if (rendered.kind !== 'text') throw new TypeError('a git diff can say every change of files');
      return Buffer.from(rendered.text, 'latin1');
    },
  };
}

/** From a commit back to the root. Commits have one parent here, so that the chain is all that came before. */
function* chain(objects: Objects, from: CommitId): Generator<HistoryCommit> {
  for (let at: CommitId | null = from; at !== null; ) {
    const commit = commitIn(objects, at);
    yield commit;
    at = commit.parent;
  }
}

function changesBetween(before: StoredTree, after: StoredTree): FileChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .map((path) => ({ path, before: before.get(path) ?? null, after: after.get(path) ?? null }))
    .filter((change) => !isSame(change.before, change.after));
}

function isSame(one: StoredFile | null, other: StoredFile | null): boolean {
  return one?.blob === other?.blob && one?.mode === other?.mode;
}
