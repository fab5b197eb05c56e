import { spend, type Work } from '../work.ts';
import { occurrences } from './occurrences.ts';

/** A file's lines as small integers, one per distinct line, with every position of each. */
export interface LineIndex {
  readonly ids: readonly number[];
  readonly idOf: ReadonlyMap<string, number>;
  readonly positions: readonly (readonly number[])[];
}

export function lineIndex(keys: readonly string[]): LineIndex {
  const idOf = new Map<string, number>();
  const positions: number[][] = [];
  const ids = keys.map((key, at) => {
    const id = idOf.get(key) ?? positions.length;
    if (id === positions.length) {
      idOf.set(key, id);
      positions.push([]);
    }
    positions[id]?.push(at);
    return id;
  });
  return { ids, idOf, positions };
}

/**
 * Every index at which `keys` stand in a row, ascending; null when the work ran out. Compares at the positions of the
 * rarest key, or runs Knuth-Morris-Pratt where even that one is common, so the cost is linear in the file.
 */
export function findRuns(index: LineIndex, keys: readonly string[], work: Work): number[] | null {
  const pattern: number[] = [];
  for (const key of keys) {
    const id = index.idOf.get(key);
    if (id === undefined) return spend(work, pattern.length + 1) ? [] : null;
    pattern.push(id);
  }
  const rarest = rarestAt(index, pattern);
  const places = index.positions[pattern[rarest] ?? -1] ?? [];
  if (places.length * pattern.length <= index.ids.length + pattern.length) {
    if (!spend(work, pattern.length + places.length * pattern.length)) return null;
    return places.map((place) => place - rarest).filter((start) => standsAt(index.ids, pattern, start));
  }
  return spend(work, index.ids.length + pattern.length) ? occurrences(index.ids, pattern) : null;
}

/** The same for lines that may each be one of several: `sought` has the keys of each line. */
export function findRunsOf(
  index: LineIndex,
  sought: readonly (readonly string[])[],
  work: Work,
): number[] | null {
  const ids = sought.map((keys) => keys.flatMap((key) => index.idOf.get(key) ?? []));
  if (ids.every(({ length }) => length < 2)) {
    // Of a line that stands nowhere any key will do.
    const keys = sought.map((some) => some.find((key) => index.idOf.has(key)) ?? some[0] ?? '');
    return findRuns(index, keys, work);
  }
  const counts = ids.map((some) => some.reduce((sum, id) => sum + (index.positions[id]?.length ?? 0), 0));
  const rarest = counts.indexOf(Math.min(...counts));
  const places = (ids[rarest] ?? []).flatMap((id) => index.positions[id] ?? []).sort((a, b) => a - b);
  if (!spend(work, ids.length + places.length * ids.length)) return null;
  return places
    .map((place) => place - rarest)
    .filter((start) => start >= 0 && ids.every((some, at) => some.includes(index.ids[start + at] ?? -1)));
}

function rarestAt(index: LineIndex, pattern: readonly number[]): number {
  let best = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (const [at, id] of pattern.entries()) {
    const count = index.positions[id]?.length ?? 0;
    if (count < fewest) {
      fewest = count;
      best = at;
    }
  }
  return best;
}

function standsAt(ids: readonly number[], pattern: readonly number[], start: number): boolean {
  return (
    start >= 0 && start + pattern.length <= ids.length && pattern.every((id, at) => ids[start + at] === id)
  );
}
