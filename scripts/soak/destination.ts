import { join } from 'node:path';
import { gitBytes, gitText, treeOf } from './history.ts';

/** Where a history is replayed to: a bare repository that has nothing but what was landed or put there by name. */
export interface Destination {
  readonly gitDir: string;
  tip(): { readonly commit: string; readonly tree: string };
  /** Commits the tree of `commit` on the branch as somebody else would, past Ghost. */
  putThere(commit: string): void;
  /** What git finds wrong with any object, and with any that is missing. */
  problems(): string;
}

/** A bare repository whose branch `main` begins with the tree of `first`. */
export function makeDestination(folder: string, source: string, first: string): Destination {
  gitBytes(folder, ['init', '-q', '--bare', '-b', 'main', 'replay.git']);
  const gitDir = join(folder, 'replay.git');
  carry(source, gitDir, [`${first}^{tree}`]);
  const root = gitText(gitDir, ['commit-tree', '-m', 'Begin', treeOf(source, first)]);
  gitBytes(gitDir, ['update-ref', 'refs/heads/main', root]);
  const tip = () => {
    const [commit = '', tree = ''] = gitText(gitDir, ['rev-parse', 'main', 'main^{tree}']).split('\n');
    return { commit, tree };
  };
  return {
    gitDir,
    tip,
    putThere: (commit) => {
      const { commit: parent, tree } = tip();
      carry(source, gitDir, [`${commit}^{tree}`, `^${tree}`]);
      const message = `Somebody else: ${commit}`;
      const made = gitText(gitDir, ['commit-tree', '-p', parent, '-m', message, treeOf(source, commit)]);
      gitBytes(gitDir, ['update-ref', 'refs/heads/main', made, parent]);
    },
    problems: () => gitText(gitDir, ['fsck', '--strict', '--no-dangling', '--no-progress']),
  };
}

/** Copies the objects of a range of trees: no remote, no alternates, nothing of the history that was not asked for. */
function carry(source: string, gitDir: string, range: readonly string[]): void {
  const known = range.filter((name) => !name.startsWith('^') || isThere(source, name.slice(1)));
  const names = gitBytes(source, ['rev-list', '--objects', '--no-object-names', ...known]);
  const pack = gitBytes(source, ['pack-objects', '-q', '--stdout'], names);
  gitBytes(gitDir, ['unpack-objects', '-q'], pack);
}

function isThere(source: string, id: string): boolean {
  try {
    gitBytes(source, ['cat-file', '-e', id]);
    return true;
  } catch {
    return false;
  }
}
