import type { Hunk } from '../change.ts';
import { sideBytes } from '../hunk-sides.ts';
import { spend, type Work } from '../work.ts';
import { lineKey, type Searchable } from './line-keys.ts';
import type { Site } from './site.ts';

/*
 * The file may have up to two lines that a hunk leaves out between its old lines. A hunk that shows a line which the file
 * does not have is another matter: there the file contradicts the patch. Every way to leave two lines out is counted, so
 * that a place is taken only where there is one; it is written to only where the lines left out stand between two context
 * lines, so that removed lines, and the lines around added ones, are next to each other as the patch says.
 */
const MOST_LEFT_OUT = 2;

/** All sites at which one or two lines of the file are left out. Null when the work ran out. */
export function gapSites(hunk: Hunk, file: Searchable, work: Work): Site[] | null {
  const index = file.index('line-ends');
  const pattern: number[] = [];
  for (const [at, line] of sideBytes(hunk, 'old').entries()) {
    const id = index.idOf.get(lineKey(line, 'line-ends', at === 0));
    if (id === undefined) return [];
    pattern.push(id);
  }
  const starts = possibleStarts(pattern, index.positions);
  if (!spend(work, starts.length + pattern.length)) return null;
  const closed = closedBefore(hunk);
  const sites: Site[] = [];
  for (const start of starts) {
    const reached = reachedFrom(start, pattern, index.ids);
    if (!spend(work, 3 * reached.length)) return null;
    if (reached.length < pattern.length) continue;
    for (const rows of waysThrough(start, reached)) sites.push(siteOf(rows, closed));
  }
  return sites;
}

/** Where the first old line may be, told by the one that the file has least often. */
function possibleStarts(pattern: readonly number[], positions: readonly (readonly number[])[]): number[] {
  let rarest = 0;
  const places = (at: number): readonly number[] => positions[pattern[at] ?? -1] ?? [];
  for (const at of pattern.keys()) if (places(at).length < places(rarest).length) rarest = at;
  const starts = new Set<number>();
  for (const place of places(rarest)) {
    for (let left = 0; left <= MOST_LEFT_OUT; left++)
      if (place - rarest - left >= 0) starts.add(place - rarest - left);
  }
  return [...starts].sort((a, b) => a - b);
}

/** For each old line with how many lines left out above it (bit 0, 1, 2) it can be reached; shorter where none can. */
function reachedFrom(start: number, pattern: readonly number[], ids: readonly number[]): number[] {
  const reached: number[] = [];
  let before = ids[start] === pattern[0] ? 1 : 0;
  for (let at = 0; before !== 0; at++) {
    reached.push(before);
    if (at + 1 === pattern.length) break;
    let next = 0;
    for (let left = 0; left <= MOST_LEFT_OUT; left++) {
      const possible = (before & ((1 << (left + 1)) - 1)) !== 0;
      if (possible && ids[start + at + 1 + left] === pattern[at + 1]) next |= 1 << left;
    }
    before = next;
  }
  return reached;
}

/**
 * The ways through with something left out, as the file's line of each old line. Of several, only the two that keep most
 * and least for the end are told for each sum: that there are several is all that counts.
 */
function waysThrough(start: number, reached: readonly number[]): number[][] {
  const ways: number[][] = [];
  for (const left of [1, 2]) {
    if (((reached.at(-1) ?? 0) & (1 << left)) === 0) continue;
    const early = wayBack(start, reached, { left, first: 0 });
    const late = wayBack(start, reached, { left, first: -1 });
    ways.push(early);
    if (late.some((row, at) => row !== early[at])) ways.push(late);
  }
  return ways;
}

function wayBack(start: number, reached: readonly number[], by: { left: number; first: 0 | -1 }): number[] {
  const rows: number[] = [];
  let now = by.left;
  for (let at = reached.length - 1; at >= 0; at--) {
    const options = [0, 1, 2].filter((left) => left <= now && ((reached[at] ?? 0) & (1 << left)) !== 0);
    now = at === reached.length - 1 ? now : (options.at(by.first) ?? 0);
    rows.push(start + at + now);
  }
  return rows.reverse();
}

/** For each old line whether the one before it has to be right above it. */
function closedBefore(hunk: Hunk): boolean[] {
  const closed: boolean[] = [];
  for (const [at, { kind }] of hunk.lines.entries()) {
    if (kind === 'added') continue;
    closed.push(kind !== 'context' || hunk.lines[at - 1]?.kind !== 'context');
  }
  return closed;
}

function siteOf(rows: readonly number[], closed: readonly boolean[]): Site {
  const torn = rows.some((row, at) => at > 0 && closed[at] && row !== (rows[at - 1] ?? 0) + 1);
  return {
    start: rows[0] ?? 0,
    end: (rows.at(-1) ?? 0) + 1,
    rows,
    shift: null,
    unclear: torn ? 'gap' : null,
  };
}
