import type { Hunk, Rung } from '../change.ts';
import { dominantEol, eolOf, hasBom, withoutBom, withoutEol } from '../file-lines.ts';
import { sideBytes } from '../hunk-sides.ts';
import type { Work } from '../work.ts';
import { findRuns, type LineIndex, lineIndex } from './line-index.ts';

/** A file made ready for searching at one rung. */
export interface Searchable {
  readonly rung: Rung;
  readonly lines: readonly string[];
  readonly index: LineIndex;
}

export function searchable(lines: readonly string[], rung: Rung): Searchable {
  const keys = rung === 'exact' ? lines : lines.map((line, at) => looseKey(line, at === 0));
  return { rung, lines, index: lineIndex(keys) };
}

function looseKey(line: string, mayHaveBom: boolean): string {
  const text = withoutEol(line);
  return mayHaveBom ? withoutBom(text) : text;
}

/**
 * Where a hunk may start (index of a line), ascending. `unanchored`: it has no old line and no header to trust, or new
 * lines and nothing to tell their line ends by.
 */
export type Candidates =
  | { readonly kind: 'found'; readonly starts: readonly number[] }
  | { readonly kind: 'unanchored' }
  | { readonly kind: 'too-much-work' };

export function candidatesFor(hunk: Hunk, file: Searchable, work: Work): Candidates {
  const old = sideBytes(hunk, 'old');
  if (bringsOtherEols(hunk, old, file.lines)) {
    if (file.rung === 'exact') return { kind: 'found', starts: [] };
    if (file.lines.length === 1 && isOpen(file.lines)) return { kind: 'unanchored' };
  }
  if (old.length === 0) return insertionPoint(hunk, file);
  if (file.rung === 'line-ends' && changesBom(hunk)) return { kind: 'found', starts: [] };
  const keys = file.rung === 'exact' ? old : old.map((line, at) => looseKey(line, at === 0));
  const runs = findRuns(file.index, keys, work);
  if (runs === null) return { kind: 'too-much-work' };
  const needsStart = file.rung === 'line-ends' && hasBom(old[0] ?? '');
  const starts = runs.filter(
    (start) => (!needsStart || start === 0) && endFits(hunk, file, start + old.length),
  );
  return { kind: 'found', starts };
}

function changesBom(hunk: Hunk): boolean {
  const [old, fresh] = [sideBytes(hunk, 'old')[0], sideBytes(hunk, 'new')[0]];
  return old !== undefined && fresh !== undefined && hasBom(old) !== hasBom(fresh);
}

/**
 * Whether a hunk, of which no old line has a line end to compare, would bring in line ends that the file does not use.
 * `\r\n` in a text whose own lines end in `\n` is what the author wrote, and is never doubted.
 */
function bringsOtherEols(hunk: Hunk, old: readonly string[], lines: readonly string[]): boolean {
  if (lines.length === 0 || old.some((line) => line.endsWith('\n'))) return false;
  const eol = eolOf(sideBytes(hunk, 'new').find((line) => line.endsWith('\n')) ?? '');
  if (eol === '' || (eol === '\r\n' && hunk.headerEol === '\n')) return false;
  return eol !== dominantEol(lines);
}

/** A hunk without old lines stands where its header says, after line `oldStart`. */
function insertionPoint(hunk: Hunk, file: Searchable): Candidates {
  const { lines } = file;
  if (lines.length === 0) return { kind: 'found', starts: [0] };
  // `-0,0` says that the old file was empty, except in a diff without context; git refuses it here as well.
  if (hunk.oldStart === null || hunk.oldStart === 0 || !hunk.countsAgree) return { kind: 'unanchored' };
  const start = hunk.oldStart;
  const glued = start === lines.length && isOpen(lines);
  const fits = start <= lines.length && !glued && (!hunk.newEndsWithoutNewline || start === lines.length);
  return { kind: 'found', starts: fits ? [start] : [] };
}

/** The last line lacks a line end. */
function isOpen(lines: readonly string[]): boolean {
  return eolOf(lines.at(-1) ?? '\n') === '';
}

function endFits(hunk: Hunk, file: Searchable, end: number): boolean {
  const atEnd = end === file.lines.length;
  if (!atEnd) return !hunk.oldEndsWithoutNewline && !hunk.newEndsWithoutNewline;
  // At the exact rung the line ends are part of the lines, so the final one has been compared already.
  if (file.rung === 'exact' || isOpen(file.lines) === hunk.oldEndsWithoutNewline) return true;
  return hunk.lines.at(-1)?.kind === 'context';
}
