import { inflateSync } from 'node:zlib';
import { deltaSizes } from '../../apply/delta.ts';
import { latin1 } from '../../bytes.ts';
import type { BinaryContent } from '../../change.ts';
import { Faulty, faultOf, malformed } from '../../fault-of.ts';
import { MAX_FILE_BYTES } from '../../limits.ts';
import type { PatchLine } from '../patch-lines.ts';
import { decodeBase85Line } from './base85.ts';

/** The line above binary content. */
export const BINARY_HEADER = 'GIT binary patch';

/** One of the two sides of a binary patch: what makes the new file of the old one, or the reverse. */
export type BinaryHunk = Pick<BinaryContent, 'form' | 'data'>;

export interface BinaryPatch {
  readonly forward: BinaryHunk;
  /** Null where the author left it out. */
  readonly reverse: BinaryHunk | null;
  /** Bytes that the patch stands for once it is inflated and applied. */
  readonly inflated: number;
  /** Index of the first line after it. */
  readonly next: number;
}

/** Reads the hunks below the `GIT binary patch` line at index `at`. Source of the format: git's diff.c, emit_binary_diff. @throws Faulty */
export function readBinaryPatch(lines: readonly PatchLine[], at: number): BinaryPatch {
  const forward = readHunk(lines, at + 1);
  if (forward === null) {
    throw malformed(
      at + 2,
      `Line ${at + 2} of the patch is not the start of binary content; expected "literal SIZE" or "delta SIZE".`,
      REPAIR,
    );
  }
  const reverse = readHunk(lines, forward.next);
  return {
    forward: forward.hunk,
    reverse: reverse?.hunk ?? null,
    inflated: weightOf(forward.hunk) + (reverse === null ? 0 : reverse.hunk.data.length),
    next: reverse?.next ?? forward.next,
  };
}

const REPAIR = 'Make the diff again with `git diff --binary`, and send it unchanged.';

/** What a hunk becomes: a delta of a few bytes can make a file of the largest size. */
function weightOf({ form, data }: BinaryHunk): number {
  return form === 'literal' ? data.length : (deltaSizes(Buffer.from(data, 'latin1'))?.result ?? 0);
}

const START = /^(literal|delta) (\d{1,9})$/;

/** The hunk at index `at`, with the blank line that ends it; null when none begins there. @throws Faulty */
function readHunk(
  lines: readonly PatchLine[],
  at: number,
): { readonly hunk: BinaryHunk; readonly next: number } | null {
  const start = START.exec(lines[at]?.text ?? '');
  if (start === null) return null;
  const [, form, digits] = start;
  const size = Number(digits);
  if (size > MAX_FILE_BYTES) throw tooLarge(at + 1, size);
  const { deflated, next } = readBody(lines, at + 1);
  const data = latin1(inflated(deflated, size, at + 1));
  return { hunk: { form: form === 'literal' ? 'literal' : 'delta', data }, next };
}

function readBody(
  lines: readonly PatchLine[],
  first: number,
): { readonly deflated: Uint8Array; readonly next: number } {
  const pieces: Uint8Array[] = [];
  let at = first;
  // A text whose end was trimmed lacks the blank line; whether anything else is missing is seen by its size.
  for (; at < lines.length && lines[at]?.text !== ''; at++) {
    const piece = decodeBase85Line(lines[at]?.text ?? '');
    if (piece === null)
      throw malformed(at + 1, `Line ${at + 1} of the patch is no line of binary content.`, REPAIR);
    pieces.push(piece);
  }
  return { deflated: Buffer.concat(pieces), next: at + 1 };
}

function inflated(deflated: Uint8Array, size: number, line: number): Uint8Array {
  const bytes = inflatedAtMost(deflated, size);
  if (bytes?.length === size) return bytes;
  const got = bytes === null ? `do not inflate to ${size} bytes` : `inflate to ${bytes.length} bytes`;
  throw malformed(line, `The lines below line ${line} of the patch ${got}; it announces ${size}.`, REPAIR);
}

/** Null when the bytes are no zlib stream, or stand for more than `size` bytes. */
function inflatedAtMost(deflated: Uint8Array, size: number): Uint8Array | null {
  try {
    return inflateSync(deflated, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

function tooLarge(line: number, size: number): Faulty {
  return new Faulty(
    faultOf(
      'too_large',
      {
        message: `Line ${line} of the patch announces ${size} bytes; expected at most ${MAX_FILE_BYTES}.`,
        hint: 'Leave the file out; files of this size do not travel in patches.',
      },
      { patchLine: line },
    ),
  );
}
