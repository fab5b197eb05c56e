import { type Sha256, sha256 } from '../digest.ts';
import type { OutputDigest } from './verdict.ts';

/** How much of the end of an output its last lines are taken from. */
export const TAIL_BYTES = 4096;

/** Sums up what a check printed, as kept: digest, size and the last lines in a form that is safe to show. */
export function digestOutput(kept: Uint8Array, truncated: boolean): OutputDigest {
  return summedUp({ sha256: sha256(kept), bytes: kept.length, last: kept.subarray(-TAIL_BYTES) }, truncated);
}

/** The same for one whose digest is known; `last` are its last 4 KiB, or all where it has fewer. */
export function summedUp(
  {
    sha256: digest,
    bytes,
    last,
  }: { readonly sha256: Sha256; readonly bytes: number; readonly last: Uint8Array },
  truncated: boolean,
): OutputDigest {
  return { sha256: digest, bytes, truncated, tail: tailOf(last, bytes) };
}

/** The last lines of what a check printed, for people: whole ones where there is a line break, at most 4 KiB of UTF-8 after escaping. */
function tailOf(last: Uint8Array, length: number): string {
  const escaped = escapeControls(new TextDecoder().decode(last));
  const bytes = new TextEncoder().encode(escaped);
  const whole = bytes.length <= TAIL_BYTES && length <= TAIL_BYTES;
  if (whole) return escaped;
  const cut = bytes.subarray(firstCharacterStart(bytes, Math.max(0, bytes.length - TAIL_BYTES)));
  const text = new TextDecoder().decode(cut);
  const lineEnd = text.indexOf('\n');
  return lineEnd >= 0 && lineEnd < text.length - 1 ? text.slice(lineEnd + 1) : text;
}

function firstCharacterStart(bytes: Uint8Array, from: number): number {
  let start = from;
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return start;
}

/** Terminal escapes, bidirectional overrides and other invisible controls become visible; line breaks and tabs stay. */
function escapeControls(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
      character === '\n' || character === '\t' ? character : escapeOf(character),
    );
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
