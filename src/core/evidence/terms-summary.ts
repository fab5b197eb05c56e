import type { TakenBack, WatchedService } from '../gate/service-debt.ts';
import { spokenOf } from '../gate/terms-of-gate.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { Entry } from '../ledger/entry.ts';
import type { Patch } from '../patch/patch.ts';
import type { Flag } from '../patch/terms.ts';

/** What a patch was held to, and what came of each of it. */
export interface TermsSummary {
  readonly phase: string | null;
  readonly flags: readonly FlagOutcome[];
  /** How services answered that were asked again after it landed; null where none was. */
  readonly watched: Watched | null;
}

interface FlagOutcome {
  readonly flag: Flag;
  /** `open`: the patch did not come so far, or nobody could find out. */
  readonly outcome: 'kept' | 'broken' | 'open';
  readonly says: string;
}

interface Watched {
  readonly services: readonly WatchedService[];
  readonly revert: TakenBack;
}

/** What is known when a flag is summed up. */
interface Known {
  readonly patch: Patch;
  /** Of the gate that was asked last; empty where none was. */
  readonly verdicts: readonly Verdict[];
  readonly watched: Watched | null;
  readonly wasGated: boolean;
}

export function termsSummary(
  patch: Patch,
  verdicts: readonly Verdict[],
  entries: readonly Entry[],
): TermsSummary {
  const watched = watchedIn(entries.findLast(({ type }) => type === 'patch.watched'));
  const wasGated = entries.some(({ type }) => type === 'patch.checked');
  const known = { patch, verdicts, watched, wasGated };
  const { phase, flags } = patch.terms;
  return { phase, flags: flags.map((flag) => outcomeOf(flag, known)), watched };
}

function outcomeOf(flag: Flag, known: Known): FlagOutcome {
  const { state } = known.patch;
  if (state.name === 'failed' && state.detail.startsWith(`${flag}:`))
    return { flag, outcome: 'broken', says: state.detail };
  const told = WORDS[flag](known);
  if (told !== null) return { flag, ...told };
  const says = state.name === 'landed' ? 'its services are not asked again yet' : 'the patch did not land';
  return { flag, outcome: 'open', says };
}

type Told = Omit<FlagOutcome, 'flag'> | null;

const WORDS: Readonly<Record<Flag, (known: Known) => Told>> = {
  enforceValidationGate: ({ patch, verdicts }) => {
    if (patch.state.name !== 'landed') return null;
    const names = verdicts
      .filter(
        ({ verdict, served, source }) => verdict === 'pass' && served === undefined && source !== 'patch',
      )
      .map(({ check }) => check);
    return names.length === 0
      ? { outcome: 'broken', says: 'no check was run on the tree that landed' }
      : kept(`ran and passed on the tree that landed: ${names.join(', ')}`);
  },
  strictRuntimeAudit: ({ patch, verdicts }) =>
    patch.state.name === 'landed'
      ? kept(
          `${verdicts.length} verdicts with whole records; ${spokenOf(verdicts).length} outputs kept and read back`,
        )
      : null,
  runDryCheck: ({ patch, wasGated }) => {
    if (patch.state.name === 'rejected' && !wasGated)
      return kept(
        `${patch.state.faults.length} faults were told together, before anything was written or run`,
      );
    return wasGated ? kept('nothing was wrong with it in memory, before anything was written or run') : null;
  },
  forceRuntimeTrace: ({ patch, verdicts, wasGated }) =>
    wasGated && verdicts.every(({ output }) => !output.truncated)
      ? kept(`all that its checks printed is kept, ${sumOf(verdicts)} bytes: \`ghost log ${patch.id}\``)
      : null,
  requireMutationProof: ({ patch }) => {
    if (patch.state.name !== 'landed') return null;
    const { paths, commit, tree } = patch.state.intent;
    return kept(
      `${paths.length} paths with their digests before and after; commit ${commit} was read back from the branch with the gated tree ${tree}`,
    );
  },
  requireServiceUptime: ({ patch, verdicts, watched }) => {
    if (patch.state.name !== 'landed') return null;
    const before = verdicts.filter(({ kind, verdict }) => kind === 'http' && verdict === 'pass');
    if (watched === null) return null;
    const those = (state: boolean | null) =>
      watched.services.flatMap(({ answers, check }) => (answers === state ? [check] : [])).join(', ');
    if (those(false) !== '')
      return { outcome: 'broken', says: `answered before it landed and not afterwards: ${those(false)}` };
    return those(null) === ''
      ? kept(`answered before and after it landed: ${before.map(({ check }) => check).join(', ')}`)
      : { outcome: 'open', says: `could not be asked after it landed: ${those(null)}` };
  },
};

function kept(says: string): Told {
  return { outcome: 'kept', says };
}

function sumOf(verdicts: readonly Verdict[]): number {
  return verdicts.reduce((sum, { output }) => sum + output.bytes, 0);
}

function watchedIn(entry: Entry | undefined): Watched | null {
  return entry === undefined ? null : (entry.data as unknown as Watched);
}
