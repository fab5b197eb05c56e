import type { Hunk, HunkLine } from '../../change.ts';
import { malformed } from '../../fault-of.ts';
import { lineDiff } from '../../faults/line-diff.ts';
import type { PatchLine } from '../patch-lines.ts';
import type { Block } from './block.ts';

/** A block as a hunk: lines on both sides are context, so that the file keeps its own bytes there. */
export function hunkOf(block: Block, headerEol: Hunk['headerEol'], firstLine: number): Hunk {
  const bare = withoutNumbers(block, firstLine);
  const { start, end, old } = bare;
  return {
    lines: merged(old, bare.fresh),
    oldStart: old.length === 0 ? null : start,
    countsAgree: start !== null && (end === null || end - start + 1 === old.length),
    ...{ anchors: [], atEnd: false, oldEndsWithoutNewline: false, newEndsWithoutNewline: false },
    headerEol,
    span: { firstLine: block.first + firstLine, lastLine: block.last + firstLine },
  };
}

function merged(old: readonly PatchLine[], fresh: readonly PatchLine[]): HunkLine[] {
  let [a, b] = [0, 0];
  const textOf = ({ text }: PatchLine) => text;
  return lineDiff(old.map(textOf), fresh.map(textOf)).map((shown): HunkLine => {
    const kind = shown.startsWith('+') ? 'added' : shown.startsWith('-') ? 'removed' : 'context';
    const line = kind === 'added' ? fresh[b] : old[a];
    if (kind !== 'added') a++;
    if (kind !== 'removed') b++;
    return { kind, text: shown.slice(1), eol: line?.eol ?? '\n' };
  });
}

const NUMBERED = /^[ \t]{0,8}(\d{1,7}) \| ?/;

type Numbered = Pick<Block, 'old' | 'fresh' | 'start' | 'end'>;

/**
 * Takes `12 | ` off, which some models copy from what they were shown. Only where every old line has it, counted up by
 * one: then it is no content, and tells the place.
 */
function withoutNumbers(block: Block, firstLine: number): Numbered {
  const numbers = block.old.map(({ text }) => NUMBERED.exec(text.slice(0, 24))?.[1]).map(Number);
  const [first] = numbers;
  if (first === undefined || numbers.some((number, at) => number !== first + at)) return block;
  const numbered = block.fresh.filter(({ text }) => NUMBERED.test(text.slice(0, 24))).length;
  if (numbered > 0 && numbered < block.fresh.length) {
    throw malformed(
      block.first + firstLine,
      `The SEARCH/REPLACE block at line ${block.first + firstLine} of the patch has line numbers before its old lines and before some of its new ones.`,
      'Leave the line numbers out.',
    );
  }
  const fresh = numbered > 0 ? block.fresh.map(bare) : block.fresh;
  return { old: block.old.map(bare), fresh, start: first, end: first + numbers.length - 1 };
}

function bare(line: PatchLine): PatchLine {
  return { ...line, text: line.text.replace(NUMBERED, '') };
}
