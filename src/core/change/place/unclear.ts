import type { Hunk, HunkLine } from '../change.ts';
import { sideLines } from '../hunk-sides.ts';
import { isElision } from './elision-line.ts';
import { lineKey, soughtKeys } from './line-keys.ts';
import { TELLS } from './nearest.ts';
import { rowOf, type Site, type Unclear } from './site.ts';
import { inAscii, typographyIn } from './typography.ts';

/*
 * Why nobody can tell from a patch what its added lines should be, or where between the old lines they belong, although
 * the old lines fit. What is forgiven to old lines is never handed on to new ones by guessing.
 */

/** The chosen sites of all hunks of a file, each with the reason why it cannot be written to, if there is one. */
export function withReasons(
  hunks: readonly Hunk[],
  sites: readonly Site[],
  lines: readonly string[],
): Site[] {
  const bent = bentTypography(hunks, sites, lines);
  const doubled = doublesOf(hunks, sites);
  const moved = sites.some(({ shift }) => shift !== null);
  return sites.map((site, at) => {
    const hunk = hunks[at];
    if (hunk === undefined || site.unclear !== null) return site;
    const blind = moved && isBlind(hunk);
    const unclear = blind ? 'indent' : whyUnclear(hunk, site, { lines, bent });
    return { ...site, unclear: unclear ?? (doubled.has(at) ? 'doubled' : null) };
  });
}

/** The hunks (by index) that add at their edge what another one before them adds at the same place. */
function doublesOf(hunks: readonly Hunk[], sites: readonly Site[]): Set<number> {
  const added = new Map<string, number>();
  const doubled = new Set<number>();
  for (const [at, hunk] of hunks.entries()) {
    const site = sites[at];
    if (site === undefined) continue;
    const { above, below } = edgesOf(hunk, site);
    for (const [place, fresh] of [[site.start, above] as const, [site.end, below] as const]) {
      const key = `${place}:${fresh.map((line) => lineKey(line, 'typography', false)).join('\n')}`;
      if (!fresh.some((line) => TELLS.test(line))) continue;
      if ((added.get(key) ?? at) !== at) doubled.add(at);
      added.set(key, at);
    }
  }
  return doubled;
}

/** Whether a hunk adds text and has no old line that would show how far it is indented. */
function isBlind({ lines }: Hunk): boolean {
  const tells = (added: boolean) =>
    lines.some(({ kind, text }) => (kind === 'added') === added && text.trim() !== '');
  return tells(true) && !tells(false);
}

function whyUnclear(hunk: Hunk, site: Site, file: { lines: readonly string[]; bent: Bent }): Unclear | null {
  const added = addedOf(hunk.lines);
  if (added.length === 0) return null;
  const edge = edgeReason(hunk, site, file.lines);
  if (edge !== null) return edge;
  const { shift } = site;
  if (shift?.by === 'out' && added.some((line) => line.trim() !== '' && !line.startsWith(shift.prefix))) {
    return 'indent';
  }
  if (site.rows?.includes(null) && added.some(isElision)) return 'elision';
  return added.some((line) => isSuspect(line, file.bent)) ? 'typography' : null;
}

/** What happened to quotes, dashes and ellipses on the patch's way here, as far as its old lines show. */
interface Bent {
  /** The patch has typographic characters where the file has ASCII. */
  readonly curled: boolean;
  /** The reverse, of quotes, dashes and ellipses. */
  readonly straightened: boolean;
  /** The same of blanks: U+00A0 in `10 €` is meant, and no blank of a patch tells which one it was. */
  readonly blanked: boolean;
}

