import { type Hunk, RUNGS } from '../change.ts';
import { sideBytes, sideLines } from '../hunk-sides.ts';
import type { Work } from '../work.ts';
import { blockAround, blocksOf } from './blocks.ts';
import { findRuns } from './line-index.ts';
import { type Keying, lineKey, type Searchable } from './line-keys.ts';
import { fitsAt, namedStart } from './named.ts';
import { rivalsOf, TELLS } from './nearest.ts';
import type { Scene } from './settle.ts';
import { rowOf, type Site } from './site.ts';

/*
 * What a placement, the only one of its rung, is doubted for. A looser rung is believed only where no other place is
 * nearer to the text: where as many of the hunk's lines, or more, stand elsewhere as they are, that may be the place,
 * with a line in it that somebody has changed. And it is not believed where the new lines stand already in a place that
 * the hunk fits better, or that its header names: then the hunk was applied, and its site is a twin.
 */

export type Doubts =
  | { readonly kind: 'none' }
  | { readonly kind: 'contested'; readonly hunks: readonly Contested[] }
  | { readonly kind: 'applied'; readonly hunks: readonly Contested[] }
  | { readonly kind: 'too-much-work' };

/** Lines are indexes. */
export interface Contested {
  readonly hunk: number;
  /** Where it would be placed. */
  readonly start: number;
  /** Where it, or what it makes, may stand as well. */
  readonly others: readonly number[];
}

const NONE: Doubts = { kind: 'none' };

export function doubtsAbout(hunks: readonly Hunk[], sites: readonly Site[], scene: Scene): Doubts {
  const applied: Contested[] = [];
  const contested: Contested[] = [];
  let grown = 0;
  for (const [at, hunk] of hunks.entries()) {
    const site = sites[at];
    if (site === undefined) continue;
    const since = grown;
    grown += sideLines(hunk, 'new').length - sideLines(hunk, 'old').length;
    const doubt = appliedAt(hunk, site, { scene, grown: since });
    if (doubt !== null) applied.push({ hunk: at, start: site.start, others: [doubt] });
    const others = contestedBy(hunks, { hunk, site }, scene);
    if (others === null) return { kind: 'too-much-work' };
    if (others.length > 0) contested.push({ hunk: at, start: site.start, others });
  }
  if (applied.length > 0) return { kind: 'applied', hunks: applied };
  return contested.length > 0 ? { kind: 'contested', hunks: contested } : NONE;
}

interface Placing {
  readonly hunk: Hunk;
  readonly site: Site;
}

/** Null when the work ran out. */
function contestedBy(hunks: readonly Hunk[], { hunk, site }: Placing, scene: Scene): number[] | null {
  const { file, work } = scene;
  if (file.base !== 'other' && namedStart(hunk) === site.start) return [];
  const blocks = hunk.anchors.length === 0 ? null : blocksOf(hunk.anchors, file, work);
  if (blocks === null && hunk.anchors.length > 0) return null;
  if (isAsWritten(hunk, site, file)) {
    return cutShort(hunk, site, file).filter((line) => blocks === null || blockAround(blocks, line) !== null);
  }
  const told = typographyTold(hunks, { hunk, site }, file);
  return told.length > 0 ? told : rivalsOf(hunk, site, { file, blocks, work });
}

/** Whether all old lines stand at a site as they are, one below the other, line ends aside. */
function isAsWritten(hunk: Hunk, site: Site, file: Searchable): boolean {
  return site.rows === null && fitsBy(hunk, site, { keying: 'line-ends', file });
}

function fitsBy(hunk: Hunk, site: Site, by: { keying: Keying; file: Searchable }): boolean {
  return sideBytes(hunk, 'old').every((line, at) => {
    const row = rowOf(site, at);
    if (row === null) return false;
    const own = lineKey(by.file.lines[row] ?? '', by.keying, row === 0);
    return own === lineKey(line, by.keying, at === 0);
  });
}

/**
 * Where the old lines end the file but for blank ones at their end, of which it has fewer: authors show one too many there,
 * and it makes another place fit.
 */
