import type { Hunk, Rung } from '../../../../src/core/change/change.ts';

/*
 * Counts placements the slow and obvious way: every combination of starts, compared byte by byte. It shares no code with
 * the product and knows nothing of hints.
 */

function oldLines(hunk: Hunk): string[] {
  const old = hunk.lines.filter((line) => line.kind !== 'added');
  return old.map((line, at) => {
    const open = hunk.oldEndsWithoutNewline && at === old.length - 1;
    return open ? line.text : line.text + (line.eol || '\n');
  });
}

function same(mine: string, theirs: string, rung: Rung): boolean {
  return rung === 'exact' ? mine === theirs : bare(mine) === bare(theirs);
}

function bare(line: string): string {
  return line.replace(/\r?\n$/, '');
}

function fitsAt(
  hunk: Hunk,
  lines: readonly string[],
  at: { readonly start: number; readonly rung: Rung },
): boolean {
  const old = oldLines(hunk);
  const end = at.start + old.length;
  if (end > lines.length) return false;
  if (!old.every((line, i) => same(line, lines[at.start + i] ?? '', at.rung))) return false;
  const atEnd = end === lines.length;
  if ((hunk.oldEndsWithoutNewline || hunk.newEndsWithoutNewline) && !atEnd) return false;
  if (at.rung === 'exact' || !atEnd) return true;
  const fileIsOpen = !(lines.at(-1) ?? '\n').endsWith('\n');
  return fileIsOpen === hunk.oldEndsWithoutNewline || hunk.lines.at(-1)?.kind === 'context';
}

/** Every complete placement of hunks that all have old lines. */
export function allPlacements(hunks: readonly Hunk[], lines: readonly string[], rung: Rung): number[][] {
  const found: number[][] = [];
  const walk = (at: number, free: number, starts: number[]): void => {
    const hunk = hunks[at];
    if (hunk === undefined) {
      found.push(starts);
      return;
    }
    for (let start = free; start < lines.length; start++) {
      if (fitsAt(hunk, lines, { start, rung }))
        walk(at + 1, start + oldLines(hunk).length, [...starts, start]);
    }
  };
  walk(0, 0, []);
  return found;
}
