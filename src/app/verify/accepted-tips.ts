import type { CommitId } from '../../core/git.ts';
import type { Entry } from '../../core/ledger/entry.ts';
import type { Baseline } from '../../core/workspace.ts';
import type { Needs } from '../needs.ts';

/** One time that an operator took the branch as it was, with what came of it. */
export interface Acceptance extends Pick<Entry, 'at' | 'actor'> {
  readonly tip: CommitId;
  readonly reason: string;
  /** Landed commits that it took note of as gone, and that are not on the branch now. */
  gone: number;
  /** Commits on the branch that name patches which nobody landed with this ledger. */
  foreign: number;
}

/** Since the workspace was added for the last time: where it began, and each tip that was accepted. */
export interface AcceptedTips {
  readonly began: CommitId | null;
  readonly acceptances: readonly Acceptance[];
}

export async function acceptedTips({ chains }: Pick<Needs, 'chains'>, name: string): Promise<AcceptedTips> {
  const told = (await chains.entriesAbout(name)).filter(({ chain }) => chain === name);
  const since = told.findLastIndex(({ type }) => type === 'workspace.added');
  const added = told[since]?.data as { readonly baseline?: Baseline } | undefined;
  const accepted = told.filter(({ type }, index) => type === 'workspace.tip_accepted' && index > since);
  return { began: added?.baseline?.tip ?? null, acceptances: accepted.map(acceptanceIn) };
}

function acceptanceIn({ at, actor, data }: Entry): Acceptance {
  const { tip, reason } = data as unknown as Pick<Acceptance, 'tip' | 'reason'>;
  return { at, actor, tip, reason, gone: 0, foreign: 0 };
}

/** The first acceptance that found a commit in this place; null for one that was there when the workspace was added. */
export function acceptedWith(
  place: number,
  { began, acceptances }: AcceptedTips,
  placeOf: ReadonlyMap<CommitId, number>,
): Acceptance | null {
  if (began !== null && place <= (placeOf.get(began) ?? -1)) return null;
  return acceptances.find(({ tip }) => place <= (placeOf.get(tip) ?? -1)) ?? null;
}

/** One sentence for each: who took the branch, when, why, and with what. */
export function sayAcceptance({ at, actor, reason, gone, foreign }: Acceptance): string {
  const found = [
    ...(gone === 0
      ? []
      : [`${gone === 1 ? '1 landed commit was' : `${gone} landed commits were`} taken off`]),
    ...(foreign === 0
      ? []
      : [`${foreign === 1 ? '1 commit' : `${foreign} commits`} of another ledger came on`]),
  ];
  const by = `${new Date(at).toISOString()}, accepted by ${actor}: ${reason}`;
  return found.length === 0
    ? `the branch was taken as it was at ${by}`
    : `${found.join(' and ')} the branch before ${by}`;
}
