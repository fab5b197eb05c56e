import type { Hunk, HunkLine } from '../../change.ts';
import { lineDiff } from '../../faults/line-diff.ts';
import { newWork, spend, type Work } from '../../work.ts';
import type { PatchLine } from '../patch-lines.ts';
import type { Block } from './block.ts';

/** A block as a hunk: lines on both sides are context, so that the file keeps its own bytes there. */
export function hunkOf(
  block: Block,
  at: { readonly headerEol: Hunk['headerEol']; readonly firstLine: number },
  work: Work,
): Hunk {
  const { headerEol, firstLine } = at;
  const bare = withoutNumbers(block);
  return {
    ...sidesOf(block, work),
    ...(bare === null ? {} : { unnumbered: sidesOf(bare, work) }),
    ...{ anchors: [], atEnd: false, oldEndsWithoutNewline: false, newEndsWithoutNewline: false },
    headerEol,
    span: { firstLine: block.first + firstLine, lastLine: block.last + firstLine },
  };
}

function sidesOf(
  { old, fresh, start, end }: Sides,
  work: Work,
): Pick<Hunk, 'lines' | 'oldStart' | 'countsAgree'> {
  return {
    lines: merged(old, fresh, work),
    oldStart: old.length === 0 ? null : start,
    countsAgree: start !== null && (end === null || end - start + 1 === old.length),
  };
}

/** A larger table is not made: `lineDiff`. */
const MOST_CELLS = 250_000;

/** Comparing the sides of all blocks takes about a tenth of a second at most; of what is left the ends are compared. */
export function comparing(): Work {
  return newWork(10_000_000);
}

function merged(old: readonly PatchLine[], fresh: readonly PatchLine[], work: Work): HunkLine[] {
  let [a, b] = [0, 0];
  const [before, after] = [old.map(({ text }) => text), fresh.map(({ text }) => text)];
  const compare = spend(work, Math.min(before.length * after.length, MOST_CELLS)) ? lineDiff : endsDiff;
  return compare(before, after).map((shown): HunkLine => {
    const kind = shown.startsWith('+') ? 'added' : shown.startsWith('-') ? 'removed' : 'context';
    const line = kind === 'added' ? fresh[b] : old[a];
    if (kind !== 'added') a++;
    if (kind !== 'removed') b++;
    return { kind, text: shown.slice(1), eol: line?.eol ?? '\n' };
  });
}

/** Only what both sides begin and end with is common. */
function endsDiff(old: readonly string[], fresh: readonly string[]): string[] {
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  return [
    ...old.slice(0, head).map((line) => ` ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...fresh.slice(head, fresh.length - tail).map((line) => `+${line}`),
    ...old.slice(old.length - tail).map((line) => ` ${line}`),
  ];
}

const NUMBERED = /^[ \t]{0,8}(\d{1,7}) \| ?/;

type Sides = Pick<Block, 'old' | 'fresh' | 'start' | 'end'>;

/**
 * The block without `12 | `, which some models copy from what they were shown, before each line; null where a line has
 * none or the numbers do not count up by one, so that they can only be content.
 */
function withoutNumbers({ old, fresh }: Block): Sides | null {
  const numbers = old.map(({ text }) => NUMBERED.exec(text.slice(0, 24))?.[1]).map(Number);
  const [first] = numbers;
  if (first === undefined || numbers.some((number, at) => number !== first + at)) return null;
  const numbered = fresh.filter(({ text }) => NUMBERED.test(text.slice(0, 24))).length;
  if (numbered > 0 && numbered < fresh.length) return null;
  return {
    old: old.map(bare),
    fresh: numbered > 0 ? fresh.map(bare) : fresh,
    start: first,
    end: first + numbers.length - 1,
  };
}

function bare(line: PatchLine): PatchLine {
  return { ...line, text: line.text.replace(NUMBERED, '') };
}
