import type { Work } from '../work.ts';
import { textOccurrences } from './text-occurrences.ts';

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

/** A file's text as it is, and with `\n` for every `\r\n`. */
export interface Findable {
  readonly text: string;
  readonly lf: string;
}

/** More places than this are not listed. */
const MAX_POSITIONS = 50;

/**
 * Looks for text that must stand exactly once, overlapping places counted: byte by byte first, and then with `\r\n` and
 * `\n` taken as equal.
 */
export function findOnce(file: Findable, part: string, work: Work): Once {
  const exact = textOccurrences(file.text, part, { limit: MAX_POSITIONS, work });
  const [first, second] = exact;
  if (second !== undefined) return { kind: 'ambiguous', positions: exact };
  if (first !== undefined) return { kind: 'once', rung: 'exact', start: first, end: first + part.length };
  return findAcrossLineEnds(file, part, work);
}

function findAcrossLineEnds({ text, lf }: Findable, sought: string, work: Work): Once {
  const part = withLf(sought);
  // Without a `\r\n` on either side this would be the same search again.
  if (part.length === sought.length && lf.length === text.length) return { kind: 'not-found' };
  const found = textOccurrences(lf, part, { limit: MAX_POSITIONS, work });
  const [first, second] = found;
  if (first === undefined) return { kind: 'not-found' };
  if (second !== undefined) return { kind: 'ambiguous', positions: ownIndexes(text, found) };
  const [start = 0, end = 0] = ownIndexes(text, [first, first + part.length]);
  return { kind: 'once', rung: 'line-ends', start, end };
}

export function withLf(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** The indexes in `text` of what has these (ascending) once every `\r\n` is `\n`. */
function ownIndexes(text: string, plain: readonly number[]): number[] {
  let crlf = text.indexOf('\r\n');
  let crlfs = 0;
  return plain.map((at) => {
    while (crlf >= 0 && crlf < at + crlfs) {
      crlfs++;
      crlf = text.indexOf('\r\n', crlf + 2);
    }
    return at + crlfs;
  });
}
