import type { Format } from '../change/change.ts';
import type { Fault } from '../change/fault.ts';
import { explainFaults } from '../change/faults/explain.ts';
import { type LegibleFault, legibleFault } from '../change/faults/legible-fault.ts';
import type { CommitId } from '../git.ts';
import type { PatchId } from './id.ts';
import type { Patch } from './patch.ts';
import type { RejectReason } from './reason.ts';

/**
 * What the author of a patch is told so that the next attempt lands: the same object from a rehearsal, for a rejected
 * patch, in its summary, and for whoever asks an author on Ghost's behalf. docs/schemas has its schema.
 */
export interface RepairRequest {
  readonly version: 1;
  /** The rejected patch, which the next attempt names in `repairs`; null for a rehearsal. */
  readonly patch: PatchId | null;
  /** Null where the repository is no workspace. */
  readonly workspace: string | null;
  /** The commit on which it was tried; null where none was, because it could not be read. */
  readonly base: CommitId | null;
  /** How many repairs in a row this attempt is: 0 for a first one. */
  readonly round: number;
  /** How many more are taken. */
  readonly roundsLeft: number;
  /** Null for text that could not be told to be of any. */
  readonly format: Format | null;
  readonly faults: readonly LegibleFault[];
  /** The files that the faults are about, as they were read. */
  readonly files: readonly RequestedFile[];
  /** Ready words to the author. Ends without a newline. */
  readonly text: string;
}

interface RequestedFile {
  readonly path: string;
  readonly lines: number;
  readonly blob: string;
}

/** What was tried, and how it stands in its row of attempts. */
export interface Attempt extends Pick<RepairRequest, 'patch' | 'workspace' | 'base' | 'format' | 'round'> {
  /** How many repairs in a row are taken at all. */
  readonly rounds: number;
  readonly faults: readonly Fault[];
}

/** Where nothing is left to do, or where no other text could help, nothing is asked for. */
const REPAIRABLE: ReadonlySet<RejectReason> = new Set<RejectReason>([
  'unparsable',
  'does_not_apply',
  'path_refused',
  'gate_unusable',
  'check_failed',
  'turned_down',
]);

/** The request that a rejected patch makes of its author; null for a patch in another state, or with nothing to repair. */
export function repairRequestFor(
  patch: Patch,
  counted: { readonly round: number; readonly rounds: number },
): RepairRequest | null {
  const { id, workspace, format, state } = patch;
  if (state.name !== 'rejected' || !REPAIRABLE.has(state.reason)) return null;
  const { base, faults } = state;
  return repairRequest({ patch: id, workspace, base, format, faults, ...counted });
}

export function repairRequest(attempt: Attempt): RepairRequest {
  const { patch, workspace, base, round, rounds, format } = attempt;
  const faults = attempt.faults.map(legibleFault);
  const files = filesIn(faults);
  const roundsLeft = Math.max(0, rounds - round);
  return {
    version: 1,
    ...{ patch, workspace, base, round, roundsLeft, format, faults, files },
    text: [explainFaults(attempt.faults), filesText(files, base), ...closing({ patch, round, roundsLeft })]
      .filter((part) => part !== '')
      .join('\n\n'),
  };
}

function filesIn(faults: readonly LegibleFault[]): RequestedFile[] {
  const files = new Map<string, RequestedFile>();
  for (const { path, file } of faults) if (path !== null && file !== null) files.set(path, { path, ...file });
  return [...files.values()];
}

/** More files than this are in the list and not in the words. */
const MAX_FILES_SAID = 20;

function filesText(files: readonly RequestedFile[], base: CommitId | null): string {
  if (files.length === 0) return '';
  const said = files
    .slice(0, MAX_FILES_SAID)
    .map(({ path, lines, blob }) => `  ${path}: ${lines} ${lines === 1 ? 'line' : 'lines'}, blob ${blob}`);
  const more = files.length - said.length;
  const rest = more > 0 ? [`  (and ${more} more)`] : [];
  const at = base === null ? '' : ` at commit ${base}`;
  return [`What was read${at}; where yours is another one, read it again first:`, ...said, ...rest].join(
    '\n',
  );
}

function closing({
  patch,
  round,
  roundsLeft,
}: Pick<RepairRequest, 'patch' | 'round' | 'roundsLeft'>): string[] {
  const whole =
    'A patch lands whole or not at all: the parts that were fine were not applied either. Send all of it again, repaired.';
  if (patch === null) return [whole];
  if (roundsLeft > 0)
    return [
      whole,
      `Say that it repairs ${patch}: that is repair ${round + 1} of at most ${round + roundsLeft}.`,
    ];
  return [`This was repair ${round} in a row, and no more are taken: have a person look at it.`];
}
