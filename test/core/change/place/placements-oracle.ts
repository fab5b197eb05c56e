import type { Hunk, HunkLine, Rung } from '../../../../src/core/change/change.ts';

/*
 * Counts placements the slow and obvious way: every start, every line, every combination. It shares no code with the
 * product and knows nothing of hints, so "exactly one placement" means what a patient reader would mean by it.
 */

/** For each old line of a hunk the file's line (index); null for a line that stands for others. */
export type Rows = readonly (number | null)[];

function oldLines(hunk: Hunk): readonly HunkLine[] {
  return hunk.lines.filter((line) => line.kind !== 'added');
}

function oldText(hunk: Hunk, at: number): string {
  const old = oldLines(hunk);
  const line = old[at];
  const open = hunk.oldEndsWithoutNewline && at === old.length - 1;
  return open ? (line?.text ?? '') : (line?.text ?? '') + (line?.eol || '\n');
}

function withoutEnd(line: string): string {
  return line.replace(/\r?\n$/, '');
}

function ascii(line: string): string {
  return Buffer.from(line, 'latin1')
    .toString('utf8')
    .replace(/[\u2018-\u201b]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' ')
    .replace(/\u2026/g, '...');
}

/** What a line of a patch may have been before a phone or a word processor had it: `--` for each em dash, or one `-`. */
function meant(line: string, rung: Rung): readonly string[] {
  const dash = '\xe2\x80\x94';
  const loose = rung === 'typography' || rung === 'elision' || rung === 'gap';
  return loose && line.includes(dash) ? [line, line.split(dash).join('--')] : [line];
}

function withIndent(line: string, rung: Rung): string {
  const text = withoutEnd(line).replace(/[ \t\r\v\f]+$/, '');
  return rung === 'indent' || rung === 'trailing-space' ? text : ascii(text).replace(/[ \t\r\v\f]+$/, '');
}

function same(mine: string, theirs: string, rung: Rung): boolean {
  if (rung === 'exact') return mine === theirs;
  if (rung === 'line-ends') return withoutEnd(mine) === withoutEnd(theirs);
  const b = withIndent(theirs, rung);
  return meant(mine, rung).some((one) => {
    const a = withIndent(one, rung);
    return rung === 'trailing-space' ? a === b : a.trimStart() === b.trimStart();
  });
}

/** All pairs differ by one and the same run of tabs or of spaces, on the same side. */
function shiftsAlike(hunk: Hunk, lines: readonly string[], by: { rows: Rows; rung: Rung }): boolean {
  const shifts = by.rows.flatMap((row, at) => {
    if (row === null) return [];
    const theirs = withIndent(lines[row] ?? '', by.rung);
    const readings = meant(oldText(hunk, at), by.rung).map((one) => withIndent(one, by.rung));
    const mine = readings.find((one) => one.trimStart() === theirs.trimStart()) ?? readings[0] ?? '';
    if (mine === '' && theirs === '') return [];
    if (mine === theirs) return ['none'];
    if (theirs.endsWith(mine)) return [`in:${theirs.slice(0, theirs.length - mine.length)}`];
    if (mine.endsWith(theirs)) return [`out:${mine.slice(0, mine.length - theirs.length)}`];
    return ['never'];
  });
  const [first] = shifts;
  if (first === undefined) return true;
  return shifts.every((one) => one === first) && /^(none|(in|out):( +|\t+))$/.test(first);
}

function alike(hunk: Hunk, lines: readonly string[], by: { rows: Rows; rung: Rung }): boolean {
  const strict = by.rung === 'exact' || by.rung === 'line-ends' || by.rung === 'trailing-space';
  const all = by.rows.every((row, at) => row === null || same(oldText(hunk, at), lines[row] ?? '', by.rung));
  return all && (strict || shiftsAlike(hunk, lines, by));
}

