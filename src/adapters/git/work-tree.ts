import type { CommitId, Path } from '../../core/git.ts';
import type { WorktreeOutcome } from '../../core/patch/patch.ts';
import type { Worktree } from '../../ports/repository.ts';
import { isAncestor } from './ancestry.ts';
import { silencedFilters } from './filters.ts';
import { headBranch } from './layout.ts';
import { addedPaths, editedInWorkTree, stagedPaths, trackedPaths, untrackedInTheWay } from './local-edits.ts';
import { type RunOptions, tryGit } from './run-git.ts';
import { dropNote, noteStanding, noteUnlessNoted, standingOf, standsAt } from './standing.ts';
import type { Trees } from './trees.ts';
import { isStateOfWorkTree, type WorkTreePlace, type WorkTreeSearch, workTreesOn } from './work-trees.ts';

export interface WorkTreeParts {
  readonly search: WorkTreeSearch;
  readonly trees: Trees;
  tip(): Promise<CommitId>;
  treeOf(commit: CommitId): Promise<string>;
}

interface Step {
  readonly from: CommitId;
  readonly to: CommitId;
  readonly options: RunOptions;
}

/**
 * The work trees in which the branch is checked out, each with its own index and HEAD; looked for anew each time. No
 * filter of the repository runs: files are compared and written as stored, apart from line ends as the repository's
 * attributes and configuration say.
 */
export class GitWorktree implements Worktree {
  readonly #parts: WorkTreeParts;

  constructor(parts: WorkTreeParts) {
    this.#parts = parts;
  }

  async localEdits(base: CommitId, paths: readonly Path[]): Promise<readonly Path[]> {
    const { places } = await workTreesOn(this.#parts.search);
    if (places.length === 0 || paths.length === 0) return [];
    // A commit that cannot be read is no state of a work tree.
    await this.#parts.treeOf(base);
    const edited = await Promise.all(places.map((place) => this.#editsIn(place, base, paths)));
    return paths.filter((path) => edited.some((found) => found.has(path)));
  }

  async follow(base: CommitId, commit: CommitId): Promise<WorktreeOutcome> {
    const { places, unreadable, lost } = await workTreesOn(this.#parts.search);
    const outcomes = await Promise.all(places.map((place) => this.#follow(place, base, commit)));
    // Unnoted, the next landing would take the index for one at `commit`, and what is missing in it for somebody's edit.
    await Promise.all(lost.map((gitDir) => noteUnlessNoted(gitDir, base)));
    if (unreadable || outcomes.includes('behind')) return 'behind';
    return outcomes.length === 0 ? 'none' : 'followed';
  }

  async #editsIn(place: WorkTreePlace, base: CommitId, paths: readonly Path[]): Promise<ReadonlySet<string>> {
    try {
      const options = await environmentOf(place);
      // What earlier landings left behind is nobody's edit.
      const standing = (await standingOf(place, base, options)) ?? base;
      const found = await this.#parts.trees.find(await this.#parts.treeOf(standing), paths);
      const edits = await Promise.all([
        stagedPaths(place, standing, { paths, options }),
        editedInWorkTree(place, { paths, options }),
        untrackedInTheWay(place, { paths, options }, found),
      ]);
      return new Set(edits.flatMap((set) => [...set]));
    } catch (error) {
      if (isStateOfWorkTree(error)) return new Set();
      throw error;
    }
  }

  async #follow(place: WorkTreePlace, base: CommitId, commit: CommitId): Promise<'followed' | 'behind'> {
    try {
      // Whoever slept through a takeover would bring back what later landings have changed.
      if ((await this.#parts.tip()) !== commit) return 'behind';
      const options = await environmentOf(place);
      const from = await standingOf(place, base, options);
      if (from === null || !(await this.#bring(place, { from, to: commit, options }))) return 'behind';
      if (await this.#isOutdated(place, { commit, options })) return 'behind';
      const isThere = (await headBranch(place.gitDir)) === this.#parts.search.branch;
      return isThere && (await standsAt(place, commit, options)) ? 'followed' : 'behind';
    } catch (error) {
      if (!isStateOfWorkTree(error)) throw error;
      await noteUnlessNoted(place.gitDir, base);
      return 'behind';
    }
  }

  /** Whether somebody landed while we wrote, possibly before us. Then our state may be the older one: it is brought on. */
  async #isOutdated(
    place: WorkTreePlace,
    { commit, options }: { commit: CommitId; options: RunOptions },
  ): Promise<boolean> {
    const tip = await this.#parts.tip();
    if (tip === commit) return false;
    if (await isAncestor(place, commit, tip)) await this.#bring(place, { from: commit, to: tip, options });
    return true;
  }

  /** A two-way merge of the index, as `git switch` does it: all of it or nothing. */
  async #bring(place: WorkTreePlace, step: Step): Promise<boolean> {
    const { from, to, options } = step;
    if (!(await this.#wouldLoseFiles(place, step))) {
      // read-tree goes by the index's file times alone; without this a touched file would count as an edited one.
      await tryGit(place, ['update-index', '-q', '--refresh'], options);
      const args = ['read-tree', '-m', '-u', '--no-recurse-submodules', from, to];
      const { exitCode } = await tryGit(place, args, options);
      if (exitCode === 0) {
        await dropNote(place.gitDir);
        return true;
      }
    }
    await noteStanding(place.gitDir, from);
    return false;
  }

  /** read-tree refuses to overwrite untracked files, but since git 2.34 not the ignored ones among them. */
  async #wouldLoseFiles(place: WorkTreePlace, { from, to, options }: Step): Promise<boolean> {
    const added = await addedPaths(place, from, to);
    const tracked = await trackedPaths(place, { paths: added, options });
    const untracked = added.filter((path) => !tracked.has(path));
    const found = await this.#parts.trees.find(await this.#parts.treeOf(from), untracked);
    return (await untrackedInTheWay(place, { paths: untracked, options }, found)).size > 0;
  }
}

async function environmentOf(place: WorkTreePlace): Promise<RunOptions> {
  return { environment: await silencedFilters(place) };
}
