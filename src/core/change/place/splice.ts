import type { Hunk, Rung } from '../change.ts';
import { bomOf, dominantEol, eolOf, withoutBom } from '../file-lines.ts';
import { sideBytes, sideLines } from '../hunk-sides.ts';

/** A file's hunks with the line (index) at which each starts, ascending and without overlap. */
export interface Splice {
  readonly rung: Rung;
  readonly hunks: readonly Hunk[];
  readonly starts: readonly number[];
}

/**
 * The file's text with all hunks put in. Context keeps the file's own bytes at every rung. New lines are the patch's own
 * bytes at the exact rung, and take the line ends around them at the looser one, where the file's BOM stays too.
 */
export function splice(lines: readonly string[], change: Splice): string {
  const loose = change.rung === 'line-ends';
  const bom = loose ? bomOf(lines[0] ?? '') : '';
  const own = bom === '' ? lines : [withoutBom(lines[0] ?? ''), ...lines.slice(1)];
  const fallback = dominantEol(lines);
  const parts: string[] = [];
  let done = 0;
  for (const [at, hunk] of change.hunks.entries()) {
    const start = change.starts[at] ?? done;
    const end = start + sideLines(hunk, 'old').length;
    const window = { before: own[start - 1], lines: own.slice(start, end), after: own[end], fallback };
    parts.push(
      own.slice(done, start).join(''),
      (loose ? fitted(hunk, window) : verbatim(hunk, window)).join(''),
    );
    done = end;
  }
  parts.push(own.slice(done).join(''));
  return bom + parts.join('');
}

/** The lines that a hunk replaces, and what stands around them. */
interface Window {
  readonly before: string | undefined;
  readonly lines: readonly string[];
  readonly after: string | undefined;
  readonly fallback: '\n' | '\r\n';
}

function verbatim(hunk: Hunk, window: Window): string[] {
  const fresh = sideBytes(hunk, 'new');
  const parts: string[] = [];
  let old = 0;
  for (const { kind } of hunk.lines) {
    if (kind === 'context') parts.push(window.lines[old] ?? '');
    if (kind === 'added') parts.push(fresh[parts.length] ?? '');
    if (kind !== 'added') old++;
  }
  return parts;
}

function fitted(hunk: Hunk, window: Window): string[] {
  const lastNew = hunk.lines.findLastIndex(({ kind }) => kind !== 'removed');
  const parts: string[] = [];
  let old = 0;
  let run: Run = { replaced: [], added: 0 };
  for (const [at, line] of hunk.lines.entries()) {
    if (line.kind === 'added') {
      const open = hunk.newEndsWithoutNewline && at === lastNew;
      const text = parts.length === 0 && window.before === undefined ? withoutBom(line.text) : line.text;
      parts.push(text + (open ? '' : eolFor(run, window, old)));
      run.added++;
      continue;
    }
    const own = window.lines[old] ?? '';
    if (line.kind === 'removed') run.replaced.push(own);
    else {
      parts.push(own);
      run = { replaced: [], added: 0 };
    }
    old++;
  }
  return parts;
}

/** Removed and added lines between two context lines. */
interface Run {
  readonly replaced: string[];
  added: number;
}

/** The first replaced line lends its line end to the first new one, and so on; the last of them to all that are left. */
function eolFor(run: Run, window: Window, old: number): string {
  const replaced = run.replaced[run.added] ?? run.replaced.at(-1);
  const neighbour = window.lines[old - 1] ?? window.before ?? window.lines[old] ?? window.after;
  return eolOf(replaced ?? neighbour ?? '') || window.fallback;
}
