import { GhostError } from '../core/errors.ts';
import type { CommitId } from '../core/git.ts';
import type { Baseline } from '../core/workspace.ts';
import type { History, HistoryCommit } from '../ports/repository.ts';

export interface BranchRead {
  /** Each commit that names a patch, with the name, from the oldest to the newest. */
  readonly commits: ReadonlyMap<CommitId, string>;
  /** Commits up to the baseline, which nobody has to answer for; null where there is no baseline. */
  readonly before: ReadonlySet<CommitId> | null;
  /** False when it could not be read: then nothing is known of what is on it. */
  readonly isRead: boolean;
  readonly problems: readonly string[];
}

/** What the branch itself says was landed on it. A commit that cannot be read ends it: what is below is not known. */
export async function readBranch(history: History, baseline: Baseline | null): Promise<BranchRead> {
  const { chain, problems } = await chainOf(history);
  const commits = new Map<CommitId, string>();
  for (const { id, patch } of chain) if (patch !== null) commits.set(id, patch);
  const end = chain.findIndex(({ id }) => id === baseline?.tip);
  const before = baseline === null ? null : new Set(chain.slice(0, end + 1).map(({ id }) => id));
  return { commits, before, isRead: problems.length === 0, problems };
}

async function chainOf(
  history: History,
): Promise<{ readonly chain: readonly HistoryCommit[]; readonly problems: readonly string[] }> {
  try {
    return { chain: await history.since(null), problems: [] };
  } catch (error) {
    const isAboutOne =
      error instanceof GhostError && (error.code === 'integrity_broken' || error.code === 'git_failed');
    if (!isAboutOne) throw error;
    return { chain: [], problems: [`the branch cannot be read: ${error.message}`] };
  }
}
