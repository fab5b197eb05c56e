import { type Hunk, type Modification, RUNGS, type Rung } from '../change.ts';
import { isEven } from '../file-lines.ts';
import type { Work } from '../work.ts';
import { candidatesFor } from './candidates.ts';
import { NOWHERE } from './choice.ts';
import { type Contested, type Doubts, doubtsAbout } from './doubts.ts';
import { type Searchable, searchable } from './line-keys.ts';
import { type Scene, settle, settleEach } from './settle.ts';
import type { Site } from './site.ts';
import { withReasons } from './unclear.ts';

/** Hunks are named by index. Candidates are indexes of lines in the file. */
export type Placed =
  /** `turned`: the hunks stand in another order than the patch has them. */
  | {
      readonly kind: 'placed';
      readonly rung: Rung;
      readonly sites: readonly Site[];
      readonly order: 'given' | 'turned';
    }
  | { readonly kind: 'ambiguous'; readonly hunks: readonly Ambiguous[] }
  /** The old lines have one place, and what the new ones should be there cannot be told. */
  | { readonly kind: 'unclear'; readonly rung: Rung; readonly sites: readonly Site[] }
  /** Placed but for another place that is as near to the text, or nearer. */
  | { readonly kind: 'contested'; readonly rung: Rung; readonly hunks: readonly Contested[] }
  /** Placed but for another place where their new lines stand already. */
  | { readonly kind: 'applied'; readonly hunks: readonly Contested[] }
  /** They stand only outside the block that their anchors open. */
  | { readonly kind: 'outside'; readonly hunks: readonly Ambiguous[] }
  | { readonly kind: 'unanchored'; readonly hunks: readonly number[] }
  | { readonly kind: 'not-found'; readonly hunks: readonly number[] }
  /** Each hunk stands somewhere, but not all of them in this order without overlap. */
  | { readonly kind: 'out-of-order'; readonly hunk: number; readonly candidates: readonly number[] }
  /** They would have been placed by a rung that policy does not allow. */
  | { readonly kind: 'capped'; readonly rung: Rung; readonly hunks: readonly number[] }
  | { readonly kind: 'too-much-work' };

export interface Ambiguous {
  readonly hunk: number;
  readonly candidates: readonly number[];
}

export interface Ladder {
  readonly work: Work;
  /** `any`: what order the hunks have says nothing. */
  readonly order: Modification['order'];
  /** The last rung that may be tried. */
  readonly loosest: Rung;
  readonly base: Searchable['base'];
}

/**
 * Finds where all hunks of a file stand, strictest rung first, each rung over the whole file for all hunks together. A
 * rung counts only if exactly one placement exists; of several, the one that every usable header names wins, if there is
 * one. A looser rung is tried only where the stricter ones found nothing: what is ambiguous stays ambiguous. And it is
 * believed only where no other place of the file is as near to the text (`doubtsAbout`). No hunk is ever placed by nearness. Where the last rung does not place all hunks, those that no other one found are not found.
 */
export function place(hunks: readonly Hunk[], lines: readonly string[], ladder: Ladder): Placed {
  const file = searchable(lines, ladder.work, ladder.base);
  const placed = climb(hunks, file, ladder);
  const missed = placed.kind === 'not-found' || placed.kind === 'out-of-order';
  if (!missed || ladder.loosest === RUNGS.at(-1)) return placed;
  const beyond = climb(hunks, file, { ...ladder, loosest: 'gap' });
  if (beyond.kind !== 'placed') return placed;
  const all = [...hunks.keys()];
  return { kind: 'capped', rung: beyond.rung, hunks: placed.kind === 'not-found' ? placed.hunks : all };
}

function climb(hunks: readonly Hunk[], file: Searchable, ladder: Ladder): Placed {
  let missed: Placed = { kind: 'not-found', hunks: [] };
  let turned: Disordered | null = null;
  for (const rung of RUNGS.slice(0, RUNGS.indexOf(ladder.loosest) + 1)) {
    const scene = { file, rung, work: ladder.work };
    const placed = withTwins(placeAtRung(hunks, scene, ladder.order), { hunks, scene, order: ladder.order });
    if (placed.kind === 'disordered') turned ??= placed;
    else if (placed.kind === 'not-found') missed = placed;
    // One reading has the order of the patch, the other the stricter lines: they contradict each other.
    else return turned?.fault ?? (rung === 'gap' && placed.kind !== 'placed' ? missed : placed);
  }
  if (turned === null) return missed;
  const { rung, sites, fault } = turned;
  return sites === null ? fault : { kind: 'placed', rung, sites, order: 'turned' };
}

