import { sha256 } from '../digest.ts';
import type { OutputDigest } from './verdict.ts';

const TAIL_BYTES = 4096;

/** Sums up what a check printed, as kept: digest, size and the last lines in a form that is safe to show. */
export function digestOutput(kept: Uint8Array, truncated: boolean): OutputDigest {
  return { sha256: sha256(kept), bytes: kept.length, truncated, tail: tailOf(kept) };
}

/** The last lines of what a check printed, for people: whole ones where there is a line break, at most 4 KiB of UTF-8 after escaping. */
function tailOf(kept: Uint8Array): string {
  const escaped = escapeControls(new TextDecoder().decode(kept.subarray(-TAIL_BYTES)));
  const bytes = new TextEncoder().encode(escaped);
  const whole = bytes.length <= TAIL_BYTES && kept.length <= TAIL_BYTES;
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