const ELLIPSIS = /^(\/\/|#|--|;|%)?\s*(\.\.\.|\u2026)$/;

/** Context lines that say `...` where no line of the file does. */
function elisions(hunk: Hunk, lines: readonly string[]): number[] {
  const known = new Set(lines.map((line) => withIndent(line, 'typography').trim()));
  const says = oldLines(hunk).map(({ kind, text }) => {
    return kind === 'context' && ELLIPSIS.test(ascii(text).trim());
  });
  const at = says.flatMap((one, index) => (one ? [index] : []));
  return at.some((one) => known.has(withIndent(oldText(hunk, one), 'typography').trim())) ? [] : at;
}

function runRows(start: number, length: number): number[] {
  return Array.from({ length }, (_, at) => start + at);
}

function elidedRows(hunk: Hunk, lines: readonly string[], dots: readonly number[]): Rows[] {
  const count = oldLines(hunk).length;
  const rows: (number | null)[] = new Array(count).fill(null);
  let below = 0;
  let [first, past] = [0, 0];
  for (const dot of [...dots, count]) {
    [first, past] = [past === 0 ? 0 : past, dot];
    const piece = runRows(first, past - first);
    past++;
    if (piece.length === 0) continue;
    const starts = lines.flatMap((_, start) => {
      const stands = piece.every((at, i) => {
        return start + i < lines.length && same(oldText(hunk, at), lines[start + i] ?? '', 'typography');
      });
      return stands ? [start] : [];
    });
    const [start] = starts;
    if (start === undefined || starts.length > 1 || start < below) return [];
    for (const [i, at] of piece.entries()) rows[at] = start + i;
    below = start + piece.length;
  }
  const any = rows.some((row) => row !== null) && staysInBlocks(rows, lines);
  return any && alike(hunk, lines, { rows, rung: 'elision' }) ? [rows] : [];
}

/**
 * Whether no lines are left out between different blocks: nothing may be that is indented less than the line below them,
 * and where that one is indented more than the line above them, nothing that is not indented more as well.
 */
function staysInBlocks(rows: Rows, lines: readonly string[]): boolean {
  const column = (row: number): number => {
    const blanks = /^[ \t]*/.exec(withoutEnd(lines[row] ?? '').replace(/^\xef\xbb\xbf/, ''))?.[0] ?? '';
    return [...blanks].reduce((at, one) => (one === '\t' ? 8 * (Math.floor(at / 8) + 1) : at + 1), 0);
  };
  const known = rows.filter((row) => row !== null);
  return known.every((row, at) => {
    const above = known[at - 1] ?? row;
    const left = runRows(above + 1, Math.max(0, row - above - 1)).filter((one) => {
      const text = (lines[one] ?? '').trim();
      return (
        text !== '' &&
        !/^#\s*(if|elif|else|endif|include|define|line|error|warning|undef|pragma)\b|^#\s*ifn?def\b/.test(
          text,
        )
      );
    });
    return left.every((one) => {
      const bracket = /^[{}()[\]]/.test((lines[one] ?? '').trim()) && column(one) === column(above);
      return (
        bracket ||
        ((column(one) >= column(row) || column(row) > column(above)) &&
          (column(row) <= column(above) || column(one) > column(above)))
      );
    });
  });
}

/** Every way to leave one or two lines of the file out. */
function gapRows(hunk: Hunk, lines: readonly string[]): Rows[] {
  const count = oldLines(hunk).length;
  const found: Rows[] = [];
  const stands = (at: number, row: number): boolean => {
    return row < lines.length && same(oldText(hunk, at), lines[row] ?? '', 'line-ends');
  };
  const walk = (rows: readonly number[], below: number, left: number): void => {
    if (rows.length === count && left > 0) found.push(rows);
    if (rows.length === count) return;
    for (let more = 0; left + more <= 2; more++) {
      const row = below + more;
      if (stands(rows.length, row)) walk([...rows, row], row + 1, left + more);
    }
  };
  for (const start of lines.keys()) if (stands(0, start)) walk([start], start + 1, 0);
  return found;
}

/** Every way in which one hunk's old lines stand in the file at a rung. */
function waysOf(hunk: Hunk, lines: readonly string[], rung: Rung): Rows[] {
  const dots = rung === 'elision' || rung === 'gap' ? elisions(hunk, lines) : [];
  if (dots.length > 0)
    return elidedRows(hunk, lines, dots).filter((rows) => endFits(hunk, lines, { rows, rung }));
  const count = oldLines(hunk).length;
  const plain = lines
    .map((_, start) => runRows(start, count))
    .filter((rows) => (rows.at(-1) ?? 0) < lines.length && alike(hunk, lines, { rows, rung }));
  const all: Rows[] = rung === 'gap' ? [...plain, ...gapRows(hunk, lines)] : plain;
  return all.filter((rows) => endFits(hunk, lines, { rows, rung }));
}

