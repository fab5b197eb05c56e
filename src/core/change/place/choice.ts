import type { Site } from './site.ts';

/**
 * The sites of one hunk, ascending by start. A hunk of common lines has as many as the file has lines, so they are kept
 * as numbers and made when they are asked for.
 */
export interface Choice {
  readonly starts: readonly number[];
  readonly endAt: (at: number) => number;
  readonly siteAt: (at: number) => Site;
}

export const NOWHERE: Choice = siteChoice([]);

/** Sites of `length` lines, where the old lines stand as they come. */
export function runChoice(starts: readonly number[], length: number): Choice {
  const endAt = (at: number): number => (starts[at] ?? 0) + length;
  const siteAt = (at: number): Site => {
    return { start: starts[at] ?? 0, end: endAt(at), rows: null, shift: null, unclear: null };
  };
  return { starts, endAt, siteAt };
}

export function siteChoice(sites: readonly Site[]): Choice {
  const siteAt = (at: number): Site => {
    const site = sites[at];
    if (site === undefined) throw new RangeError(`there is no site ${at}`);
    return site;
  };
  return { starts: sites.map(({ start }) => start), endAt: (at) => siteAt(at).end, siteAt };
}

/** Those that are to be kept; by index. */
export function narrowed(choice: Choice, keep: (at: number) => boolean): Choice {
  const count = choice.starts.length;
  let same = 0;
  while (same < count && keep(same)) same++;
  if (same === count) return choice;
  const kept = Array.from({ length: same }, (_, at) => at);
  for (let at = same + 1; at < count; at++) if (keep(at)) kept.push(at);
  const original = (at: number): number => kept[at] ?? -1;
  return {
    starts: kept.map((at) => choice.starts[at] ?? 0),
    endAt: (at) => choice.endAt(original(at)),
    siteAt: (at) => choice.siteAt(original(at)),
  };
}

/** Index of the first start that is `line` or below it. */
export function firstFrom(starts: readonly number[], line: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) >= line) high = middle;
    else low = middle + 1;
  }
  return low;
}
