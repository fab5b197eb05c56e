import { type Hunk, RUNGS, type Rung } from '../change.ts';
import { sideLines } from '../hunk-sides.ts';
import type { Work } from '../work.ts';
import { type Candidates, candidatesFor, type Searchable, searchable } from './candidates.ts';
import { type Choice, placements } from './placements.ts';

/** Hunks are named by index. Starts and candidates are indexes of lines in the file. */
export type Placed =
  | { readonly kind: 'placed'; readonly rung: Rung; readonly starts: readonly number[] }
  | { readonly kind: 'ambiguous'; readonly hunks: readonly Ambiguous[] }
  | { readonly kind: 'unanchored'; readonly hunks: readonly number[] }
  | { readonly kind: 'not-found'; readonly hunks: readonly number[] }
  /** Each hunk stands somewhere, but not all of them in this order without overlap. */
  | { readonly kind: 'out-of-order'; readonly hunk: number; readonly candidates: readonly number[] }
  | { readonly kind: 'too-much-work' };

export interface Ambiguous {
  readonly hunk: number;
  readonly candidates: readonly number[];
}

/**
 * Finds where all hunks of a file stand, strictest rung first, each rung over the whole file for all hunks together. A
 * rung counts only if exactly one placement exists; of several, the one that every header names wins, if there is one.
 * No hunk is ever placed by nearness.
 */
export function place(hunks: readonly Hunk[], lines: readonly string[], work: Work): Placed {
  let missed: Placed | null = null;
  for (const rung of RUNGS) {
    const placed = placeAtRung(hunks, searchable(lines, rung), work);
    if (placed.kind !== 'not-found' && placed.kind !== 'out-of-order') return placed;
    // The looser rung knows better what is missing: hunks that it finds differ in line ends only.
    missed = placed;
  }
  return missed ?? { kind: 'placed', rung: 'exact', starts: [] };
}

function placeAtRung(hunks: readonly Hunk[], file: Searchable, work: Work): Placed {
  const found = hunks.map((hunk) => candidatesFor(hunk, file, work));
  if (found.some(({ kind }) => kind === 'too-much-work')) return { kind: 'too-much-work' };
  const missing = indexesWhere(found, (one) => startsOf(one)?.length === 0);
  if (missing.length > 0) return { kind: 'not-found', hunks: missing };
  const unanchored = indexesWhere(found, ({ kind }) => kind === 'unanchored');
  if (unanchored.length > 0) return { kind: 'unanchored', hunks: unanchored };
  const choices = hunks.map((hunk, at) => choiceOf(hunk, found[at]));
  return settle(hunks, choices, file.rung);
}

function choiceOf(hunk: Hunk, found: Candidates | undefined): Choice {
  return { starts: (found && startsOf(found)) ?? [], length: sideLines(hunk, 'old').length };
}

function settle(hunks: readonly Hunk[], choices: readonly Choice[], rung: Rung): Placed {
  const counted = placements(choices);
  switch (counted.kind) {
    case 'one':
      return { kind: 'placed', rung, starts: counted.starts };
    case 'none':
      return outOfOrder(choices);
    case 'many': {
      const hinted = hintedStarts(hunks, choices);
      return hinted === null
        ? { kind: 'ambiguous', hunks: ambiguous(counted.starts) }
        : { kind: 'placed', rung, starts: hinted };
    }
  }
}

/** The one placement at which every hunk stands exactly on the line its header names; null when there is none. */
function hintedStarts(hunks: readonly Hunk[], choices: readonly Choice[]): number[] | null {
  const starts: number[] = [];
  let free = 0;
  for (const [at, hunk] of hunks.entries()) {
    const choice = choices[at];
    if (choice === undefined || hunk.oldStart === null || !hunk.countsAgree) return null;
    // Without old lines the header names the line before.
    const start = choice.length === 0 ? hunk.oldStart : hunk.oldStart - 1;
    if (start < free || !choice.starts.includes(start)) return null;
    starts.push(start);
    free = start + choice.length;
  }
  return starts;
}

function ambiguous(starts: readonly (readonly number[])[]): Ambiguous[] {
  return starts.flatMap((candidates, hunk) => (candidates.length > 1 ? [{ hunk, candidates }] : []));
}

function outOfOrder(choices: readonly Choice[]): Placed {
  let free = 0;
  for (const [hunk, { starts, length }] of choices.entries()) {
    const start = starts.find((one) => one >= free);
    if (start === undefined) return { kind: 'out-of-order', hunk, candidates: starts };
    free = start + length;
  }
  throw new TypeError('hunks that fit one after the other are not out of order');
}

function startsOf(found: Candidates): readonly number[] | null {
  return found.kind === 'found' ? found.starts : null;
}

function indexesWhere<T>(items: readonly T[], holds: (item: T) => boolean): number[] {
  return items.flatMap((item, at) => (holds(item) ? [at] : []));
}
