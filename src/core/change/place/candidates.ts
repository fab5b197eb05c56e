import type { Hunk, Rung } from '../change.ts';
import { dominantEol, eolOf, hasBom, isOpen } from '../file-lines.ts';
import { sideBytes } from '../hunk-sides.ts';
import { spend, type Work } from '../work.ts';
import { anchorEnd } from './anchors.ts';
import { blockAround, blocksOf, linesOfLast } from './blocks.ts';
import { type Choice, NOWHERE, narrowed, runChoice, siteChoice } from './choice.ts';
import { elidedSites, hasElision } from './elision.ts';
import { gapSites } from './gap.ts';
import { findRunsOf } from './line-index.ts';
import {
  indentedKey,
  indentedLike,
  type Keying,
  keyingOf,
  type Searchable,
  soughtKeys,
} from './line-keys.ts';
import { commonShift } from './shift.ts';
import type { Site } from './site.ts';

/**
 * Where a hunk may stand, ascending. `unanchored`: it has no old line, no anchor and no header to trust, or new lines and
 * nothing to tell their line ends by.
 */
export type Candidates =
  | { readonly kind: 'found'; readonly choice: Choice }
  /** The old lines stand below the anchors, and only outside the block that they open. */
  | { readonly kind: 'outside'; readonly choice: Choice }
  | { readonly kind: 'unanchored' }
  | { readonly kind: 'too-much-work' };

const NONE: Candidates = { kind: 'found', choice: NOWHERE };

export function candidatesFor(hunk: Hunk, file: Searchable, at: { rung: Rung; work: Work }): Candidates {
  if (at.rung === 'exact' || !changesBom(hunk)) return candidatesAt(hunk, file, at);
  // A byte order mark that comes or goes is part of the text, so no rung forgives it.
  return at.rung === 'line-ends' ? candidatesAt(hunk, file, { ...at, rung: 'exact' }) : NONE;
}

function candidatesAt(hunk: Hunk, file: Searchable, at: { rung: Rung; work: Work }): Candidates {
  const { rung, work } = at;
  const old = sideBytes(hunk, 'old');
  if (bringsOtherEols(hunk, file.lines)) {
    if (rung === 'exact') return NONE;
    if (file.lines.length === 1 && isOpen(file.lines)) return { kind: 'unanchored' };
  }
  if (old.length === 0) return insertionPoints(hunk, file, at);
  const all = choiceAt(hunk, file, at);
  if (all === null || !spend(work, all.starts.length)) return { kind: 'too-much-work' };
  const above = anchorEnd(hunk.anchors, file, rung);
  if (above === null) return NONE;
  const needsStart = rung !== 'exact' && hasBom(old[0] ?? '');
  const choice = narrowed(all, (index) => {
    const start = all.starts[index] ?? 0;
    const fits = start > above && (!needsStart || start === 0);
    return fits && endFits(hunk, file.lines, { end: all.endAt(index), rung });
  });
  return hunk.anchors.length === 0 ? { kind: 'found', choice } : inTheirBlocks(hunk, choice, { file, work });
}

/** A hunk with anchors begins inside the block that they open. Where it goes on below that, its own lines show it. */
function inTheirBlocks(hunk: Hunk, choice: Choice, at: { file: Searchable; work: Work }): Candidates {
  const blocks = blocksOf(hunk.anchors, at.file, at.work);
  if (blocks === null || !spend(at.work, choice.starts.length)) return { kind: 'too-much-work' };
  const inside = narrowed(choice, (index) => blockAround(blocks, choice.starts[index] ?? 0) !== null);
  const isOutside = inside.starts.length === 0 && choice.starts.length > 0;
  return isOutside ? { kind: 'outside', choice } : { kind: 'found', choice: inside };
}

/** Every place where the old lines stand at this rung, all that it takes over from the stricter ones included. */
function choiceAt(hunk: Hunk, file: Searchable, at: { rung: Rung; work: Work }): Choice | null {
  const { rung, work } = at;
  if ((rung === 'elision' || rung === 'gap') && hasElision(hunk, file)) {
    const elided = elidedSites(hunk, file, work);
    return elided && siteChoice(elided);
  }
  const plain = runs(hunk, file, { keying: keyingOf(rung), work });
  if (plain === null || rung !== 'gap') return plain;
  const torn = gapSites(hunk, file, work);
  if (torn === null || torn.length === 0) return torn && plain;
  const sites = [...plain.starts.map((_, index) => plain.siteAt(index)), ...torn];
  return siteChoice(sites.sort((a, b) => a.start - b.start || a.end - b.end));
}

