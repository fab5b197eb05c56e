import { nearest } from '../../nearest.ts';
import { legible, quoted, utf8 } from '../bytes.ts';
import type { Hunk } from '../change.ts';
import { fileLines, withoutBom, withoutEol } from '../file-lines.ts';
import { sideLines } from '../hunk-sides.ts';
import { isElision } from '../place/elision-line.ts';
import { findRuns, type LineIndex, lineIndex } from '../place/line-index.ts';
import { inAscii } from '../place/typography.ts';
import { spend, type Work } from '../work.ts';
import { sayLines } from './wording.ts';

/*
 * Only for telling the author what is missing; no edit is ever placed by it. Lines are compared without any white space
 * and with typographic characters as ASCII, which is looser than every rung of the ladder.
 */

/** A file as it is compared here. */
export interface Squeezed {
  readonly index: LineIndex;
  readonly lines: readonly string[];
}

export function squeezed(text: string): Squeezed {
  const lines = fileLines(text).map((line, at) => (at === 0 ? withoutBom(line) : line));
  return { lines, index: lineIndex(lines.map(squeeze)) };
}

function squeeze(line: string): string {
  return plain(line).replace(/\s/g, '');
}

/** With accents in one form, and quotes and dashes as ASCII. */
export function plain(line: string): string {
  return inAscii(composed(line)).replace(/-{2,}/g, '-');
}

/** With accents as one character with their letter, where there is one. */
export function composed(line: string): string {
  return /[\x80-\xff]/.test(line) ? utf8(legible(line).normalize('NFC')) : line;
}

/** Where old lines almost stand, and what is wrong with it. Lines from 1. */
export interface NearMiss {
  readonly candidates: readonly number[];
  /** Ends the sentence `its old lines do not stand in the file`: `; with white space set aside ...`. */
  readonly but: string;
  /** The one place, when there is one. */
  readonly place: { readonly first: number; readonly count: number } | null;
}

const MAX_LISTED = 50;

/** Where the old lines of a hunk stand but for white space, or as they are but not as the hunk says; null for nowhere. */
export function nearMiss(hunk: Hunk, file: Squeezed, work: Work): NearMiss | null {
  const old = sideLines(hunk, 'old').map(({ text }) => text);
  if (!old.some((text) => /\w/.test(text))) return null;
  const runs = findRuns(file.index, old.map(squeeze), work) ?? [];
  const [first, second] = runs;
  if (first === undefined) return null;
  const same = runs.filter((start) => standsAsIs(old, start, file.lines));
  const candidates = (same.length > 0 ? same : runs).slice(0, MAX_LISTED).map((at) => at + 1);
  const one = candidates.length === 1 ? { first: candidates[0] ?? 1, count: old.length } : null;
  if (same.length > 0)
    return { candidates, place: null, but: ` where it says; ${whyNotThere(hunk, candidates, file)}` };
  if (second === undefined) {
    const { aside, but: rest } = CAUSES[causeOf(old, first, file.lines)];
    const but = `; with ${aside} set aside they stand at ${sayLines(first + 1, old.length)}, but ${rest}`;
    return { candidates, place: one, but };
  }
  const but = `; with white space set aside they stand in ${runs.length} places, from lines ${candidates.join(', ')}`;
  return { candidates, place: null, but };
}

type Cause = 'space' | 'accents' | 'typography' | 'several';

const CAUSES: Readonly<Record<Cause, { readonly aside: string; readonly but: string }>> = {
  space: { aside: 'white space', but: 'it differs there from line to line' },
  accents: {
    aside: 'Unicode normalisation',
    but: 'accents have another form there (one character for a letter and its mark, or the reverse)',
  },
  typography: { aside: 'typography', but: 'quotes, dashes or blanks are other characters there' },
  several: { aside: 'white space and typography', but: 'they differ there from line to line' },
};

/** What alone tells old lines from those of the file that they are like. */
function causeOf(old: readonly string[], start: number, lines: readonly string[]): Cause {
  const alike = (form: (line: string) => string) =>
    old.every((text, at) => form(text) === form(withoutEol(lines[start + at] ?? '')));
  if (alike(composed)) return 'accents';
  if (alike((line) => line.replace(/\s/g, ''))) return 'space';
  return alike(plain) ? 'typography' : 'several';
}

function standsAsIs(old: readonly string[], start: number, lines: readonly string[]): boolean {
  return old.every((text, at) => withoutEol(lines[start + at] ?? '') === text);
}

/** The lines are there; what else the hunk says of their place is not so. */
function whyNotThere(hunk: Hunk, candidates: readonly number[], { lines }: Squeezed): string {
  const there = `they stand from line ${candidates.join(', ')}`;
  if (hunk.atEnd || hunk.oldEndsWithoutNewline || hunk.newEndsWithoutNewline)
    return `${there}, and it says that they end the file, which has ${lines.length} lines`;
  if (hunk.anchors.length > 0)
    return `${there}, which is not below ${hunk.anchors.map((anchor) => quoted(anchor)).join(' and ')}`;
  return `${there}, with other line ends`;
}

/** Lines between two `...` that have not exactly one place. */
export interface StrayPiece {
  readonly lines: readonly string[];
  /** Where they stand, from 1: not once. */
  readonly candidates: readonly number[];
}

/** The first piece of a hunk with elisions that does not stand exactly once; null without elisions. */
export function strayPiece(hunk: Hunk, file: Squeezed, work: Work): StrayPiece | null {
  const pieces = piecesOf(hunk);
  if (pieces.length < 2) return null;
  for (const lines of pieces) {
    if (lines.length === 0 || !spend(work, lines.length)) continue;
    const runs = findRuns(file.index, lines.map(squeeze), work) ?? [];
    if (runs.length !== 1) return { lines, candidates: runs.slice(0, MAX_LISTED).map((at) => at + 1) };
  }
  return null;
}

function piecesOf(hunk: Hunk): string[][] {
  const pieces: string[][] = [[]];
  for (const { kind, text } of sideLines(hunk, 'old')) {
    if (kind === 'context' && isElision(text)) pieces.push([]);
    else pieces.at(-1)?.push(text);
  }
  return pieces;
}

/** Of more lines, or longer ones, none is compared letter by letter. */
const MAX_COMPARED = 5_000;
const MAX_LETTERS = 200;

/** The one line that is spelled most like `line`, white space around it set aside; null where none is near, or several. */
export function likeliestLine(
  line: string,
  { lines }: Squeezed,
): { readonly at: number; readonly text: string } | null {
  if (lines.length > MAX_COMPARED || line.length > MAX_LETTERS) return null;
  const trimmed = lines.map((one) => one.trim());
  const meant = nearest(
    line.trim(),
    trimmed.filter((one) => one !== '' && one.length <= MAX_LETTERS),
  );
  const [at, second] = trimmed.flatMap((one, index) => (one === meant ? [index + 1] : []));
  return meant === null || at === undefined || second !== undefined ? null : { at, text: meant };
}
