import type { Fit, Format } from '../change/change.ts';
import type { Fault } from '../change/fault.ts';
import type { Sha256 } from '../digest.ts';
import type { BlobId, CommitId, FileMode, Path, TreeId } from '../git.ts';
import type { FencingToken } from '../lease/lease.ts';
import type { PatchId } from './id.ts';
import type { FailReason, HoldReason, RejectReason } from './reason.ts';
import type { PatchTerms } from './terms.ts';

/** Which edge a patch came in by. */
export type Origin = 'http' | 'cli' | 'slack' | 'mcp' | 'inbox' | 'demo' | 'runner';

/** How a patch relates to an earlier one, if it does. */
export type Lineage =
  | { readonly kind: 'reverts'; readonly patch: PatchId }
  /**
   * It is the same content tried again. `after` is the rejected patch of which it is the next attempt by that: the patch
   * itself, or the one that it was to repair before it was given up. Absent where it follows no rejection.
   */
  | { readonly kind: 'retries'; readonly patch: PatchId; readonly after?: PatchId }
  /** It is its author's next attempt after a rejection: the `round`th, counted from 1. */
  | { readonly kind: 'repairs'; readonly patch: PatchId; readonly round: number };

/** A patch's place among those that came in one text. It lands only after all before it have. */
export interface SeriesPlace {
  /** Id of the first patch of the series. */
  readonly first: PatchId;
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** Whether a file in which the hunks fit nowhere may be merged with the version that they were made from. */
export const MERGE_RULES = ['never', 'three-way'] as const;
export type MergeRule = (typeof MERGE_RULES)[number];

/**
 * One unit of work. What never changes after acceptance stands at the top; `state` is the fold of the patch's
 * ledger entries and `version` counts them, so that a conditional write on `version` is one on the state.
 * Times are milliseconds since 1970, UTC.
 */
export interface Patch {
  readonly id: PatchId;
  /** Order of acceptance over the whole ledger; the line of a workspace is sorted by it. */
  readonly seq: number;
  readonly workspace: string;
  readonly title: string;
  readonly author: string;
  readonly origin: Origin;
  readonly format: Format;
  /** Of the body as it arrived. */
  readonly digest: Sha256;
  readonly size: number;
  readonly externalId: string | null;
  readonly idempotencyKey: string | null;
  readonly lineage: Lineage | null;
  readonly series: SeriesPlace | null;
  readonly merge: MergeRule;
  readonly terms: PatchTerms;
  readonly acceptedAt: number;

