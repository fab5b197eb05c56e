import type { Hunk } from '../change.ts';
import { sideLines } from '../hunk-sides.ts';

/**
 * The hunks as they are meant for a file. Numbers before the lines of one belong to them where the file has any of its old
 * lines as it is written, blanks at the ends aside: then it is a file whose own lines are numbered.
 */
export function withNumbersSettled(hunks: readonly Hunk[], lines: readonly string[]): readonly Hunk[] {
  if (hunks.every(({ unnumbered }) => unnumbered === undefined)) return hunks;
  const standing = new Set(lines.map((line) => line.trim()));
  return hunks.map((hunk) => {
    const { unnumbered, ...written } = hunk;
    if (unnumbered === undefined) return hunk;
    const own = sideLines(hunk, 'old').some(({ text }) => standing.has(text.trim()));
    return own ? written : { ...written, ...unnumbered };
  });
}
