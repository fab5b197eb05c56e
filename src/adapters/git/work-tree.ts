import type { CommitId, Path } from '../../core/git.ts';
import type { WorktreeOutcome } from '../../core/patch/patch.ts';
import type { Worktree } from '../../ports/repository.ts';
import type { GitPlace } from './environment.ts';
import { silencedFilters } from './filters.ts';
import { gitDirOf, headBranch } from './layout.ts';
import { addedPaths, editedInWorkTree, stagedPaths, trackedPaths, untrackedInTheWay } from './local-edits.ts';
import { type Finished, type RunOptions, tryGit } from './run-git.ts';
import type { Trees } from './trees.ts';

export interface WorkTreeParts {
  readonly searchPath: string;
  readonly workTree: string | null;
  readonly branch: string;
  readonly trees: Trees;
  treeOf(commit: CommitId): Promise<string>;
}

/**
 * The work tree in which the branch is checked out, with its own index and HEAD. It is asked anew each time whether it
 * is still there and still on the branch. No filter of the repository runs: files are compared and written as stored,
 * apart from line ends as the repository's attributes and configuration say.
 */
export class GitWorktree implements Worktree {
  readonly #parts: WorkTreeParts;

  constructor(parts: WorkTreeParts) {
    this.#parts = parts;
  }

  async localEdits(base: CommitId, paths: readonly Path[]): Promise<readonly Path[]> {
    const place = await this.#place();
    if (!place || paths.length === 0) return [];
    const found = await this.#parts.trees.find(await this.#parts.treeOf(base), paths);
    const options = await this.#options(place);
    const [staged, edited, inTheWay] = await Promise.all([
      stagedPaths(place, base, { paths, options }),
      editedInWorkTree(place, { paths, options }),
      untrackedInTheWay(place.workTree, paths, found),
    ]);
    return paths.filter((path) => staged.has(path) || edited.has(path) || inTheWay.has(path));
  }

  async follow(base: CommitId, commit: CommitId): Promise<WorktreeOutcome> {
    const place = await this.#place();
    if (!place) return 'none';
    const options = await this.#options(place);
    if (await this.#wouldLoseFiles(place, { base, commit, options })) return 'behind';
    // read-tree goes by the index's file times alone; without this a touched file would count as an edited one.
    await tryGit(place, ['update-index', '-q', '--refresh'], options);
    const args = ['read-tree', '-m', '-u', '--no-recurse-submodules', base, commit];
    const finished: Finished = await tryGit(place, args, options);
    return finished.exitCode === 0 ? 'followed' : 'behind';
  }

  /** read-tree refuses to overwrite untracked files, but since git 2.34 not the ignored ones among them. */
  async #wouldLoseFiles(
    place: GitPlace & { readonly workTree: string },
    { base, commit, options }: { base: CommitId; commit: CommitId; options: RunOptions },
  ): Promise<boolean> {
    const added = await addedPaths(place, base, commit);
    const tracked = await trackedPaths(place, { paths: added, options });
    const untracked = added.filter((path) => !tracked.has(path));
    const found = await this.#parts.trees.find(await this.#parts.treeOf(base), untracked);
    return (await untrackedInTheWay(place.workTree, untracked, found)).size > 0;
  }

  async #place(): Promise<(GitPlace & { readonly workTree: string }) | null> {
    const { workTree, searchPath, branch } = this.#parts;
    const gitDir = workTree === null ? null : await gitDirOf(workTree);
    if (workTree === null || !gitDir || (await headBranch(gitDir)) !== branch) return null;
    return { searchPath, gitDir, workTree };
  }

  async #options(place: GitPlace): Promise<RunOptions> {
    return { environment: await silencedFilters(place) };
  }
}
