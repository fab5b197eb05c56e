/** One place where a hunk fits: the lines of the file (indexes) that it covers, from `start` up to, without, `end`. */
export interface Site {
  readonly start: number;
  readonly end: number;
  /**
   * For each old line of the hunk the file's line that it is; null for a line that stands for others (`...`). Where this
   * is null itself, the old lines are the lines from `start` on, one after the other.
   */
  readonly rows: readonly (number | null)[] | null;
  readonly shift: Shift | null;
  /** Why the new lines could not be written there, although the old ones fit; null when they can. */
  readonly unclear: Unclear | null;
}

/** The blanks by which the file is indented more (`in`) or less (`out`) than the hunk: all tabs, or all spaces. */
export interface Shift {
  readonly by: 'in' | 'out';
  readonly prefix: string;
}

export type Unclear =
  /** An added line does not begin with the blanks that all old lines have too many, or no old line tells about them. */
  | 'indent'
  /** Added lines use a character that stands differently in the hunk's old lines and in the file. */
  | 'typography'
  /** An added line, or what it hangs on, is a mere `...`. */
  | 'elision'
  /** The file has a line right beside a change, which the hunk does not show. */
  | 'gap'
  /** The hunk only adds lines, with nothing above or nothing below them, and there they stand already. */
  | 'applied'
  /** Another hunk adds the same lines at the same place. */
  | 'doubled'
  /** It begins or ends with added lines, and its header tells of lines that it does not show. */
  | 'edge';

/** The file's line (index) that is old line `at` of the hunk; null where that stands for other lines. */
export function rowOf(site: Site, at: number): number | null {
  return site.rows === null ? site.start + at : (site.rows[at] ?? null);
}
