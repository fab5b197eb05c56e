/** One hunk's possible starts (ascending) and how many lines of the file it covers. */
export interface Choice {
  readonly starts: readonly number[];
  readonly length: number;
}

export type Placements =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly starts: readonly number[] }
  /** For each hunk the starts that occur in some complete placement. */
  | { readonly kind: 'many'; readonly starts: readonly (readonly number[])[] };

/**
 * Counts the ordered, non-overlapping placements of all hunks, as far as "one or more than one" needs it: a dynamic
 * program over suffixes, in time proportional to hunks plus candidates.
 */
export function placements(choices: readonly Choice[]): Placements {
  const ways = waysFromEach(choices);
  const total = (ways[0] ?? []).reduce((sum, count) => Math.min(2, sum + count), 0);
  if (choices.length > 0 && total === 0) return { kind: 'none' };
  const possible = reachable(choices, ways);
  if (total > 1) return { kind: 'many', starts: possible };
  return { kind: 'one', starts: possible.map(([start]) => start ?? 0) };
}

/** For each start of each hunk: in how many ways (0, 1, or 2 for more) this and all later hunks can be placed. */
function waysFromEach(choices: readonly Choice[]): number[][] {
  const ways: number[][] = choices.map(() => []);
  // ways summed over the next hunk's starts from each index to the end
  let after: { readonly starts: readonly number[]; readonly sums: readonly number[] } | null = null;
  for (let hunk = choices.length - 1; hunk >= 0; hunk--) {
    const { starts, length } = choices[hunk] ?? { starts: [], length: 0 };
    const here: number[] = [];
    let next = 0;
    for (const start of starts) {
      while (after !== null && next < after.starts.length && (after.starts[next] ?? 0) < start + length)
        next++;
      here.push(after === null ? 1 : (after.sums[next] ?? 0));
    }
    ways[hunk] = here;
    after = { starts, sums: suffixSums(here) };
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

/** Of each hunk the starts that the earlier hunks leave free (placed as early as they can be) and the later ones too. */
function reachable(choices: readonly Choice[], ways: readonly (readonly number[])[]): number[][] {
  let free = 0;
  return choices.map(({ starts, length }, hunk) => {
    const possible = starts.filter((start, at) => start >= free && (ways[hunk]?.[at] ?? 0) > 0);
    free = (possible[0] ?? 0) + length;
    return possible;
  });
}
