import type { Hunk, Rung } from '../change.ts';
import { sideBytes } from '../hunk-sides.ts';
import type { Work } from '../work.ts';
import { type Choice, narrowed } from './choice.ts';
import { findRuns } from './line-index.ts';
import { lineKey, type Searchable } from './line-keys.ts';
import { gitMayDiffer, isNamedElsewhere, namedStart } from './named.ts';
import type { Ambiguous } from './place.ts';
import { areDisjoint, leastEnd, placements } from './placements.ts';
import type { Site } from './site.ts';

/** What the candidates of one rung come to. */
export type Settled =
  | { readonly kind: 'one'; readonly sites: readonly Site[] }
  | { readonly kind: 'ambiguous'; readonly hunks: readonly Ambiguous[] }
  /** `turned`: the one placement there is when the order of the hunks is not looked at. */
  | {
      readonly kind: 'out-of-order';
      readonly hunk: number;
      readonly candidates: readonly number[];
      readonly turned: readonly Site[] | null;
    }
  | { readonly kind: 'too-much-work' };

export interface Scene {
  readonly file: Searchable;
  readonly rung: Rung;
  readonly work: Work;
}

type Choices = readonly Choice[];

/** Decides between the candidates (at least one each) of hunks that come in the order of the file. */
export function settle(hunks: readonly Hunk[], choices: Choices, scene: Scene): Settled {
  const counted = placements(choices);
  if (counted.kind === 'none') return outOfOrder(hunks, choices, scene.file);
  if (counted.kind === 'one') return vouched(hunks, { choices, sites: counted.sites }, scene);
  const left = counted.choices;
  const named = namedSites(hunks, left, scene);
  return named === null ? tied(left) : vouched(hunks, { choices, sites: named }, scene);
}

/** Decides for each hunk by itself, where their order says nothing. */
export function settleEach(hunks: readonly Hunk[], choices: Choices, scene: Scene): Settled {
  const sites: Site[] = [];
  for (const [at, choice] of choices.entries()) {
    const hunk = hunks[at];
    const named = hunk === undefined || count(choice) < 2 ? null : namedSites([hunk], [choice], scene);
    if (named === null && count(choice) > 1) return tied(choices);
    sites.push(...(named ?? [choice.siteAt(0)]));
  }
  const hunk = sites.findIndex((_, at) => !areDisjoint(sites.slice(0, at + 1)));
  if (hunk < 0) return doubtedBy(hunks, sites, scene.file) ?? { kind: 'one', sites };
  return { kind: 'out-of-order', hunk, candidates: [sites[hunk]?.start ?? 0], turned: null };
}

function count({ starts }: Choice): number {
  return starts.length;
}

function tied(choices: Choices): Settled {
  const hunks = choices.flatMap((choice, hunk) => {
    return count(choice) > 1 ? [{ hunk, candidates: [...new Set(choice.starts)] }] : [];
  });
  return { kind: 'ambiguous', hunks };
}

/** Takes a placement unless its own headers, or git's way to read them, say that there may be another one. */
function vouched(
  hunks: readonly Hunk[],
  found: { readonly choices: Choices; readonly sites: readonly Site[] },
  { file, rung }: Scene,
): Settled {
  const doubted = doubtedBy(hunks, found.sites, file);
  if (doubted !== null) return doubted;
  if (rung === 'exact' && gitMayDiffer(hunks, found, file.lines.length)) return tied(found.choices);
  return { kind: 'one', sites: found.sites };
}

/** The hunks that would fit, more loosely, where their headers say. */
function doubtedBy(hunks: readonly Hunk[], sites: readonly Site[], file: Searchable): Settled | null {
  const doubted = hunks.flatMap((hunk, at): Ambiguous[] => {
    const site = sites[at];
    if (site === undefined || !isNamedElsewhere(hunk, site, file)) return [];
    return [{ hunk: at, candidates: [site.start, namedStart(hunk) ?? 0].sort((a, b) => a - b) }];
  });
  return doubted.length > 0 ? { kind: 'ambiguous', hunks: doubted } : null;
}

/** The one placement in which every hunk with a usable header stands on the line it names; null when there is none. */
function namedSites(hunks: readonly Hunk[], choices: Choices, scene: Scene): readonly Site[] | null {
  if (scene.file.base === 'other') return null;
  const left: Choice[] = [];
  for (const [at, hunk] of hunks.entries()) {
    const choice = choices[at];
    const fits = choice && atNamedLine(hunk, choice, scene);
    if (!fits) return null;
    left.push(fits);
  }
  const counted = placements(left);
  return counted.kind === 'one' ? counted.sites : null;
}

/**
 * Of a hunk with a usable header the site that it names; null where it names none, or where the text fits better on
 * another line: there is no tie to break then, but a contradiction.
 */
function atNamedLine(hunk: Hunk, choice: Choice, scene: Scene): Choice | null {
  const named = namedStart(hunk);
  if (named === null || count(choice) < 2)
    return named === null || choice.starts[0] === named ? choice : null;
  const fits = narrowed(choice, (at) => choice.starts[at] === named);
  if (count(fits) !== 1) return null;
  if (scene.rung === 'exact' || scene.rung === 'line-ends') return fits;
  const tight = tightStarts(hunk, scene);
  return tight === null || (tight.length > 0 && !tight.includes(named)) ? null : fits;
}

/** Where all old lines stand as they are, one below the other, line ends aside; null when the work ran out. */
function tightStarts(hunk: Hunk, { file, work }: Scene): readonly number[] | null {
  const keys = sideBytes(hunk, 'old').map((line, at) => lineKey(line, 'line-ends', at === 0));
  return findRuns(file.index('line-ends'), keys, work);
}

function outOfOrder(hunks: readonly Hunk[], choices: Choices, file: Searchable): Settled {
  const turned = turnedSites(hunks, choices, file);
  let free = 0;
  for (const [hunk, choice] of choices.entries()) {
    free = leastEnd(choice, free);
    if (free === Number.POSITIVE_INFINITY) {
      return { kind: 'out-of-order', hunk, candidates: [...new Set(choice.starts)], turned };
    }
  }
  throw new TypeError('hunks that fit one after the other are not out of order');
}

/**
 * One site for each hunk, without overlap, whatever their order: the only one each has, or the ones that all headers name.
 * Headers that name the lines in another order contradict it.
 */
function turnedSites(hunks: readonly Hunk[], choices: Choices, file: Searchable): readonly Site[] | null {
  const single = choices.every((choice) => count(choice) === 1);
  if (!single && file.base === 'other') return null;
  const sites = choices.flatMap((choice, hunk): Site[] => {
    const named = hunks[hunk] && namedStart(hunks[hunk]);
    const own = single ? choice : narrowed(choice, (at) => choice.starts[at] === named);
    return count(own) === 1 ? [own.siteAt(0)] : [];
  });
  if (sites.length < choices.length || !areDisjoint(sites)) return null;
  const named = hunks
    .map((hunk, at) => ({ start: sites[at]?.start ?? 0, named: namedStart(hunk) }))
    .sort((a, b) => a.start - b.start)
    .flatMap((one) => (one.named === null ? [] : [one.named]));
  return named.every((line, at) => at === 0 || (named[at - 1] ?? 0) <= line) ? sites : null;
}
