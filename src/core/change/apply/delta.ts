import { MAX_FILE_BYTES } from '../limits.ts';

/*
 * Git's delta, as packs and binary patches hold it: the size of the base, the size of the result, then instructions,
 * each a copy out of the base or bytes to insert. Source of the format: gitformat-pack(5), "Deltified representation".
 */

export interface DeltaSizes {
  readonly base: number;
  readonly result: number;
}

/** What a delta announces; null when it is cut off before it does. */
export function deltaSizes(delta: Uint8Array): DeltaSizes | null {
  const header = sizesAt(delta);
  return header === null ? null : { base: header.base, result: header.result };
}

export type DeltaOutcome =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'broken'; readonly why: string };

/** The bytes that a delta makes of `base`. Never reads outside of either, never writes more than is announced. */
export function applyDelta(base: Uint8Array, delta: Uint8Array): DeltaOutcome {
  const header = sizesAt(delta);
  if (header === null) return broken('its sizes are cut off or too large');
  if (header.base !== base.length)
    return broken(`it is made for a file of ${header.base} bytes, the file has ${base.length}`);
  if (header.result > MAX_FILE_BYTES)
    return broken(`it makes ${header.result} bytes; expected at most ${MAX_FILE_BYTES}`);
  const result = Buffer.alloc(header.result);
  let filled = 0;
  let at = header.next;
  while (at < delta.length) {
    const piece = pieceAt(delta, at, base);
    if ('why' in piece) return broken(piece.why);
    if (filled + piece.bytes.length > result.length)
      return broken(`it makes more than the ${result.length} bytes it announces`);
    result.set(piece.bytes, filled);
    filled += piece.bytes.length;
    at = piece.next;
  }
  if (filled === result.length) return { kind: 'bytes', bytes: result };
  return broken(`it makes ${filled} bytes and announces ${result.length}`);
}

function broken(why: string): DeltaOutcome {
  return { kind: 'broken', why };
}

type Piece = { readonly bytes: Uint8Array; readonly next: number } | { readonly why: string };

const COPY = 0x80;
/** A copy without a size means this one. */
const DEFAULT_COPY_SIZE = 0x1_0000;

function pieceAt(delta: Uint8Array, at: number, base: Uint8Array): Piece {
  const code = delta[at] ?? 0;
  if (code === 0) return { why: 'it has an instruction that git keeps for the future' };
  if ((code & COPY) === 0) {
    const next = at + 1 + code;
    if (next > delta.length) return { why: 'it ends inside of inserted bytes' };
    return { bytes: delta.subarray(at + 1, next), next };
  }
  const copy = copyAt(delta, at + 1, code);
  if (copy === null) return { why: 'it ends inside of a copy instruction' };
  if (copy.offset + copy.size > base.length)
    return {
      why: `it copies up to byte ${copy.offset + copy.size} of a file that has ${base.length}`,
    };
  return { bytes: base.subarray(copy.offset, copy.offset + copy.size), next: copy.next };
}

/** Each of the seven low bits says that one byte follows: four of the offset, then three of the size, low bytes first. */
function copyAt(
  delta: Uint8Array,
  first: number,
  code: number,
): { readonly offset: number; readonly size: number; readonly next: number } | null {
  let next = first;
  const numberOf = (bits: readonly number[]): number => {
    let value = 0;
    for (const [place, bit] of bits.entries()) {
      if ((code & bit) !== 0) value += (delta[next++] ?? 0) * 256 ** place;
    }
    return value;
  };
  const offset = numberOf([0x01, 0x02, 0x04, 0x08]);
  const size = numberOf([0x10, 0x20, 0x40]) || DEFAULT_COPY_SIZE;
  return next > delta.length ? null : { offset, size, next };
}

/** Sizes have at most five bytes: more than any file that is small enough to be patched. */
const MAX_SIZE_BYTES = 5;

function sizesAt(delta: Uint8Array): (DeltaSizes & { readonly next: number }) | null {
  const base = sizeAt(delta, 0);
  const result = base === null ? null : sizeAt(delta, base.next);
  return base === null || result === null
    ? null
    : { base: base.value, result: result.value, next: result.next };
}

/** Seven bits a byte, low ones first; the high bit says that another byte follows. */
function sizeAt(delta: Uint8Array, first: number): { readonly value: number; readonly next: number } | null {
  let value = 0;
  for (let at = first; at < Math.min(delta.length, first + MAX_SIZE_BYTES); at++) {
    const byte = delta[at] ?? 0;
    value += (byte & 0x7f) * 128 ** (at - first);
    if ((byte & 0x80) === 0) return { value, next: at + 1 };
  }
  return null;
}
