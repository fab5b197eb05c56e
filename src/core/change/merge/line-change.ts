/** Consecutive lines, counted from 1. Without any, `first` is the line before which they would stand. */
export interface LineRange {
  readonly first: number;
  readonly lines: number;
}

/** What became of some lines of one version in another. */
export interface LineChange {
  readonly base: LineRange;
  readonly own: LineRange;
}

/** Whether two changes of the same lines overlap or stand side by side: git merges neither. */
export function touches(a: LineRange, b: LineRange): boolean {
  return a.first <= b.first + b.lines && b.first <= a.first + a.lines;
}

/** `line 3`, `lines 3-5`, `the place before line 3`. */
export function sayRange({ first, lines }: LineRange): string {
  if (lines === 0) return `the place before line ${first}`;
  return lines === 1 ? `line ${first}` : `lines ${first}-${first + lines - 1}`;
}
