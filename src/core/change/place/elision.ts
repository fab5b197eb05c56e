import type { Hunk, HunkLine } from '../change.ts';
import { sideBytes, sideLines } from '../hunk-sides.ts';
import { spend, type Work } from '../work.ts';
import { isBracket, marginOf, saidBelow } from './blocks.ts';
import { isElision } from './elision-line.ts';
import { findRunsOf } from './line-index.ts';
import { indentedKey, indentedLike, lineKey, type Searchable, soughtKeys } from './line-keys.ts';
import { commonShift } from './shift.ts';
import { rowOf, type Site } from './site.ts';

/*
 * A context line that only says `...` stands for lines that its author left out, however many. What stands between two
 * such lines is a piece; each piece has to stand in the file exactly once, and they have to come in order. A removed line
 * that says `...` is that line and nothing else.
 */

/** Whether a context line says `...`, no line of the file does, and the header does not count it as a line. */
export function hasElision(hunk: Hunk, file: Searchable): boolean {
  if (hunk.oldStart !== null && hunk.countsAgree) return false;
  const { idOf } = file.index('typography');
  const elisions = sideLines(hunk, 'old').filter(saysElision);
  return elisions.length > 0 && elisions.every(({ text }) => !idOf.has(lineKey(text, 'typography', false)));
}

function saysElision({ kind, text }: HunkLine): boolean {
  return kind === 'context' && isElision(text);
}

/** The one place where all pieces of a hunk with elisions stand, if there is one; null when the work ran out. */
export function elidedSites(hunk: Hunk, file: Searchable, work: Work): Site[] | null {
  const rows: (number | null)[] = [];
  let below = 0;
  for (const piece of piecesOf(hunk)) {
    if (piece === null) {
      rows.push(null);
      continue;
    }
    const runs = findRunsOf(file.index('typography'), piece, work);
    if (runs === null) return null;
    const [start, second] = runs;
    if (start === undefined || second !== undefined || start < below) return [];
    below = start + piece.length;
    for (let row = start; row < below; row++) rows.push(row);
  }
  const site = siteOf(rows);
  if (site === null || crossesBlocks(site, file, work)) return [];
  return spend(work, rows.length) ? fitted(hunk, site, file) : null;
}

/** The keys of each piece; null for what stands between them. */
function piecesOf(hunk: Hunk): ((readonly string[])[] | null)[] {
  const keys = sideBytes(hunk, 'old').map((line, at) => soughtKeys(line, 'typography', at === 0));
  const pieces: ((readonly string[])[] | null)[] = [];
  for (const [at, line] of sideLines(hunk, 'old').entries()) {
    const last = pieces.at(-1);
    const key = keys[at] ?? [];
    if (saysElision(line)) pieces.push(null);
    else if (last) last.push(key);
    else pieces.push([key]);
  }
  return pieces;
}

function siteOf(rows: readonly (number | null)[]): Site | null {
  const known = rows.filter((row) => row !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { start: first, end: last + 1, rows, shift: null, unclear: null };
}

/**
 * Whether lines are left out between two of different blocks: what is indented more than the line above `...` has to stand
 * in the block below that line, and what is not, with nothing left out that is indented less than it.
 */
function crossesBlocks({ rows }: Site, file: Searchable, work: Work): boolean {
  const known = (rows ?? []).filter((row) => row !== null);
  return known.some((row, at) => {
    const above = known[at - 1] ?? row;
    return row > above + 1 && (!spend(work, row - above) || isDivided(above, row, file));
  });
}

function isDivided(above: number, below: number, file: Searchable): boolean {
  const [top, next] = [marginOf(file, above).width, marginOf(file, below).width];
  const least = next > top ? top + 1 : next;
  for (const { width, text } of saidBelow(file, above, below)) {
    if (width < least && !(width === top && isBracket(text))) return true;
  }
  return false;
}

function fitted(hunk: Hunk, site: Site, file: Searchable): Site[] {
  const pairs = sideBytes(hunk, 'old').flatMap((line, at): [string, string][] => {
    const row = rowOf(site, at);
    if (row === null) return [];
    const own = indentedKey(file.lines[row] ?? '', 'typography', row === 0);
    return [[indentedLike(own, line, { keying: 'typography', isFirst: at === 0 }), own]];
  });
  const shift = commonShift(pairs);
  if (shift === null) return [];
  const unclear = hangsOnElisions(hunk) ? 'elision' : null;
  return [{ ...site, shift: shift === 'equal' ? null : shift, unclear }];
}

/** Added lines with nothing but an elision, or the end of the hunk, on both sides have no place of their own. */
function hangsOnElisions({ lines }: Hunk): boolean {
  const hold = (line: HunkLine | undefined): boolean => line !== undefined && !saysElision(line);
  return lines.some(({ kind }, at) => {
    if (kind !== 'added' || lines[at - 1]?.kind === 'added') return false;
    let after = at;
    while (lines[after]?.kind === 'added') after++;
    return !hold(lines[at - 1]) && !hold(lines[after]);
  });
}
