import type { Faulty } from '../../fault-of.ts';
import type { PatchLine } from '../patch-lines.ts';
import { cutOff } from './cut-off.ts';
import type { HunkEnd, Surroundings } from './hunk-end.ts';
import type { HunkHeader } from './hunk-header.ts';

interface EndingHunk {
  readonly at: number;
  readonly numbers: HunkHeader | null;
  readonly end: HunkEnd;
}

/*
 * A text that was cut off ends in a hunk with fewer lines than its header counts. Authors miscount, so that this alone is
 * forgiven; it takes another sign. Counts that are too small on one side are wrong and no cut.
 */

/** Refuses the last hunk of a text where it shows that the text was cut off in it, or right behind it. @throws Faulty malformed */
export function refuseCutHunk(lines: readonly PatchLine[], hunk: EndingHunk, around: Surroundings): void {
  const { at, numbers, end } = hunk;
  if (numbers === null) return;
  refuseHalfSignature(lines, end, around);
  if (end.resume < lines.length || end.countsAgree || end.why !== 'end') return;
  refuseBegunHeader(lines, { ...hunk, numbers });
  const lacks = { old: numbers.oldCount - end.old, new: numbers.newCount - end.new };
  if (lacks.old < 0 || lacks.new < 0 || lastLine(lines, end) === at) return;
  const sign =
    lines.at(-1)?.eol === '' ? 'its last line has no line end' : signOf(lines, { ...hunk, lacks }, around);
  if (sign !== null) throw cutHunk(lines, { ...hunk, numbers }, sign);
}

/** What a hunk that lacks lines shows beside that; null where the author may as well have miscounted. */
function signOf(
  lines: readonly PatchLine[],
  { at, end, lacks }: EndingHunk & { readonly lacks: { readonly old: number; readonly new: number } },
  around: Surroundings,
): string | null {
  if (!around.last) return null;
  if (around.mail) return 'the mail has no signature ("-- ") below it';
  const last = lines[lastLine(lines, end)]?.text.charAt(0);
  // One line of context is often lost on the way.
  const isOneLess = lacks.old === 1 && lacks.new === 1;
  if (last === '-' && !isOneLess) return 'its last line is a removed one';
  // By the counts something below is changed, while a line of the old side has still to come.
  if (last === '+' && lacks.old > 0 && lacks.old !== lacks.new) return 'its last line is an added one';
  const isChanged = lines.slice(at + 1, end.at).some(({ text }) => /^[-+]/.test(text));
  return isChanged ? null : 'no line of it is added or removed';
}

/** Index of the last line that is not blank. */
function lastLine(lines: readonly PatchLine[], end: HunkEnd): number {
  let at = end.resume - 1;
  while (at > 0 && lines[at]?.text === '') at--;
  return at;
}

/** A text may end in `--` where it was cut off in the `--- ` of the next file; in a mail it is the beginning of `-- `. */
function refuseHalfSignature(lines: readonly PatchLine[], end: HunkEnd, around: Surroundings): void {
  const last = lines[end.resume];
  if (
    end.why !== 'signature' ||
    around.mail ||
    end.resume !== lines.length - 1 ||
    last?.text !== '--' ||
    last.eol !== ''
  )
    return;
  throw cutOff(lines.length, 'it is the beginning of a "---" line');
}

/**
 * The beginning of the next file's header reads as a removed and an added line. Where the counts hold without it, and the
 * text ends in it, it is one.
 */
function refuseBegunHeader(
  lines: readonly PatchLine[],
  { at, numbers, end }: EndingHunk & { readonly numbers: HunkHeader },
): void {
  const begun = begunHeader(lines);
  if (begun === null) return;
  let [old, fresh] = [end.old - 1, end.new - (begun - 1)];
  for (let first = lines.length - begun; first > at + 1; first--) {
    if (old === numbers.oldCount && fresh === numbers.newCount)
      throw cutOff(lines.length, 'it ends in the header of the next file');
    if (lines[first - 1]?.text !== '') return;
    [old, fresh] = [old - 1, fresh - 1];
  }
}

/** How many lines at the end of the text begin a `--- ` and `+++ ` header. */
function begunHeader(lines: readonly PatchLine[]): 1 | 2 | null {
  const [above, last] = [lines.at(-2), lines.at(-1)];
  if (above === undefined || last === undefined) return null;
  const open = last.eol === '';
  if (
    above.text.startsWith('--- ') &&
    (last.text.startsWith('+++ ') || (open && '+++ '.startsWith(last.text)))
  )
    return 2;
  const isBegun = open && (last.text.startsWith('--- ') || '--- '.startsWith(last.text));
  return isBegun || OLD_NAME.test(last.text) ? 1 : null;
}

/** Rather the name of a file than a comment that is removed. */
const OLD_NAME = /^--- (?:"?a\/|\/dev\/null)/;

function cutHunk(
  lines: readonly PatchLine[],
  { at, numbers, end }: EndingHunk & { readonly numbers: HunkHeader },
  sign: string,
): Faulty {
  return cutOff(
    lines.length,
    `the hunk of line ${at + 1} has ${end.old} old and ${end.new} new lines, its header counts ${numbers.oldCount} and ${numbers.newCount}, and ${sign}`,
  );
}
