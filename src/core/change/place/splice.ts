import type { Hunk, HunkLine } from '../change.ts';
import { bomOf, dominantEol, eolOf, hasBom, isOpen, withoutBom } from '../file-lines.ts';
import { sideBytes, sideLines } from '../hunk-sides.ts';
import { bringsOtherEols } from './candidates.ts';
import { shifted } from './shift.ts';
import { rowOf, type Site } from './site.ts';

/** A hunk and where it stands. */
interface Placing {
  readonly hunk: Hunk;
  readonly site: Site;
}

/**
 * The file's text with all hunks put in, each at its site. Context keeps the file's own bytes, whatever was forgiven to
 * the patch. An added line is the patch's own, except in what the hunk's old lines have otherwise than the file: then it
 * takes the line ends around it, and the indentation by which they differ. A BOM stays, and so does a missing final
 * newline, unless the hunk says otherwise.
 */
export function splice(lines: readonly string[], hunks: readonly Hunk[], sites: readonly Site[]): string {
  return splicedLines(lines, hunks, sites).join('');
}

/** The same line by line, each with its line end. */
export function splicedLines(
  lines: readonly string[],
  hunks: readonly Hunk[],
  sites: readonly Site[],
): string[] {
  const placings = hunks.flatMap((hunk, at): Placing[] => {
    const site = sites[at];
    return site === undefined ? [] : [{ hunk, site }];
  });
  placings.sort((a, b) => a.site.start - b.site.start || a.site.end - b.site.end);
  const file: File = { lines, eol: dominantEol(lines) };
  const parts: string[] = [];
  let done = 0;
  for (const placing of placings) {
    const { start, end } = placing.site;
    keep(parts, lines, { from: done, to: start });
    const fresh = window(placing, file);
    const glued = start === lines.length && start > 0 && isOpen(lines) && fresh.length > 0;
    if (glued) endLast(parts, file.eol);
    for (const line of fresh) if (line !== '') parts.push(line);
    done = end;
  }
  keep(parts, lines, { from: done, to: lines.length });
  const [first] = placings;
  const keepsBom = first !== undefined && first.site.start === 0 && setsBomAside(first, lines);
  return keepsBom ? [bomOf(lines[0] ?? '') + (parts[0] ?? ''), ...parts.slice(1)] : parts;
}

function keep(
  parts: string[],
  lines: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): void {
  for (let at = from; at < to; at++) parts.push(lines[at] ?? '');
}

/** Ends the last line, or adds an empty one where it has its end. */
function endLast(parts: string[], eol: string): void {
  const last = parts.at(-1) ?? '\n';
  if (eolOf(last) === '') parts[parts.length - 1] = last + eol;
  else parts.push(eol);
}

interface File {
  readonly lines: readonly string[];
  /** What most of its lines end in. */
  readonly eol: '\n' | '\r\n';
}

/** Whether the file's BOM is not told by the hunk, which stands on its first line all the same. */
function setsBomAside({ hunk, site }: Placing, lines: readonly string[]): boolean {
  return site.start === 0 && hasBom(lines[0] ?? '') && !hasBom(sideBytes(hunk, 'old')[0] ?? '');
}

/** What becomes of the lines that a site covers. */
function window(placing: Placing, file: File): string[] {
  const { hunk, site } = placing;
  const fresh = addedLines(placing, file);
  const parts: string[] = [];
  let [old, added, next] = [0, 0, site.start];
  const keepUpTo = (row: number): void => {
    for (; next < row; next++) parts.push(ownLine(placing, next, file));
  };
  for (const { kind } of hunk.lines) {
    if (kind === 'added') {
      parts.push(fresh[added] ?? '');
      added++;
      continue;
    }
    // What stands for other lines is followed by them: up to the next old line, or to the end of the site.
    keepUpTo(rowOf(site, old) ?? nextRow(site, old));
    const row = rowOf(site, old);
    if (row !== null && kind === 'context') parts.push(ownLine(placing, row, file));
    if (row !== null) next = row + 1;
    old++;
  }
  return closed(parts, placing, file);
}

function nextRow(site: Site, from: number): number {
  return site.rows?.slice(from).find((row) => row !== null) ?? site.end;
}

function ownLine(placing: Placing, row: number, { lines }: File): string {
  const line = lines[row] ?? '';
  return row === 0 && setsBomAside(placing, lines) ? withoutBom(line) : line;
}

