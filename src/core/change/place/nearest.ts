import type { Hunk } from '../change.ts';
import { sideBytes } from '../hunk-sides.ts';
import { spend, type Work } from '../work.ts';
import { type Block, blockAround } from './blocks.ts';
import { lineKey, type Searchable } from './line-keys.ts';
import type { Site } from './site.ts';

/*
 * How near a place is to the text of a hunk: how many of its old lines stand there as they are, line ends aside, one below
 * the other as in the hunk. Lines without a letter or a digit are too common to tell places from each other.
 */

/** A letter or a digit, ASCII or not: without one a line is too common to tell anything. */
export const TELLS = /[\w\x80-\xff]/;

/** Where else (index of its first old line, which may lie outside the file) a hunk is as near as at its site, or nearer. */
export function rivalsOf(
  hunk: Hunk,
  site: Site,
  by: { readonly file: Searchable; readonly blocks: readonly Block[] | null; readonly work: Work },
): number[] | null {
  const { file, blocks, work } = by;
  const index = file.index('line-ends');
  const ids = tellingLines(hunk).map(({ at, key }) => ({ at, id: index.idOf.get(key) ?? -1 }));
  const own = nearnessOf(site, ids, index.ids);
  const found = new Map<number, number>();
  for (const { at, id } of ids) {
    const positions = index.positions[id] ?? [];
    if (!spend(work, positions.length + 1)) return null;
    for (const position of positions) found.set(position - at, (found.get(position - at) ?? 0) + 1);
  }
  const least = Math.max(1, own.lines);
  return [...found].flatMap(([start, lines]) => {
    const known = lines < least || own.starts.has(start);
    return known || (blocks !== null && blockAround(blocks, Math.max(0, start)) === null) ? [] : [start];
  });
}

/** Old lines that tell places from each other; all but blank ones where none does. */
function tellingLines(hunk: Hunk): { readonly at: number; readonly key: string }[] {
  const keys = sideBytes(hunk, 'old').map((line, at) => ({ at, key: lineKey(line, 'line-ends', at === 0) }));
  const telling = keys.filter(({ key }) => TELLS.test(key));
  return telling.length > 0 ? telling : keys.filter(({ key }) => key.trim() !== '');
}

/** Pieces around lines left out each have a start of their own; what was torn apart counts no more than its best piece. */
function nearnessOf(
  site: Site,
  lines: readonly { readonly at: number; readonly id: number }[],
  ids: readonly number[],
): { readonly lines: number; readonly starts: ReadonlySet<number> } {
  const { rows } = site;
  const starts = new Map<number, number>();
  for (const { at, id } of lines) {
    const row = rows === null ? site.start + at : rows[at];
    if (row === null || row === undefined) continue;
    starts.set(row - at, (starts.get(row - at) ?? 0) + (ids[row] === id ? 1 : 0));
  }
  const pieces = [...starts.values()];
  const elided = rows?.includes(null) === true;
  const best = elided ? pieces.reduce((sum, one) => sum + one, 0) : Math.max(0, ...pieces);
  return { lines: best, starts: new Set([site.start, ...starts.keys()]) };
}
