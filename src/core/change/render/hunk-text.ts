import type { Hunk, HunkLine } from '../change.ts';
import { sideLines } from '../hunk-sides.ts';

const SIGN = { context: ' ', removed: '-', added: '+' } as const;

/** A hunk's body as a diff writes it, each line with the line end that it had. */
export function hunkBody(hunk: Hunk): string {
  const last = { old: lastOf(hunk, 'added'), new: lastOf(hunk, 'removed') };
  return hunk.lines
    .map((line, at) => {
      const open =
        (hunk.oldEndsWithoutNewline && at === last.old && line.kind !== 'added') ||
        (hunk.newEndsWithoutNewline && at === last.new && line.kind !== 'removed');
      return `${SIGN[line.kind]}${line.text}${eolOf(hunk, line)}${open ? NO_NEWLINE : ''}`;
    })
    .join('');
}

const NO_NEWLINE = '\\ No newline at end of file\n';

/** Index of the last line of the side without `other` lines. */
function lastOf(hunk: Hunk, other: HunkLine['kind']): number {
  return hunk.lines.findLastIndex(({ kind }) => kind !== other);
}

/** The very last line of a patch text may have lacked its line end; it reads as that of the line before it. */
function eolOf(hunk: Hunk, { eol }: HunkLine): string {
  return eol || hunk.lines.at(-2)?.eol || '\n';
}

export interface Counts {
  readonly old: number;
  readonly new: number;
}

export function countsOf(hunk: Hunk): Counts {
  return { old: sideLines(hunk, 'old').length, new: sideLines(hunk, 'new').length };
}
