import type { Sha256 } from '../../../src/core/digest.ts';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import type { Patch } from '../../../src/core/patch/patch.ts';
import type { HistoryCommit } from '../../../src/ports/repository.ts';

/** All that is known of one workspace when everything has come to rest: plain data, so that it can be kept as JSON. */
export interface LineHistory {
  readonly workspace: string;
  /** Receipts that reached an author. */
  readonly acknowledged: readonly Acknowledged[];
  readonly patches: readonly Patch[];
  /** The workspace's chain, whole, in order. */
  readonly entries: readonly Entry[];
  /** The branch's first-parent chain from its root, oldest first. */
  readonly branch: readonly HistoryCommit[];
}

export interface Acknowledged {
  readonly id: PatchId;
  readonly key: string | null;
  readonly digest: Sha256;
}

/** A guarantee of the design that does not hold, told in a sentence. */
export interface Violation {
  readonly guarantee:
    | 'G1 durable'
    | 'G2 exactly once'
    | 'G3 gated = landed'
    | 'G4 serial'
    | 'G5 fenced'
    | 'G8 accounted';
  readonly problem: string;
}
