import { type Choice, firstFrom, narrowed } from './choice.ts';
import type { Site } from './site.ts';

export type Placements =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly sites: readonly Site[] }
  /** For each hunk the sites that occur in some complete placement. */
  | { readonly kind: 'many'; readonly choices: readonly Choice[] };

/**
 * Counts the ordered, non-overlapping placements of all hunks, as far as "one or more than one" needs it: a dynamic
 * program over suffixes, in time proportional to hunks plus candidates (times their logarithm).
 */
export function placements(choices: readonly Choice[]): Placements {
  const ways = waysFromEach(choices);
  const total = (ways[0] ?? []).reduce((sum, count) => Math.min(2, sum + count), 0);
  if (choices.length > 0 && total === 0) return { kind: 'none' };
  const possible = reachable(choices, ways);
  if (total > 1) return { kind: 'many', choices: possible };
  return { kind: 'one', sites: possible.map((choice) => choice.siteAt(0)) };
}

/** For each site of each hunk: in how many ways (0, 1, or 2 for more) this and all later hunks can be placed. */
function waysFromEach(choices: readonly Choice[]): number[][] {
  const ways: number[][] = choices.map(() => []);
  // ways summed over the next hunk's sites from each index to the end; below the last hunk there is one
  let below: { readonly starts: readonly number[]; readonly sums: readonly number[] } = {
    starts: [],
    sums: [1],
  };
  for (let hunk = choices.length - 1; hunk >= 0; hunk--) {
    const choice = choices[hunk];
    if (choice === undefined) continue;
    const here: number[] = [];
    let [next, before] = [0, 0];
    for (let at = 0; at < choice.starts.length; at++) {
      const end = choice.endAt(at);
      // Ends nearly always ascend like the starts; sites with lines left out may end before the one above them.
      if (end < before) next = firstFrom(below.starts, end);
      while (next < below.starts.length && (below.starts[next] ?? 0) < end) next++;
      before = end;
      here.push(below.sums[next] ?? 0);
    }
    ways[hunk] = here;
    below = { starts: choice.starts, sums: suffixSums(here) };
  }
  return ways;
}

function suffixSums(counts: readonly number[]): number[] {
  const sums = new Array<number>(counts.length + 1).fill(0);
  for (let at = counts.length - 1; at >= 0; at--) {
    sums[at] = Math.min(2, (sums[at + 1] ?? 0) + (counts[at] ?? 0));
  }
  return sums;
}

/** Of each hunk the sites that the earlier hunks leave free (placed as early as they can be) and the later ones too. */
function reachable(choices: readonly Choice[], ways: readonly (readonly number[])[]): Choice[] {
  let free = 0;
  return choices.map((choice, hunk) => {
    const possible = narrowed(
      choice,
      (at) => (choice.starts[at] ?? 0) >= free && (ways[hunk]?.[at] ?? 0) > 0,
    );
    free = leastEnd(possible, 0);
    return possible;
  });
}

/** Where the site ends that ends first, of those from `from` on; infinite when there is none. */
export function leastEnd(choice: Choice, from: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = firstFrom(choice.starts, from); at < choice.starts.length; at++) {
    least = Math.min(least, choice.endAt(at));
  }
  return least;
}

/** Whether no two sites share a line, in whatever order. */
export function areDisjoint(sites: readonly Site[]): boolean {
  const sorted = [...sites].sort((a, b) => a.start - b.start || a.end - b.end);
  return sorted.every(({ start }, at) => start >= (sorted[at - 1]?.end ?? 0));
}
