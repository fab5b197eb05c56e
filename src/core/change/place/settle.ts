import type { Hunk, Rung } from '../change.ts';
import { sideBytes } from '../hunk-sides.ts';
import type { Work } from '../work.ts';
import { inBlock } from './anchors.ts';
import { type Choice, narrowed } from './choice.ts';
import { lineKey, type Searchable } from './line-keys.ts';
import { gitMayDiffer, isNamedElsewhere, namedStart } from './named.ts';
import type { Ambiguous } from './place.ts';
import { areDisjoint, leastEnd, placements } from './placements.ts';
import { rowOf, type Site } from './site.ts';

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
  if (counted.kind === 'none') return outOfOrder(hunks, choices);
  if (counted.kind === 'one') return vouched(hunks, { choices, sites: counted.sites }, scene);
  const inside = inTheirBlocks(hunks, counted.choices, scene);
  if (inside === null) return { kind: 'too-much-work' };
  const again = placements(inside);
  if (again.kind === 'one') return vouched(hunks, { choices, sites: again.sites }, scene);
  const left = again.kind === 'many' ? again.choices : counted.choices;
  const named = namedSites(hunks, left, scene.file);
  return named === null ? tied(left) : vouched(hunks, { choices, sites: named }, scene);
}

/** Decides for each hunk by itself, where their order says nothing. */
export function settleEach(hunks: readonly Hunk[], choices: Choices, scene: Scene): Settled {
  const sites: Site[] = [];
  for (const [at, choice] of choices.entries()) {
    const hunk = hunks[at];
    const named = hunk === undefined || count(choice) < 2 ? null : namedSites([hunk], [choice], scene.file);
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

/** A hunk with anchors stands, of several sites, inside the block that they open. Null when the work ran out. */
function inTheirBlocks(hunks: readonly Hunk[], choices: Choices, scene: Scene): Choice[] | null {
  const inside: Choice[] = [];
  for (const [at, choice] of choices.entries()) {
    const anchors = hunks[at]?.anchors ?? [];
    const fewer = anchors.length === 0 || count(choice) < 2 ? choice : inBlock(anchors, choice, scene);
    if (fewer === null) return null;
    inside.push(count(fewer) > 0 ? fewer : choice);
  }
  return inside;
}

/** The one placement in which every hunk with a usable header stands on the line it names; null when there is none. */
function namedSites(hunks: readonly Hunk[], choices: Choices, file: Searchable): readonly Site[] | null {
  const left: Choice[] = [];
  for (const [at, hunk] of hunks.entries()) {
    const choice = choices[at];
    const fits = choice && atNamedLine(hunk, choice, file);
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
function atNamedLine(hunk: Hunk, choice: Choice, file: Searchable): Choice | null {
  const named = namedStart(hunk);
  if (named === null || count(choice) < 2)
    return named === null || choice.starts[0] === named ? choice : null;
  const fits = narrowed(choice, (at) => choice.starts[at] === named);
  if (count(fits) !== 1) return null;
  if (isTight(hunk, fits.siteAt(0), file)) return fits;
  const better = choice.starts.some((_, at) => isTight(hunk, choice.siteAt(at), file));
  return better ? null : fits;
}

/** Whether all old lines stand at a site as they are, line ends aside. */
function isTight(hunk: Hunk, site: Site, file: Searchable): boolean {
  return sideBytes(hunk, 'old').every((line, at) => {
    const row = rowOf(site, at);
    if (row === null) return false;
    return lineKey(line, 'line-ends', at === 0) === lineKey(file.lines[row] ?? '', 'line-ends', row === 0);
  });
}

function outOfOrder(hunks: readonly Hunk[], choices: Choices): Settled {
  const turned = turnedSites(hunks, choices);
  let free = 0;
  for (const [hunk, choice] of choices.entries()) {
    free = leastEnd(choice, free);
    if (free === Number.POSITIVE_INFINITY) {
      return { kind: 'out-of-order', hunk, candidates: [...new Set(choice.starts)], turned };
    }
  }
  throw new TypeError('hunks that fit one after the other are not out of order');
}

/** One site for each hunk, without overlap, whatever their order: the only one each has, or the ones that all headers name. */
function turnedSites(hunks: readonly Hunk[], choices: Choices): readonly Site[] | null {
  const single = choices.every((choice) => count(choice) === 1);
  const sites = choices.flatMap((choice, hunk): Site[] => {
    const named = hunks[hunk] && namedStart(hunks[hunk]);
    const own = single ? choice : narrowed(choice, (at) => choice.starts[at] === named);
    return count(own) === 1 ? [own.siteAt(0)] : [];
  });
  return sites.length === choices.length && areDisjoint(sites) ? sites : null;
}
