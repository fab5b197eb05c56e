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
 * `\n` taken as equal. Where the first finds one place and the second more, the line ends alone would decide; they do only
 * if the text itself says `\r\n`. No place begins or ends inside a `\r\n`.
 */
export function findOnce(file: Findable, part: string, work: Work): Once {
  const found = textOccurrences(file.text, part, { limit: MAX_POSITIONS, work });
  const exact = found.filter(
    (start) => !splitsLineEnd(file.text, start) && !splitsLineEnd(file.text, start + part.length),
  );
  const [first, second] = exact;
  if (second !== undefined) return { kind: 'ambiguous', positions: exact };
  if (first === undefined) return findAcrossLineEnds(file, part, work);
  const twins = part.includes('\n') && !part.includes('\r') ? twinsOf(file, { part, exact }, work) : [];
  if (twins.length > 1) return { kind: 'ambiguous', positions: twins };
  return { kind: 'once', rung: 'exact', start: first, end: first + part.length };
}

function splitsLineEnd(text: string, at: number): boolean {
  return text[at] === '\n' && text[at - 1] === '\r';
}

/** Where the text stands with any line ends, the missing one at the end of the file among them. */
function twinsOf(
  { text, lf }: Findable,
  { part, exact }: { readonly part: string; readonly exact: readonly number[] },
  work: Work,
): number[] {
  // Without a `\r\n` this would be the same search again.
  const found =
    lf.length === text.length ? [...exact] : textOccurrences(lf, part, { limit: MAX_POSITIONS, work });
  const open = part.slice(0, -1);
  const endsOpen = part.endsWith('\n') && open !== '' && lf.endsWith(open);
  return ownIndexes(text, endsOpen ? [...found, lf.length - open.length] : found);
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