/**
 * What fits byte by byte has to be the only place but for line ends too: that a file lacks its final newline, or that its
 * line ends are mixed, is no reason to take one of two blocks that say the same.
 */
function withTwins(
  placed: Placed | Disordered,
  by: { readonly hunks: readonly Hunk[]; readonly scene: Scene; readonly order: Ladder['order'] },
): Placed | Disordered {
  const { hunks, scene, order } = by;
  if (scene.rung !== 'exact' || placed.kind !== 'placed' || isEven(scene.file.lines)) return placed;
  const twins = placeAtRung(hunks, { ...scene, rung: 'line-ends' }, order);
  if (twins.kind !== 'placed') return twins;
  const moved = twins.sites.flatMap(({ start }, hunk): Ambiguous[] => {
    const exact = placed.sites[hunk]?.start ?? start;
    return exact === start ? [] : [{ hunk, candidates: [exact, start].sort((a, b) => a - b) }];
  });
  return moved.length === 0 ? placed : { kind: 'ambiguous', hunks: moved };
}

/** All hunks stand somewhere, but not in their order. `sites` is where, if that is clear all the same. */
interface Disordered {
  readonly kind: 'disordered';
  readonly rung: Rung;
  readonly sites: readonly Site[] | null;
  readonly fault: Placed;
}

function placeAtRung(hunks: readonly Hunk[], scene: Scene, order: Ladder['order']): Placed | Disordered {
  const found = hunks.map((hunk) => candidatesFor(hunk, scene.file, scene));
  if (found.some(({ kind }) => kind === 'too-much-work')) return { kind: 'too-much-work' };
  const missing = indexesWhere(found, (one) => one.kind === 'found' && one.choice.starts.length === 0);
  if (missing.length > 0) return { kind: 'not-found', hunks: missing };
  const outside = found.flatMap((one, hunk): Ambiguous[] => {
    return one.kind === 'outside' ? [{ hunk, candidates: [...new Set(one.choice.starts)] }] : [];
  });
  if (outside.length > 0) return { kind: 'outside', hunks: outside };
  const unanchored = indexesWhere(found, ({ kind }) => kind === 'unanchored');
  if (unanchored.length > 0) return { kind: 'unanchored', hunks: unanchored };
  const choices = found.map((one) => (one.kind === 'found' ? one.choice : NOWHERE));
  const settled = order === 'any' ? settleEach(hunks, choices, scene) : settle(hunks, choices, scene);
  if (settled.kind === 'one') return seen(hunks, settled.sites, scene);
  if (settled.kind !== 'out-of-order') return settled;
  const { turned, ...fault } = settled;
  const placed = turned && seen(hunks, turned, scene);
  return {
    kind: 'disordered',
    rung: scene.rung,
    sites: placed?.kind === 'placed' ? placed.sites : null,
    fault,
  };
}

/** What comes of the only placement there is, once it has been looked at closely. */
function seen(hunks: readonly Hunk[], found: readonly Site[], scene: Scene): Placed {
  const { rung } = scene;
  const doubts: Doubts = doubtsAbout(hunks, found, scene);
  if (doubts.kind === 'contested') return { ...doubts, rung };
  if (doubts.kind !== 'none') return doubts;
  const sites = withReasons(hunks, found, scene.file.lines);
  return sites.every(isClear)
    ? { kind: 'placed', rung, sites, order: 'given' }
    : { kind: 'unclear', rung, sites };
}

function isClear({ unclear }: Site): boolean {
  return unclear === null;
}

function indexesWhere<T>(items: readonly T[], holds: (item: T) => boolean): number[] {
  return items.flatMap((item, at) => (holds(item) ? [at] : []));
}