/** Gives every line but the file's last one a line end. */
function closed(parts: readonly string[], placing: Placing, file: File): string[] {
  const ends = (line: string): string => (eolOf(line) === '' ? line + file.eol : line);
  const last = parts.length - 1;
  const kept =
    placing.site.end === file.lines.length && (!endsInAdded(placing.hunk) || staysOpen(placing, file));
  return parts.map((line, at) => (at === last && kept ? line : ends(line)));
}

/** Whether the last line, which is an added one, ends the file without a line end: as the hunk says, or as it was. */
function staysOpen({ hunk, site }: Placing, { lines }: File): boolean {
  if (site.end < lines.length || !endsInAdded(hunk)) return false;
  return hunk.newEndsWithoutNewline || (isOpen(lines) && !hunk.oldEndsWithoutNewline);
}

function endsInAdded(hunk: Hunk): boolean {
  return hunk.lines.findLast(({ kind }) => kind !== 'removed')?.kind === 'added';
}

/** The added lines as the file is to have them, the final newline aside. */
function addedLines(placing: Placing, file: File): string[] {
  const { hunk, site } = placing;
  const eols = hasOwnEols(placing, file) ? ownEols(hunk) : fileEols(placing, file);
  const added = hunk.lines.flatMap(({ kind, text }) => (kind === 'added' ? [text] : []));
  const atTop = hunk.lines[0]?.kind === 'added' || hunk.lines.every(({ kind }) => kind !== 'context');
  return added.map((text, at) => {
    const moved = text.trim() === '' ? text : (shifted(text, site.shift ?? 'equal') ?? text);
    const bare = at === 0 && atTop && setsBomAside(placing, file.lines) ? withoutBom(moved) : moved;
    return at === added.length - 1 && staysOpen(placing, file) ? bare : bare + (eols[at] ?? '');
  });
}

function ownEols(hunk: Hunk): string[] {
  const bytes = sideBytes(hunk, 'new');
  const fresh = hunk.lines.filter(({ kind }) => kind !== 'removed');
  return fresh.flatMap(({ kind }, at) => (kind === 'added' ? [eolOf(bytes[at] ?? '')] : []));
}

/**
 * Whether the line ends of the patch are the file's, wherever the two can be compared. Where they cannot, since the only
 * old line is the last one of the file and has none, they are if most lines of the file have them.
 */
function hasOwnEols({ hunk, site }: Placing, { lines, eol }: File): boolean {
  if (bringsOtherEols(hunk, lines)) return false;
  let isCompared = false;
  const same = sideBytes(hunk, 'old').every((line, at) => {
    const row = rowOf(site, at);
    const own = row === null ? '' : eolOf(lines[row] ?? '');
    if (own === '' || eolOf(line) === '') return true;
    isCompared = true;
    return own === eolOf(line);
  });
  if (!same || isCompared || lines.length < 2) return same;
  return sideLines(hunk, 'new').every((line) => line.eol === '' || line.eol === eol || isMeant(line, hunk));
}

/** `\r\n` in a text whose own lines end in `\n`. */
function isMeant({ eol }: HunkLine, { headerEol }: Hunk): boolean {
  return eol === '\r\n' && headerEol === '\n';
}

/** For each added line the line end that the lines around it have. */
function fileEols({ hunk, site }: Placing, { lines, eol }: File): string[] {
  const eols: string[] = [];
  let [old, above] = [0, lines[site.start - 1]];
  let run: Run = { replaced: [], added: 0 };
  for (const { kind } of hunk.lines) {
    const row = rowOf(site, old);
    const own = row === null ? undefined : lines[row];
    if (kind === 'added') {
      eols.push(eolOf(lender(run) ?? above ?? own ?? lines[site.end] ?? '') || eol);
      run.added++;
      continue;
    }
    above = own ?? above;
    if (kind === 'context') run = { replaced: [], added: 0 };
    else if (own !== undefined) run.replaced.push(own);
    old++;
  }
  return eols;
}

/** Removed and added lines between two context lines. */
interface Run {
  readonly replaced: string[];
  added: number;
}

/** The first line replaced lends its line end to the first new one, and so on; the last of them to all that are left. */
function lender({ replaced, added }: Run): string | undefined {
  return replaced[added] ?? replaced.at(-1);
}
