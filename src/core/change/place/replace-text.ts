import type { Rung } from '../change.ts';
import { dominantEol, fileLines } from '../file-lines.ts';
import { textOccurrences } from './occurrences.ts';

/** Literal replacement in a file's text. Positions are indexes into it. */
export type Replaced =
  | { readonly kind: 'replaced'; readonly rung: Rung; readonly text: string }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'ambiguous'; readonly positions: readonly number[] };

/** More places than this are not listed. */
const MAX_POSITIONS = 50;

/**
 * Replaces `pattern`, which must stand in `text` exactly once, overlapping places counted. A pattern of several lines is
 * looked for byte by byte first and then with `\r\n` and `\n` taken as equal; the new text then gets the file's line ends.
 */
export function replaceOnce(text: string, pattern: string, replacement: string): Replaced {
  const exact = textOccurrences(text, pattern, MAX_POSITIONS);
  const [first, second] = exact;
  if (first !== undefined && second === undefined) {
    const fresh = inFileLineEnds(text, pattern, replacement);
    return replacedAt(fresh === replacement ? 'exact' : 'line-ends', text, {
      at: first,
      pattern,
      replacement: fresh,
    });
  }
  if (exact.length > 1) return { kind: 'ambiguous', positions: exact };
  return replaceAcrossLineEnds(text, pattern, replacement);
}

/** A pattern within one line says nothing about line ends, so new ones are the file's. */
function inFileLineEnds(text: string, pattern: string, replacement: string): string {
  const free = replacement.includes('\n') && !pattern.includes('\n') && !replacement.includes('\r');
  if (!free || dominantEol(fileLines(text)) === '\n') return replacement;
  return replacement.replaceAll('\n', '\r\n');
}

function replaceAcrossLineEnds(text: string, pattern: string, replacement: string): Replaced {
  const plainPattern = withLf(pattern);
  const plain = withLf(text);
  const found = textOccurrences(plain, plainPattern, MAX_POSITIONS);
  if (found.length > 1) return { kind: 'ambiguous', positions: found.map((at) => ownIndex(text, at)) };
  const [first] = found;
  if (first === undefined) return { kind: 'not-found' };
  const at = ownIndex(text, first);
  const own = text.slice(at, ownIndex(text, first + plainPattern.length));
  const fresh = own.includes('\r\n') ? withLf(replacement).replaceAll('\n', '\r\n') : withLf(replacement);
  return replacedAt('line-ends', text, { at, pattern: own, replacement: fresh });
}

function replacedAt(
  rung: Rung,
  text: string,
  change: { readonly at: number; readonly pattern: string; readonly replacement: string },
): Replaced {
  const { at, pattern, replacement } = change;
  return {
    kind: 'replaced',
    rung,
    text: text.slice(0, at) + replacement + text.slice(at + pattern.length),
  };
}

function withLf(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** The index in `text` of what has index `plain` once every `\r\n` is `\n`. */
function ownIndex(text: string, plain: number): number {
  let at = plain;
  let crlf = text.indexOf('\r\n');
  while (crlf >= 0 && crlf < at) {
    at++;
    crlf = text.indexOf('\r\n', crlf + 2);
  }
  return at;
}

/**
 * Whether text that stands nowhere was probably meant as a regular expression. Only for the hint: code is full of
 * parentheses and dots, so nothing is refused for its looks.
 */
export function looksLikeRegex(pattern: string): boolean {
  return /\.[*+]|\\[sSdDwWb]|\[\^|\(\?|^\^|\$$|\([^()]*\|[^()]*\)/.test(pattern);
}
