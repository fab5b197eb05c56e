import type { Hunk, Rung } from './change.ts';
import { dominantEol, eolOf, hasBom, withoutBom, withoutEol } from './file-lines.ts';
import { sideBytes } from './hunk-sides.ts';
import { findRuns, type LineIndex, lineIndex } from './line-index.ts';
import type { Work } from './work.ts';

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

/** Where a hunk may start (index of a line), ascending. `unanchored`: it has no old line and no header to trust. */
export type Candidates =
  | { readonly kind: 'found'; readonly starts: readonly number[] }
  | { readonly kind: 'unanchored' }
  | { readonly kind: 'too-much-work' };

export function candidatesFor(hunk: Hunk, file: Searchable, work: Work): Candidates {
  const old = sideBytes(hunk, 'old');
  if (old.length === 0) return insertionPoint(hunk, file);
  const changesBom = hasBom(old[0] ?? '') !== hasBom(sideBytes(hunk, 'new')[0] ?? old[0] ?? '');
  if (file.rung === 'line-ends' && changesBom) return { kind: 'found', starts: [] };
  const keys = file.rung === 'exact' ? old : old.map((line, at) => looseKey(line, at === 0));
  const runs = findRuns(file.index, keys, work);
  if (runs === null) return { kind: 'too-much-work' };
  const needsStart = file.rung === 'line-ends' && hasBom(old[0] ?? '');
  const starts = runs.filter(
    (start) => (!needsStart || start === 0) && endFits(hunk, file, start + old.length),
  );
  return { kind: 'found', starts };
}

/**
 * A hunk without old lines stands where its header says, after line `oldStart`. Its own line ends must be the file's at
 * the exact rung, because no context line has proved that they are.
 */
function insertionPoint(hunk: Hunk, file: Searchable): Candidates {
  const { lines } = file;
  const eol = hunk.lines[0]?.eol ?? '';
  const sameEol = lines.length === 0 || eol === '' || eol === dominantEol(lines);
  if (file.rung === 'exact' && !sameEol) return { kind: 'found', starts: [] };
  if (lines.length === 0) return { kind: 'found', starts: [0] };
  if (hunk.oldStart === null || !hunk.countsAgree) return { kind: 'unanchored' };
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
