import type { Hunk } from '../change.ts';
import { sideBytes, sideLines } from '../hunk-sides.ts';
import { type Choice, firstFrom } from './choice.ts';
import { indentedKey, indentedLike, lineKey, type Searchable, soughtKeys } from './line-keys.ts';
import { commonShift } from './shift.ts';
import type { Site } from './site.ts';

/** The line (index) that a hunk's header names, where its counts vouch for it; null otherwise. */
export function namedStart(hunk: Hunk): number | null {
  if (hunk.oldStart === null || !hunk.countsAgree) return null;
  // Without old lines the header names the line before.
  return sideLines(hunk, 'old').length === 0 ? hunk.oldStart : hunk.oldStart - 1;
}

/**
 * Whether a hunk would also fit, more loosely, on the very line that its header names while it is placed on another. Then
 * header and text contradict each other, and which one is damaged nobody can tell.
 */
export function isNamedElsewhere(hunk: Hunk, site: Site, file: Searchable): boolean {
  const named = namedStart(hunk);
  return named !== null && named !== site.start && fitsAt(hunk, { side: 'old', line: named }, file);
}

/** Whether one side of a hunk, which has lines, fits a line (index) as loosely as old lines ever do. */
export function fitsAt(
  hunk: Hunk,
  { side, line: first }: { readonly side: 'old' | 'new'; readonly line: number },
  file: Searchable,
): boolean {
  const sought = sideBytes(hunk, side);
  if (first < 0 || sought.length === 0 || first + sought.length > file.lines.length) return false;
  const there = (at: number): string => file.lines[first + at] ?? '';
  const alike = sought.every((line, at) => {
    return soughtKeys(line, 'typography', at === 0).includes(
      lineKey(there(at), 'typography', first + at === 0),
    );
  });
  if (!alike) return false;
  const indented = sought.map((line, at): [string, string] => {
    const own = indentedKey(there(at), 'typography', first + at === 0);
    return [indentedLike(own, line, { keying: 'typography', isFirst: at === 0 }), own];
  });
  return commonShift(indented) !== null;
}

/**
 * Whether git might put one of the hunks elsewhere. It takes the nearest place to the line that the header names, in any
 * order of hunks; a hunk that begins on line 1 stands at the beginning for it, and one without context below at the end.
 * Source: find_pos and apply_one_fragment in git's apply.c. What it decides by that, this ladder does not decide at all.
 */
export function gitMayDiffer(
  hunks: readonly Hunk[],
  found: { readonly choices: readonly Choice[]; readonly sites: readonly Site[] },
  length: number,
): boolean {
  if (hunks.some((hunk) => namedStart(hunk) === null)) return false;
  return hunks.some((hunk, at) => {
    const [site, choice] = [found.sites[at], found.choices[at]];
    if (site === undefined || choice === undefined) return false;
    const taken = found.sites.slice(0, at);
    const starts = taken.map(({ start }) => start);
    return choice.starts.some((start, index) => {
      const other = { start, end: choice.endAt(index) };
      if (start === site.start || !isRival(hunk, { site, other, length })) return false;
      // What an earlier hunk has changed is not matched again.
      const above = taken[firstFrom(starts, other.end) - 1];
      return above === undefined || above.end <= other.start;
    });
  });
}

type Window = Pick<Site, 'start' | 'end'>;

function isRival(hunk: Hunk, at: { site: Window; other: Window; length: number }): boolean {
  const named = namedStart(hunk) ?? 0;
  if (Math.abs(at.other.start - named) <= Math.abs(at.site.start - named)) return true;
  if (named <= 0 && at.other.start === 0) return true;
  return hunk.lines.at(-1)?.kind !== 'context' && at.other.end === at.length;
}