function endFits(hunk: Hunk, lines: readonly string[], by: { rows: Rows; rung: Rung }): boolean {
  const last = by.rows.findLast((row) => row !== null) ?? 0;
  if (last + 1 < lines.length) return !hunk.oldEndsWithoutNewline && !hunk.newEndsWithoutNewline;
  if (by.rung === 'exact' || !hunk.oldEndsWithoutNewline) return true;
  return !(lines.at(-1) ?? '\n').endsWith('\n') || hunk.lines.at(-1)?.kind === 'context';
}

/** Every complete, ordered placement of hunks that all have old lines; no more than `limit` are told. */
function allPlacements(
  hunks: readonly Hunk[],
  lines: readonly string[],
  by: { readonly rung: Rung; readonly limit: number },
): Rows[][] {
  const ways = hunks.map((hunk) => waysOf(hunk, lines, by.rung));
  const found: Rows[][] = [];
  const walk = (at: number, free: number, chosen: readonly Rows[]): void => {
    if (found.length >= by.limit) return;
    if (at === hunks.length) found.push([...chosen]);
    for (const rows of ways[at] ?? []) {
      const known = rows.filter((row) => row !== null);
      if ((known[0] ?? 0) >= free) walk(at + 1, (known.at(-1) ?? 0) + 1, [...chosen, rows]);
    }
  };
  walk(0, 0, []);
  return found;
}

/** Each hunk's only way at a rung, whatever their order, if each has one and they share no line. */
export function unorderedPlacement(
  hunks: readonly Hunk[],
  lines: readonly string[],
  rung: Rung,
): Rows[] | null {
  const ways = hunks.map((hunk) => waysOf(hunk, lines, rung));
  if (ways.some(({ length }) => length !== 1)) return null;
  const used = ways.flat().flatMap((rows) => {
    const known = rows.filter((row) => row !== null);
    return runRows(known[0] ?? 0, (known.at(-1) ?? 0) - (known[0] ?? 0) + 1);
  });
  return new Set(used).size === used.length ? ways.flat() : null;
}

export function startOf(rows: Rows): number {
  return rows.find((row) => row !== null) ?? 0;
}

export type OracleVerdict =
  | { readonly kind: 'one'; readonly rung: Rung; readonly rows: readonly Rows[] }
  | { readonly kind: 'many'; readonly rung: Rung }
  | { readonly kind: 'none' };

/**
 * The first rung at which the hunks stand somewhere in their order, and in how many ways. What stands byte by byte has to
 * be the only place but for line ends too.
 */
export function ordered(
  hunks: readonly Hunk[],
  lines: readonly string[],
  rungs: readonly Rung[],
): OracleVerdict {
  for (const rung of rungs) {
    const [first, second] = allPlacements(hunks, lines, { rung, limit: 2 });
    if (second !== undefined) return { kind: 'many', rung };
    if (first === undefined) continue;
    const twins = rung === 'exact' ? allPlacements(hunks, lines, { rung: 'line-ends', limit: 2 }) : [first];
    return twins.length > 1 ? { kind: 'many', rung } : { kind: 'one', rung, rows: first };
  }
  return { kind: 'none' };
}

/** Whether lines that a hunk leaves out stand between two of its context lines, and so beside no change. */
export function isWritable(hunk: Hunk | undefined, rows: Rows): boolean {
  const lines = hunk?.lines ?? [];
  const places = lines.flatMap(({ kind }, at) => (kind === 'added' ? [] : [at]));
  return rows.every((row, at) => {
    const before = rows[at - 1];
    if (row === null || before === null || before === undefined || row === before + 1) return true;
    const [mine = 0, above = 0] = [places[at], places[at - 1]];
    return mine === above + 1 && lines[mine]?.kind === 'context' && lines[above]?.kind === 'context';
  });
}
