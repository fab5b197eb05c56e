import { spend, type Work } from '../work.ts';
import { loosePositions } from './anchors.ts';
import { indentedKey, type Searchable } from './line-keys.ts';

/*
 * What an anchor opens. Where the lines below it are indented more than it is, that is a block: it goes down to the first
 * line that is not, or, where braces hold it, to the one that closes them. An anchor that opens no block stands for what
 * is left of the block that it stands in itself.
 */

/** Lines from `from` up to, without, `to`. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

/**
 * The lines in which a hunk with these anchors may stand: below the last of them, inside the blocks of all. Indentation is
 * not compared, since authors leave it out, so several blocks may be meant; they are told without overlap, ascending. Null
 * when the work ran out.
 */
export function blocksOf(anchors: readonly string[], file: Searchable, work: Work): Block[] | null {
  let blocks: Block[] = [{ from: 0, to: file.lines.length }];
  for (const anchor of anchors) {
    const inner = blocksBelow(loosePositions(anchor, file), blocks, { file, work });
    if (inner === null) return null;
    blocks = inner;
  }
  return blocks;
}

/** The lines (indexes) that are the last anchor, inside the blocks of those before it. Null when the work ran out. */
export function linesOfLast(anchors: readonly string[], file: Searchable, work: Work): number[] | null {
  const outer = blocksOf(anchors.slice(0, -1), file, work);
  const positions = loosePositions(anchors.at(-1) ?? '', file);
  if (outer === null || !spend(work, positions.length)) return null;
  return positions.filter((position) => blockAround(outer, position) !== null);
}

/** Blocks do not overlap and ascend. */
export function blockAround(blocks: readonly Block[], line: number): Block | null {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.to ?? 0) > line) high = middle;
    else low = middle + 1;
  }
  const block = blocks[low];
  return block !== undefined && block.from <= line ? block : null;
}

function blocksBelow(
  positions: readonly number[],
  outer: readonly Block[],
  { file, work }: { readonly file: Searchable; readonly work: Work },
): Block[] | null {
  const found: Block[] = [];
  let rest = { width: -1, to: 0 };
  if (!spend(work, positions.length + 1)) return null;
  for (const position of positions) {
    const around = blockAround(outer, position);
    const { width } = marginOf(file, position);
    // The next one of several alike has the rest of the same block.
    if (around === null || (width === rest.width && position < rest.to)) continue;
    const opened = openedBy(position, around.to, file);
    const to = opened ?? restOfBlock(position, around.to, file);
    if (!spend(work, to - position)) return null;
    if (opened === null) rest = { width, to };
    add(found, { from: position + 1, to });
  }
  return found;
}

/** Adds a block that begins below all others, as a part of the last one where they overlap. */
function add(blocks: Block[], block: Block): void {
  const last = blocks.at(-1);
  if (last === undefined || last.to < block.from) blocks.push(block);
  else if (last.to < block.to) blocks[blocks.length - 1] = { from: last.from, to: block.to };
}

/** How far a line is indented, and what it says. */
export interface Margin {
  readonly width: number;
  readonly text: string;
}

const TAB_STOP = 8;

export function marginOf({ lines }: Searchable, at: number): Margin {
  const line = indentedKey(lines[at] ?? '', 'trailing-space', at === 0);
  let [width, start] = [0, 0];
  for (; line[start] === ' ' || line[start] === '\t'; start++) {
    width = line[start] === ' ' ? width + 1 : width + TAB_STOP - (width % TAB_STOP);
  }
  return { width, text: line.slice(start) };
}

/** Brackets in the column of the anchor belong to its block: `{` below a function's name, `):` below its parameters. */
const BRACKET = /^[{}()[\]]/;
export function isBracket(text: string): boolean {
  return BRACKET.test(text);
}

const OPENS_BRACE = /\{[ \t]{0,8}(?:\/[/*].*)?$/;
const DIRECTIVE =
  /^#[ \t]{0,8}(?:if|ifdef|ifndef|elif|else|endif|define|undef|include|pragma|error|warning|line)\b/;
const LABEL = /^[A-Za-z_]\w{0,80}:$/;

/** The lines below one, but for those that say nothing about blocks. */
export function* saidBelow(
  file: Searchable,
  above: number,
  limit: number,
): Generator<Margin & { readonly at: number }> {
  for (let at = above + 1; at < limit; at++) {
    const margin = marginOf(file, at);
    if (margin.text !== '' && !DIRECTIVE.test(margin.text)) yield { ...margin, at };
  }
}

/** Where the block that a line opens ends; null when it opens none. */
function openedBy(anchor: number, limit: number, file: Searchable): number | null {
  const own = marginOf(file, anchor);
  let inBraces = OPENS_BRACE.test(own.text);
  let isDeeper = false;
  for (const { at, width, text } of saidBelow(file, anchor, limit)) {
    if (width > own.width) {
      isDeeper = true;
      continue;
    }
    inBraces ||= text.startsWith('{');
    const end = endedBy(text, { inBraces, isDeeper });
    if (end !== 'none') return isDeeper ? at + (end === 'below' ? 1 : 0) : null;
  }
  return isDeeper ? limit : null;
}

/** Whether a block ends above a line that is not indented more than what opens it, or below it, if it ends there. */
function endedBy(
  text: string,
  { inBraces, isDeeper }: { readonly inBraces: boolean; readonly isDeeper: boolean },
): 'above' | 'below' | 'none' {
  if (inBraces && text.startsWith('}') && !OPENS_BRACE.test(text)) return 'below';
  return isBracket(text) || (inBraces && isDeeper) ? 'none' : 'above';
}

/** Where the block ends in which a line stands. */
function restOfBlock(anchor: number, limit: number, file: Searchable): number {
  const own = marginOf(file, anchor);
  const isSection = SECTION.test(own.text);
  let above = own.text;
  for (const { at, width, text } of saidBelow(file, anchor, limit)) {
    const isLabel = LABEL.test(text) && /[;{}]$/.test(above);
    if (width < own.width && !isLabel) return at;
    if (isSection && width === own.width && SECTION.test(text)) return at;
    above = text;
  }
  return limit;
}

/** `[name]`, as INI files and TOML have it. */
const SECTION = /^\[.{1,200}\]$/;
