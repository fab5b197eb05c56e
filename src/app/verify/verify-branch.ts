import { GhostError } from '../../core/errors.ts';
import type { CommitId } from '../../core/git.ts';
import type { Baseline } from '../../core/workspace.ts';
import type { History } from '../../ports/repository.ts';

export interface BranchRead {
  /** The place on the branch, from its root on, of each commit that names a patch: all that is kept of a long branch. */
  readonly places: ReadonlyMap<CommitId, number>;
  /** The places of those commits that were asked for, as far as they are on the branch. */
  readonly placeOf: ReadonlyMap<CommitId, number>;
  /** Commits in all, whatever they name. */
  readonly length: number;
  /** Nobody has to answer for commits in places below this one, up to the baseline; null where there is no baseline. */
  readonly answerableFrom: number | null;
  /** False when it could not be read: then nothing is known of what is on it. */
  readonly isRead: boolean;
  readonly problems: readonly string[];
}

/** What the branch itself says was landed on it. A commit that cannot be read ends it: what is below is not known. */
export async function readBranch(
  history: History,
  baseline: Baseline | null,
  asked: ReadonlySet<CommitId>,
): Promise<BranchRead> {
  try {
    return { ...(await placesOf(history, baseline, asked)), isRead: true, problems: [] };
  } catch (error) {
    const isAboutOne =
      error instanceof GhostError && (error.code === 'integrity_broken' || error.code === 'git_failed');
    if (!isAboutOne) throw error;
    const problems = [`the branch cannot be read: ${error.message}`];
    const nothing = { places: new Map(), placeOf: new Map(), length: 0, answerableFrom: null };
    return { ...nothing, isRead: false, problems };
  }
}

async function placesOf(
  history: History,
  baseline: Baseline | null,
  asked: ReadonlySet<CommitId>,
): Promise<Omit<BranchRead, 'isRead' | 'problems'>> {
  const places = new Map<CommitId, number>();
  const placeOf = new Map<CommitId, number>();
  let answerableFrom = baseline === null ? null : 0;
  let place = 0;
  for await (const { id, patch } of history.since(null)) {
    if (patch !== null) places.set(id, place);
    if (asked.has(id)) placeOf.set(id, place);
    place += 1;
    if (id === baseline?.tip) answerableFrom = place;
  }
  return { places, placeOf, length: place, answerableFrom };
}
