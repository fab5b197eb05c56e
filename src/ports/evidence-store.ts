import type { Sha256 } from '../core/digest.ts';
import type { PatchId } from '../core/patch/id.ts';

/** The bundles of landed patches: DSSE envelopes as JSON lines, kept by patch and content. */
export interface EvidenceStore {
  /**
   * Durable when resolved. A bundle of the same patch with other bytes stands beside it: only the one that the ledger names
   * counts, so that a holder which was outpaced takes nothing from its successor.
   */
  keep(patch: PatchId, bundle: Uint8Array): Promise<Sha256>;
  /** Null when there is none; its content is not compared with the digest. */
  read(patch: PatchId, digest: Sha256): Promise<Uint8Array | null>;
}