  readonly version: number;
  readonly state: PatchState;
  /** End of the last execution that reached checking; the cooldown of the workspace counts from it. */
  readonly executedAt: number | null;
}

/** What is about to be landed, written down before the branch moves; recovery believes this and never rebuilds it. */
export interface Intent {
  readonly base: CommitId;
  readonly tree: TreeId;
  readonly commit: CommitId;
  readonly token: FencingToken;
  /** The gapless landing number of the workspace, `Ghost-Seq` in the commit. */
  readonly landingSeq: number;
  readonly paths: readonly PathDigest[];
  /** Absent for what landed before commits were signed: no evidence is owed for it. */
  readonly evidence?: EvidenceOwed;
}

/** What the evidence of a landing will tell and nobody could find out later. */
interface EvidenceOwed {
  /** The key that signed the commit. */
  readonly key: Sha256;
  readonly baseTree: TreeId;
}

/** How the hunks of one file found their place. Files without hunks have none. */
export interface PlacedFile {
  readonly path: Path;
  readonly fit: Fit;
}

/** One path before and after, by content. `null` means that nothing stood there. */
export interface PathDigest {
  readonly path: Path;
  readonly before: ContentDigest | null;
  readonly after: ContentDigest | null;
}

export interface ContentDigest {
  readonly mode: FileMode;
  readonly blob: BlobId;
  readonly sha256: Sha256;
}

/** Where the checked-out work tree stands after a landing; a bare repository has none. */
export type WorktreeOutcome = 'followed' | 'behind' | 'none';

/** Somebody took its commit off the branch, and an operator took the branch as it was then: `by`, `at` and why are theirs. */
export interface TakenOff {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}

/** The signed evidence of a landing: the bytes that are kept of it, and where they stand in the log of its workspace. */
export interface Attested {
  /** Of the bundle: the envelopes as JSON lines. The leaf of the log is this digest. */
  readonly bundle: Sha256;
  /** Index in the log, from 0. */
  readonly leaf: number;
}

/** What a patch has already cost: errors of ours met while checking it, and runners that ended with it in their hands. */
export interface Spent {
  readonly errors: number;
  readonly rescues: number;
}

export const NOTHING_SPENT: Spent = { errors: 0, rescues: 0 };

/** A patch is in exactly one state, and a state carries only what is true in it. */
export type PatchState =
  | { readonly name: 'queued'; readonly notBefore: number | null; readonly spent: Spent }
  | {
      readonly name: 'held';
      readonly reason: HoldReason;
      readonly paths: readonly Path[];
      /** In words, what is waited for; absent where the reason says it all. */
      readonly detail?: string;
      readonly spent: Spent;
    }
  | {
      readonly name: 'checking';
      readonly base: CommitId;
      readonly token: FencingToken;
      readonly spent: Spent;
    }
  | { readonly name: 'landing'; readonly intent: Intent; readonly spent: Spent }
  | {
      readonly name: 'landed';
      readonly intent: Intent;
      readonly worktree: WorktreeOutcome | null;
      /** Absent until its evidence is signed and kept. */
      readonly attested?: Attested;
      /** Absent as long as Ghost answers for its commit being on the branch. */
      readonly takenOff?: TakenOff;
    }
  | {
      readonly name: 'rejected';
      readonly reason: RejectReason;
      readonly base: CommitId | null;
      readonly faults: readonly Fault[];
    }
  | { readonly name: 'failed'; readonly reason: FailReason; readonly detail: string }
  | {
      readonly name: 'cancelled';
      readonly by: string;
      /** The patch of its series that did not land; absent where a person cancelled this one. */
      readonly brokenBy?: PatchId;
    };

export type StateName = PatchState['name'];

/** Who accepted a branch without this patch's commit; null for a patch that is on it, or never was. */
export function takenOffIn(state: PatchState): TakenOff | null {
  return (state.name === 'landed' ? state.takenOff : undefined) ?? null;
}

/** The evidence of a landing; null for a patch that has none, or has not landed. */
export function attestedIn(state: PatchState): Attested | null {
  return (state.name === 'landed' ? state.attested : undefined) ?? null;
}

/** In the order a reader expects them: still to come, at work, over. */
export const STATES = [
  'queued',
  'held',
  'checking',
  'landing',
  'landed',
  'rejected',
  'failed',
  'cancelled',
] as const satisfies readonly StateName[];

const OVER: ReadonlySet<StateName> = new Set<StateName>(['landed', 'rejected', 'failed', 'cancelled']);

/** Whether the patch has reached one of its four ends; no event but `followed`, `attested` and `taken_off` touches it any more. */
export function isOver({ name }: { readonly name: StateName }): boolean {
  return OVER.has(name);
}

/** Ends after which another patch may be the next attempt in its place. */
const GAVE_UP: ReadonlySet<StateName> = new Set<StateName>(['failed', 'cancelled']);

/** The rejected patch of which a patch is the next attempt, be it repaired or as it was; null for every other patch. */
export function attemptAfter(lineage: Lineage | null): PatchId | null {
  if (lineage?.kind === 'repairs') return lineage.patch;
  return lineage?.kind === 'retries' ? (lineage.after ?? null) : null;
}

/** Whether `patch` is the next attempt after `rejected`, and has not been given up: there is at most one such patch. */
export function isNextAttempt({ lineage, state }: Patch, rejected: PatchId): boolean {
  return attemptAfter(lineage) === rejected && !GAVE_UP.has(state.name);
}

/** How the retry of a patch that is over relates to it. Only one that is rejected has a next attempt; what had landed begins anew. */
export function retryOf({ id, lineage, state }: Patch): Extract<Lineage, { kind: 'retries' }> {
  if (state.name === 'landed') return { kind: 'retries', patch: id };
  const after = state.name === 'rejected' ? id : attemptAfter(lineage);
  return after === null ? { kind: 'retries', patch: id } : { kind: 'retries', patch: id, after };
}

/** States in which the same content for the same workspace is answered with the first receipt. */
export const ANSWERED_BY_FIRST_RECEIPT: ReadonlySet<StateName> = new Set<StateName>([
  'queued',
  'held',
  'checking',
  'landing',
  'landed',
]);
