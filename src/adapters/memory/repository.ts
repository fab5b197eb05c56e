import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { blobIdOf } from '../../core/blob-id.ts';
import { fail } from '../../core/errors.ts';
import type { CommitId, FileMode, Path } from '../../core/git.ts';
import type { Workspace } from '../../core/workspace.ts';
import type {
  Checkout,
  OpenRepository,
  Repository,
  RepositoryProbe,
  Worktree,
} from '../../ports/repository.ts';
import { type BranchState, memoryDestination } from './destination.ts';
import { memoryHistory } from './history.ts';
import {
  commitIn,
  emptyObjects,
  type Objects,
  type StoredTree,
  treeIn,
  writeCommit,
  writeTree,
} from './objects.ts';
import { memoryRemedy } from './remedy.ts';
import { buildTree, snapshotOf } from './trees.ts';

/** A repository with one branch. */
export interface MemoryRepository {
  readonly objects: Objects;
  readonly branch: string;
  readonly state: BranchState;
}

export interface FirstFile {
  readonly path: string;
  readonly text: string;
  readonly mode?: FileMode;
}

/** A repository whose branch has one commit with these files. */
export function memoryRepository(branch: string, files: readonly FirstFile[], date = 0): MemoryRepository {
  const objects = emptyObjects();
  const tree: StoredTree = new Map(
    files.map(({ path, text, mode = '100644' }) => {
      const bytes = Buffer.from(text, 'utf8');
      return [path as Path, { mode, blob: blobIdOf(bytes, SHA1_LIKE), bytes }];
    }),
  );
  const tip = writeCommit(objects, {
    tree: writeTree(objects, tree),
    parent: null,
    message: 'First\n',
    date,
  });
  return { objects, branch, state: { tip, fence: null, raised: 0 } };
}

const SHA1_LIKE = '0'.repeat(40);

/**
 * Workspaces in memory, by `gitDir`: the readable specification of the ports of a repository. No branch is ever checked
 * out anywhere; only `checkout` touches the disk, because what checks run on has to be there.
 */
export function memoryRepositories(options: {
  readonly installation: string;
  readonly repositories: ReadonlyMap<string, MemoryRepository>;
}): { open(workspace: Workspace): Promise<OpenRepository> } & RepositoryProbe {
  const find = (path: string, branch: string | null) => {
    const found = options.repositories.get(path);
    if (found === undefined)
      throw fail('repository_invalid', { path, problem: 'there is none of that name' });
    if (branch !== null && branch !== found.branch)
      throw fail('branch_unknown', { branch, path, known: found.branch });
    return found;
  };
  return {
    async open({ gitDir, branch, name }) {
      const { objects, state } = find(gitDir, branch);
      const history = memoryHistory(objects, () => state.tip);
      const { installation } = options;
      return {
        repository: repositoryOf(objects, () => state.tip),
        history,
        destination: memoryDestination({ installation, workspace: name, state, history }),
        worktree: NO_WORKTREE,
        remedy: memoryRemedy(objects),
      };
    },
    examine: async () => undefined,
    async inspect(path, branch) {
      return { gitDir: path, workTree: null, branch: find(path, branch).branch };
    },
  };
}

const NO_WORKTREE: Worktree = {
  localEdits: async () => [],
  follow: async () => 'none',
};

function repositoryOf(objects: Objects, tipOf: () => CommitId): Repository {
  return {
    async tip() {
      const { id, tree, committedAt } = commitIn(objects, tipOf());
      return { commit: id, tree, committedAt };
    },
    async snapshot(tree, paths) {
      return snapshotOf(treeIn(objects, tree), paths);
    },
    async buildTree(base, files) {
      return buildTree(objects, base, files);
    },
    async commit(draft) {
      return writeCommit(objects, draft);
    },
    async checkout(tree) {
      return checkoutOf(treeIn(objects, tree));
    },
    async close() {
      // Nothing is open.
    },
  };
}

async function checkoutOf(tree: StoredTree): Promise<Checkout> {
  const directory = await mkdtemp(join(tmpdir(), 'ghost-memory-'));
  for (const [path, { mode, bytes }] of tree) {
    const file = join(directory, Buffer.from(path, 'latin1').toString('utf8'));
    await mkdir(dirname(file), { recursive: true });
    if (mode === '120000') await symlink(Buffer.from(bytes).toString('utf8'), file);
    else await writeFile(file, bytes, { mode: mode === '100755' ? 0o755 : 0o644 });
  }
  return { path: directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