function cutShort(hunk: Hunk, site: Site, { lines }: Searchable): number[] {
  const keys = sideBytes(hunk, 'old').map((line, at) => lineKey(line, 'line-ends', at === 0));
  const found: number[] = [];
  for (let kept = keys.length - 1; kept > 0 && keys[kept] === '' && found.length === 0; kept--) {
    const from = lines.length - kept;
    if (from < 0 || from === site.start) continue;
    const tail = keys.slice(0, kept);
    const stands = tail.every(
      (key, at) => key === lineKey(lines[from + at] ?? '', 'line-ends', from + at === 0),
    );
    if (stands && tail.some((key) => TELLS.test(key))) found.push(from);
  }
  return found;
}

/**
 * Lines of the file that show that quotes, dashes and spaces were not lost on the way: an old line that fits only if they
 * are forgiven stands elsewhere as it is, or another old line is what the file has there.
 */
function typographyTold(hunks: readonly Hunk[], { hunk, site }: Placing, file: Searchable): number[] {
  if (fitsBy(hunk, site, { keying: 'indent', file })) return [];
  const { positions, idOf } = file.index('indent');
  const shown = new Set<string>();
  for (const one of hunks)
    for (const { text } of sideLines(one, 'old')) shown.add(lineKey(text, 'indent', false));
  return sideBytes(hunk, 'old').flatMap((line, at): number[] => {
    const row = rowOf(site, at);
    if (row === null) return [];
    const [mine, own] = [
      lineKey(line, 'indent', at === 0),
      lineKey(file.lines[row] ?? '', 'indent', row === 0),
    ];
    if (mine === own) return [];
    const elsewhere = positions[idOf.get(mine) ?? -1] ?? [];
    if (elsewhere.length > 0) return elsewhere.slice(0, 1);
    return shown.has(own) ? [row] : [];
  });
}

/** The line (index) at which the new lines stand, if that tells that the hunk was applied; null otherwise. */
function appliedAt(
  hunk: Hunk,
  site: Site,
  { scene, grown }: { readonly scene: Scene; readonly grown: number },
): number | null {
  if (scene.file.base === 'known' || !isTelling(hunk)) return null;
  const named = namedStart(hunk);
  if (named !== null && named !== site.start && sideLines(hunk, 'old').length > 0) {
    const there = [named, named + grown].find((line) => fitsAt(hunk, { side: 'new', line }, scene.file));
    if (there !== undefined) return there;
  }
  return stricterAt(hunk, site, scene);
}

/** The line (index) inside the block of its anchors at which the new lines of a hunk stand as they are; null if nowhere. */
export function appliedInBlock(hunk: Hunk, file: Searchable, work: Work): number | null {
  if (!isTelling(hunk)) return null;
  const blocks = blocksOf(hunk.anchors, file, work) ?? [];
  const keys = sideBytes(hunk, 'new').map((line, at) => lineKey(line, 'indent', at === 0));
  const runs = findRuns(file.index('indent'), keys, work) ?? [];
  return runs.find((start) => blockAround(blocks, start) !== null) ?? null;
}

/** Where the new lines stand by a stricter rung than the old ones at their site. */
function stricterAt(hunk: Hunk, site: Site, { file, rung, work }: Scene): number | null {
  const stricter: readonly Keying[] = ['line-ends', 'trailing-space', 'indent'];
  for (const keying of stricter) {
    const isStricter = RUNGS.indexOf(keying) < RUNGS.indexOf(rung);
    if (!isStricter || (site.rows === null && site.shift === null && fitsBy(hunk, site, { keying, file })))
      return null;
    const keys = sideBytes(hunk, 'new').map((line, at) => lineKey(line, keying, at === 0));
    const [first, second] = findRuns(file.index(keying), keys, work) ?? [];
    if (first !== undefined && (second === undefined || addsText(hunk))) return first;
  }
  return null;
}

/** Whether the new lines can tell that they are the hunk's: it adds some, or leaves more than one that says anything. */
function isTelling(hunk: Hunk): boolean {
  const fresh = sideLines(hunk, 'new');
  const changes = fresh.length < hunk.lines.length;
  return addsText(hunk) || (changes && fresh.length > 1 && fresh.some(({ text }) => TELLS.test(text)));
}

function addsText({ lines }: Hunk): boolean {
  return lines.some(({ kind, text }) => kind === 'added' && TELLS.test(text));
}
