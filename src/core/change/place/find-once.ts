import { textOccurrences } from './occurrences.ts';

/** Where literal text stands. Positions are indexes into the file's text, latin1. */
export type Once =
  | {
      readonly kind: 'once';
      readonly rung: 'exact' | 'line-ends';
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'ambiguous'; readonly positions: readonly number[] };

/** More places than this are not listed. */
const MAX_POSITIONS = 50;

/**
 * Looks for text that must stand exactly once, overlapping places counted: byte by byte first, and then with `\r\n` and
 * `\n` taken as equal.
 */
export function findOnce(text: string, part: string): Once {
  const exact = textOccurrences(text, part, MAX_POSITIONS);
  const [first, second] = exact;
  if (second !== undefined) return { kind: 'ambiguous', positions: exact };
  if (first !== undefined) return { kind: 'once', rung: 'exact', start: first, end: first + part.length };
  return findAcrossLineEnds(text, withLf(part));
}

function findAcrossLineEnds(text: string, part: string): Once {
  const found = textOccurrences(withLf(text), part, MAX_POSITIONS);
  const [first, second] = found;
  if (first === undefined) return { kind: 'not-found' };
  if (second !== undefined) return { kind: 'ambiguous', positions: found.map((at) => ownIndex(text, at)) };
  const [start, end] = [ownIndex(text, first), ownIndex(text, first + part.length)];
  return { kind: 'once', rung: 'line-ends', start, end };
}

export function withLf(text: string): string {
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
