import type { Sha256 } from '../core/digest.ts';

/** What checks printed, kept by content. */
export interface Outputs {
  /** Durable when resolved. */
  keep(bytes: Uint8Array): Promise<Sha256>;
  read(digest: Sha256): Promise<Uint8Array | null>;
}