function runs(hunk: Hunk, file: Searchable, by: { keying: Keying; work: Work }): Choice | null {
  const { keying, work } = by;
  const old = sideBytes(hunk, 'old');
  const keys = old.map((line, at) => soughtKeys(line, keying, at === 0));
  const starts = findRunsOf(file.index(keying), keys, work);
  if (starts === null) return null;
  if (keying !== 'indent' && keying !== 'typography') return runChoice(starts, old.length);
  // Each of them is looked at closely, and kept as an object.
  if (!spend(work, starts.length * (old.length + 8))) return null;
  const sites = starts.flatMap((start): Site[] => {
    const pairs = old.map((line, at): [string, string] => {
      const own = indentedKey(file.lines[start + at] ?? '', keying, start + at === 0);
      return [indentedLike(own, line, { keying, isFirst: at === 0 }), own];
    });
    const shift = commonShift(pairs);
    if (shift === null) return [];
    const fitted = shift === 'equal' ? null : shift;
    return [{ start, end: start + old.length, rows: null, shift: fitted, unclear: null }];
  });
  return siteChoice(sites);
}

function changesBom(hunk: Hunk): boolean {
  const [old, fresh] = [sideBytes(hunk, 'old')[0], sideBytes(hunk, 'new')[0]];
  return old !== undefined && fresh !== undefined && hasBom(old) !== hasBom(fresh);
}

/**
 * Whether a hunk, of which no old line has a line end to compare, would bring in line ends that the file does not use.
 * `\r\n` in a text whose own lines end in `\n` is what the author wrote, and is never doubted.
 */
export function bringsOtherEols(hunk: Hunk, lines: readonly string[]): boolean {
  if (lines.length === 0 || sideBytes(hunk, 'old').some((line) => line.endsWith('\n'))) return false;
  const eol = eolOf(sideBytes(hunk, 'new').find((line) => line.endsWith('\n')) ?? '');
  if (eol === '' || (eol === '\r\n' && hunk.headerEol === '\n')) return false;
  return eol !== dominantEol(lines);
}

/**
 * A hunk without old lines stands at the end if it says so, or below its anchors. Its header's number alone is believed
 * in the version that it was made from, and where it names the end: lines may have moved in any other.
 */
function insertionPoints(hunk: Hunk, file: Searchable, at: { rung: Rung; work: Work }): Candidates {
  const { lines } = file;
  const points = (starts: readonly number[]): Candidates => {
    // Behind a last line without a line end nothing can be written as it is.
    const isGlued = (start: number): boolean =>
      at.rung === 'exact' && start === lines.length && isOpen(lines);
    return {
      kind: 'found',
      choice: runChoice(
        starts.filter((start) => !isGlued(start)),
        0,
      ),
    };
  };
  if (hunk.atEnd || hunk.anchors.length > 0) {
    if (anchorEnd(hunk.anchors, file, at.rung) === null) return NONE;
    const above = hunk.atEnd ? endsOf(hunk, file, at.work) : linesOfLast(hunk.anchors, file, at.work);
    return above === null ? { kind: 'too-much-work' } : points(above.map((line) => line + 1));
  }
  if (lines.length === 0) return points([0]);
  const start = numberedStart(hunk, file);
  return start === null ? { kind: 'unanchored' } : points(start);
}

/** Where the header alone puts added lines: nowhere, if that contradicts the file, and null where it is not believed. */
function numberedStart(hunk: Hunk, { lines, base }: Searchable): number[] | null {
  const start = hunk.oldStart;
  // `-0,0` says that the old file was empty, except in a diff without context; git refuses it here as well.
  if (start === null || start === 0 || !hunk.countsAgree) return null;
  const ends = lines.length;
  if (base === 'other' || (base === 'unknown' && start !== ends)) return null;
  const glued = start === ends && isOpen(lines);
  return start <= ends && !glued && (!hunk.newEndsWithoutNewline || start === ends) ? [start] : [];
}

/** The last line (index), if the block of the anchors goes as far. */
function endsOf(hunk: Hunk, file: Searchable, work: Work): number[] | null {
  const blocks = blocksOf(hunk.anchors, file, work);
  const last = file.lines.length - 1;
  return blocks && (hunk.anchors.length === 0 || blocks.at(-1)?.to === last + 1 ? [last] : []);
}

function endFits(hunk: Hunk, lines: readonly string[], at: { end: number; rung: Rung }): boolean {
  const atEnd = at.end === lines.length;
  if (!atEnd) return !hunk.atEnd && !hunk.oldEndsWithoutNewline && !hunk.newEndsWithoutNewline;
  // At the exact rung the line ends are part of the lines, so the final one has been compared already.
  if (at.rung === 'exact' || !hunk.oldEndsWithoutNewline || isOpen(lines)) return true;
  return hunk.lines.at(-1)?.kind === 'context';
}
