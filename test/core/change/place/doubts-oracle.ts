import { type Hunk, RUNGS, type Rung } from '../../../../src/core/change/change.ts';
import type { Rows } from './placements-oracle.ts';

/*
 * Says the slow and obvious way whether a looser rung is to be believed: by laying a hunk over every place of the file. It
 * shares no code with the product and knows of no header and no anchor.
 */

const TELLS = /[\w\x80-\xff]/;

function plain(line: string): string {
  return line.replace(/\r?\n$/, '').replace(/^\xef\xbb\xbf/, '');
}

function side(hunk: Hunk, other: 'added' | 'removed'): string[] {
  return hunk.lines.filter(({ kind }) => kind !== other).map(({ text }) => text);
}

/** Whether a hunk that stands at `rows` may as well stand elsewhere, or has been applied before. */
export function isDoubted(
  hunks: readonly Hunk[],
  lines: readonly string[],
  at: { readonly hunk: number; readonly rows: Rows; readonly rung: Rung },
): boolean {
  const hunk = hunks[at.hunk];
  if (hunk === undefined) return false;
  const old = side(hunk, 'added');
  const run = at.rows.every((row, index) => row !== null && row === (at.rows[0] ?? 0) + index);
  const asWritten = at.rows.every((row, index) => row !== null && plain(lines[row] ?? '') === old[index]);
  if (run && asWritten) return isCutShort(old, lines, at.rows);
  const tells = typographyTells(hunks, lines, { old, rows: at.rows });
  return tells || hasRival(old, lines, at.rows) || wasApplied(hunk, lines, at);
}

/** The hunk ends in blank lines, and what stands above them ends the file elsewhere, with too few of them. */
function isCutShort(old: readonly string[], lines: readonly string[], rows: Rows): boolean {
  for (let kept = old.length - 1; kept > 0 && old[kept] === ''; kept--) {
    const from = lines.length - kept;
    const tail = old.slice(0, kept);
    if (from < 0 || !tail.some((text) => TELLS.test(text))) continue;
    if (from !== rows[0] && tail.every((text, at) => plain(lines[from + at] ?? '') === text)) return true;
  }
  return false;
}

function hasRival(old: readonly string[], lines: readonly string[], rows: Rows): boolean {
  const telling = old.some((text) => TELLS.test(text)) ? TELLS : /\S/;
  const count = (start: number, only: (at: number) => boolean = () => true): number =>
    old.filter((text, at) => {
      const row = start + at;
      return (
        telling.test(text) && row >= 0 && row < lines.length && only(at) && plain(lines[row] ?? '') === text
      );
    }).length;
  const own = new Set(rows.flatMap((row, at) => (row === null ? [] : [row - at])));
  const pieces = [...own].map((start) => count(start, (at) => rows[at] === start + at));
  const near = rows.includes(null) ? pieces.reduce((a, b) => a + b, 0) : Math.max(...pieces);
  own.add(rows[0] ?? 0);
  for (let start = -old.length; start < lines.length; start++) {
    if (!own.has(start) && count(start) >= Math.max(1, near)) return true;
  }
  return false;
}

function bare(line: string): string {
  return plain(line)
    .replace(/[ \t\r\v\f]+$/, '')
    .replace(/^[ \t\r\v\f]+/, '');
}

function typographyTells(
  hunks: readonly Hunk[],
  lines: readonly string[],
  { old, rows }: { readonly old: readonly string[]; readonly rows: Rows },
): boolean {
  const shown = new Set(hunks.flatMap((hunk) => side(hunk, 'added').map(bare)));
  const known = new Set(lines.map(bare));
  return old.some((text, at) => {
    const row = rows[at];
    if (row === null || row === undefined || bare(text) === bare(lines[row] ?? '')) return false;
    return known.has(bare(text)) || shown.has(bare(lines[row] ?? ''));
  });
}

/** How lines are compared by the rungs that the new lines may stand by. */
const WAYS: readonly (readonly [Rung, (line: string) => string])[] = [
  ['line-ends', plain],
  ['trailing-space', (line) => plain(line).replace(/[ \t\r\v\f]+$/, '')],
  ['indent', bare],
];

function wasApplied(
  hunk: Hunk,
  lines: readonly string[],
  at: { readonly rows: Rows; readonly rung: Rung },
): boolean {
  const [old, fresh] = [side(hunk, 'added'), side(hunk, 'removed')];
  const adds = hunk.lines.some(({ kind, text }) => kind === 'added' && TELLS.test(text));
  const changes = hunk.lines.some(({ kind }) => kind !== 'context');
  if (!adds && !(changes && fresh.length > 1 && fresh.some((text) => TELLS.test(text)))) return false;
  const isRun = at.rows.every((row, index) => row === (at.rows[0] ?? 0) + index);
  for (const [rung, key] of WAYS) {
    if (RUNGS.indexOf(rung) >= RUNGS.indexOf(at.rung)) return false;
    const own = at.rows.every(
      (row, index) => row !== null && key(lines[row] ?? '') === key(old[index] ?? ''),
    );
    if (isRun && own) return false;
    const starts = lines.filter((_, start) => {
      return (
        start + fresh.length <= lines.length &&
        fresh.every((text, i) => key(lines[start + i] ?? '') === key(text))
      );
    });
    if (starts.length === 1 || (adds && starts.length > 1)) return true;
  }
  return false;
}
