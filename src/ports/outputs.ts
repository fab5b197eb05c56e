import type { Sha256 } from '../core/digest.ts';

/** What checks printed and left, kept by content. */
export interface Outputs {
  /** Durable when resolved. */
  keep(bytes: Uint8Array): Promise<Sha256>;
  read(digest: Sha256): Promise<Uint8Array | null>;
  /** A part of it, without reading the rest. Only `read` holds the bytes to their digest. */
  readPart(digest: Sha256, part: OutputPart): Promise<ReadPart | null>;
  /** Everything that is kept. */
  list(): AsyncIterable<KeptOutput>;
  /** Nothing where it is not kept, nor where it was kept again after `keptAt`, at which `list` told of it. */
  remove(digest: Sha256, keptAt?: number): Promise<void>;
}

/** `last` bytes, or up to `bytes` of them after the first `from`. */
export type OutputPart =
  | { readonly kind: 'last'; readonly bytes: number }
  | { readonly kind: 'range'; readonly from: number; readonly bytes: number };

export interface ReadPart {
  readonly from: number;
  readonly bytes: Uint8Array;
  /** Of the whole. */
  readonly total: number;
}

export interface KeptOutput {
  readonly digest: Sha256;
  /** Milliseconds since 1970. */
  readonly keptAt: number;
  /** On disk. */
  readonly storedBytes: number;
}
