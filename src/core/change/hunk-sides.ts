import type { Hunk, HunkLine } from './change.ts';

/**
 * One side of a hunk as bytes, line by line, line ends included. The very last line of a patch text may lack its line
 * end; it then has that of the line before it.
 */
export function sideBytes(hunk: Hunk, side: 'old' | 'new'): string[] {
  const lines = sideLines(hunk, side);
  const open = side === 'old' ? hunk.oldEndsWithoutNewline : hunk.newEndsWithoutNewline;
  const fallback = hunk.lines.at(-2)?.eol || '\n';
  return lines.map(({ text, eol }, at) =>
    open && at === lines.length - 1 ? text : `${text}${eol === '' ? fallback : eol}`,
  );
}

/** Context and removed lines, or context and added lines. */
export function sideLines(hunk: Hunk, side: 'old' | 'new'): HunkLine[] {
  const other = side === 'old' ? 'added' : 'removed';
  return hunk.lines.filter(({ kind }) => kind !== other);
}