function bentTypography(hunks: readonly Hunk[], sites: readonly Site[], lines: readonly string[]): Bent {
  let [curled, straightened, blanked] = [false, false, false];
  for (const [index, hunk] of hunks.entries()) {
    for (const [at, { text }] of sideLines(hunk, 'old').entries()) {
      const site = sites[index];
      const row = site === undefined ? null : rowOf(site, at);
      if (row === null) continue;
      const own = lines[row] ?? '';
      const differs = (ascii: string): boolean => count(text, ascii) !== count(own, ascii);
      curled ||= [...typographyIn(text)].some(differs);
      const lost = [...typographyIn(own)].filter(differs);
      straightened ||= lost.some((ascii) => ascii !== ' ');
      blanked ||= lost.includes(' ');
    }
  }
  return { curled, straightened, blanked };
}

/** How often an ASCII character or `...` stands in a text as itself. */
function count(text: string, ascii: string): number {
  return text.split(ascii).length - 1;
}

const STRAIGHT = /['"-]|\.\.\./;

/** Whether an added line may have been bent in the same way as old ones were. */
function isSuspect(line: string, { curled, straightened, blanked }: Bent): boolean {
  if (curled && inAscii(line) !== line) return true;
  return (straightened && STRAIGHT.test(line)) || (blanked && line.trim().includes(' '));
}

/**
 * A hunk that begins or ends with added lines has nothing on that side to hold them. Where it takes nothing away and they
 * stand there already, it may have been applied before: it fits before and afterwards. Where its header counts otherwise,
 * a context line may have been lost between them and the old lines; only the beginning or end of the file leaves no room,
 * and lines that they replace hold them.
 */
function edgeReason(hunk: Hunk, site: Site, lines: readonly string[]): Unclear | null {
  const { above, below } = edgesOf(hunk, site);
  if (site.end === site.start) return isThere(above, site.start, lines) ? 'applied' : null;
  const adds = hunk.lines.every(({ kind }) => kind !== 'removed');
  if (adds && (stands(above, lines, site.start - above.length) || stands(below, lines, site.end)))
    return 'applied';
  const miscounted = hunk.oldStart !== null && !hunk.countsAgree;
  const held = replacesAtEdge(hunk);
  const loose =
    (above.length > 0 && !held.above && site.start > 0) ||
    (below.length > 0 && !held.below && site.end < lines.length);
  return miscounted && loose ? 'edge' : null;
}

/** Whether what a hunk adds at an edge stands beside lines that it removes. */
function replacesAtEdge({ lines }: Hunk): { readonly above: boolean; readonly below: boolean } {
  const kinds = lines.flatMap(({ kind }) => (kind === 'added' ? [] : [kind]));
  return { above: kinds[0] === 'removed', below: kinds.at(-1) === 'removed' };
}

/** The lines that a hunk adds above its first old line and below its last; all of them twice where it has none. */
function edgesOf({ lines }: Hunk, site: Site): { readonly above: string[]; readonly below: string[] } {
  const isOld = ({ kind, text }: HunkLine): boolean => {
    return kind === 'removed' || (kind === 'context' && !(site.rows?.includes(null) && isElision(text)));
  };
  const first = lines.findIndex(isOld);
  return {
    above: addedOf(first < 0 ? lines : lines.slice(0, first)),
    below: addedOf(lines.slice(lines.findLastIndex(isOld) + 1)),
  };
}

/** Whether lines that say something stand right above or below a place. */
function isThere(added: readonly string[], at: number, lines: readonly string[]): boolean {
  const beside = stands(added, lines, at - added.length) || stands(added, lines, at);
  return beside && added.some((line) => TELLS.test(line));
}

function addedOf(lines: readonly HunkLine[]): string[] {
  return lines.flatMap(({ kind, text }) => (kind === 'added' ? [text] : []));
}

function stands(added: readonly string[], lines: readonly string[], from: number): boolean {
  if (added.length === 0 || from < 0 || from + added.length > lines.length) return false;
  return added.every((line, at) => {
    const there = lines[from + at] ?? '';
    return soughtKeys(line, 'typography', false).includes(lineKey(there, 'typography', from + at === 0));
  });
}
