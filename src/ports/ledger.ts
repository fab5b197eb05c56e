import type { Format } from '../core/change/change.ts';
import type { Sha256 } from '../core/digest.ts';
import type { Lease } from '../core/lease/lease.ts';
import type { PatchId } from '../core/patch/id.ts';
import type { Lineage, MergeRule, Origin, Patch, SeriesPlace, StateName } from '../core/patch/patch.ts';
import type { PatchTerms } from '../core/patch/terms.ts';
import type { PatchEvent } from '../core/patch/transition.ts';

/**
 * Where patches live. Every write is durable when its promise resolves, and appends, in the same transaction, one
 * entry to the workspace's chain (`patch.<event>`) and one row to the outbox.
 */
export interface Ledger {
  /**
   * Stores the patches of one text, all or none, or finds those that already answer for it. The first carries the key,
   * the repetition and the lineage of all; `rest` follows it in its series.
   * @throws GhostError ledger_unavailable: nothing was stored; ledger_unknown: nobody knows whether it was
   */
  accept(first: AcceptedSubmission, ...rest: readonly AcceptedSubmission[]): Promise<Acceptance>;
  /**
   * Writes one step of a patch's life, only if nobody wrote another since `before` was read and the lease still holds.
   * While the workspace is paused no patch is claimed: that step is stale, whatever its version.
   */
  record(step: Step): Promise<Recorded>;
  find(id: PatchId): Promise<Patch | null>;
  /** Sorted by `seq`, ascending; `before` and `limit` page backwards from the newest. */
  list(query: PatchQuery): Promise<readonly Patch[]>;
  /** The patch text as it arrived, byte for byte. */
  body(id: PatchId): Promise<Uint8Array>;
  /** What a runner decides by, read in one snapshot. */
  line(workspace: string): Promise<Line>;
}

export interface AcceptedSubmission {
  readonly id: PatchId;
  readonly workspace: string;
  readonly title: string;
  readonly author: string;
  readonly origin: Origin;
  readonly format: Format;
  readonly digest: Sha256;
  readonly body: Uint8Array;
  readonly externalId: string | null;
  readonly idempotencyKey: string | null;
  readonly lineage: Lineage | null;
  readonly series: SeriesPlace | null;
  readonly merge: MergeRule;
  readonly terms: PatchTerms;
  readonly acceptedAt: number;
  /** `again` makes a new patch even though the same content is already answered for. */
  readonly repetition: 'first-receipt' | 'again';
}

export type Acceptance =
  | { readonly kind: 'accepted'; readonly patch: Patch; readonly rest: readonly Patch[] }
  /**
   * The same key and change, or the same change while none of its patches is rejected, failed, cancelled or taken off the branch. It is the same
   * by content, format and merge rule.
   */
  | { readonly kind: 'repeated'; readonly patch: Patch; readonly rest: readonly Patch[] }
  /** The key belongs to another change. */
  | { readonly kind: 'conflict'; readonly patch: Patch }
  /** What it would be the next attempt of has one already, `patch`, which was neither cancelled nor failed. */
  | { readonly kind: 'repair-taken'; readonly patch: Patch }
  /** The workspace is not registered, or is no longer: nothing was stored, whatever was accepted there before. */
  | { readonly kind: 'unknown-workspace' };

export interface Step {
  readonly before: Patch;
  readonly event: PatchEvent;
  /** `advance(before, event, at)`, computed by the caller; the store only compares versions and writes. */
  readonly after: Patch;
  readonly at: number;
  readonly actor: string;
  /** A runner's step is written only while its token is the workspace's newest; a person's has no lease. */
  readonly lease: Lease | null;
}

export type Recorded =
  | { readonly kind: 'recorded'; readonly patch: Patch }
  /** Somebody else wrote first, or the line was paused before the claim; `patch` is what stands there now. */
  | { readonly kind: 'stale'; readonly patch: Patch }
  /** A newer token exists: the caller is no longer the holder and must stop. */
  | { readonly kind: 'fenced' };

export interface PatchQuery {
  readonly workspace?: string;
  readonly states?: readonly StateName[];
  /** Only patches of the series of which this is the first. */
  readonly series?: PatchId;
  readonly limit: number;
  /** Only patches with a smaller `seq`. */
  readonly before?: number;
}

export interface Line {
  /** The queued patch with the smallest `seq`. */
  readonly head: Patch | null;
  /** How many are queued, the head included. */
  readonly queued: number;
  /** Patches that a dead runner left in checking or landing. */
  readonly unfinished: readonly Patch[];
  readonly held: readonly Patch[];
  /** The patch with the greatest landing number. */
  readonly lastLanded: Patch | null;
  /** Greatest `executedAt` of the workspace's patches. */
  readonly lastExecutedAt: number | null;
}
