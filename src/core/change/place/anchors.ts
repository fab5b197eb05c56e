import type { Rung } from '../change.ts';
import { spend, type Work } from '../work.ts';
import { type Choice, narrowed } from './choice.ts';
import { indentedKey, type Keying, keyingOf, type Searchable, soughtKeys } from './line-keys.ts';

/*
 * Anchors are lines that stand above a hunk, one below the other (`@@ class A`, `@@ def f():`). They have no line end, and
 * their authors leave the indentation out, so from the rung on that forgives blanks at the end theirs are not compared.
 */

function anchorKeying(rung: Rung): Keying {
  if (rung === 'exact' || rung === 'line-ends') return 'line-ends';
  return rung === 'trailing-space' ? 'indent' : keyingOf(rung);
}

function positionsOf(anchor: string, file: Searchable, rung: Rung): readonly number[] {
  const keying = anchorKeying(rung);
  const index = file.index(keying);
  const [first, second] = soughtKeys(anchor, keying, false).map((key) => index.idOf.get(key) ?? -1);
  const plain = index.positions[first ?? -1] ?? [];
  const other = index.positions[second ?? -1] ?? [];
  return other.length === 0 ? plain : [...plain, ...other].sort((a, b) => a - b);
}

/** The first line (index) by which all anchors have stood, in order; -1 without anchors, null where one is missing. */
export function anchorEnd(anchors: readonly string[], file: Searchable, rung: Rung): number | null {
  let above = -1;
  for (const anchor of anchors) {
    const next = firstAbove(positionsOf(anchor, file, rung), above);
    if (next === undefined) return null;
    above = next;
  }
  return above;
}

/** All lines (indexes) that are the last anchor, with the others above them in order. */
export function anchoredAt(anchors: readonly string[], file: Searchable, rung: Rung): readonly number[] {
  const above = anchorEnd(anchors.slice(0, -1), file, rung);
  const last = anchors.at(-1);
  if (above === null || last === undefined) return [];
  return positionsOf(last, file, rung).filter((at) => at > above);
}

/** The first anchor that stands nowhere below the ones before it, compared as loosely as anchors ever are. */
export function strayAnchor(anchors: readonly string[], file: Searchable): string | null {
  const stray = anchors.findIndex(
    (_, at) => anchorEnd(anchors.slice(0, at + 1), file, 'typography') === null,
  );
  return anchors[stray] ?? null;
}

function firstAbove(positions: readonly number[], above: number): number | undefined {
  let [low, high] = [0, positions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? 0) > above) high = middle;
    else low = middle + 1;
  }
  return positions[low];
}

/** Lines from `from` up to, without, `to`. */
interface Block {
  readonly from: number;
  readonly to: number;
}

/**
 * The sites that stand inside the innermost block that the anchors open, where a block is what is indented more than its
 * first line. A tie between sites is broken by it; null when the work ran out.
 */
export function inBlock(
  anchors: readonly string[],
  choice: Choice,
  at: { readonly file: Searchable; readonly rung: Rung; readonly work: Work },
): Choice | null {
  let blocks: Block[] = [{ from: 0, to: at.file.lines.length }];
  for (const anchor of anchors) {
    const inner: Block[] = [];
    for (const position of positionsOf(anchor, at.file, at.rung)) {
      const outer = blocks.find(({ from, to }) => from <= position && position < to);
      if (!spend(at.work, blocks.length)) return null;
      if (outer === undefined) continue;
      const block = blockBelow(position, outer.to, at.file);
      if (!spend(at.work, block.to - block.from)) return null;
      inner.push(block);
    }
    blocks = inner;
  }
  if (!spend(at.work, blocks.length * choice.starts.length)) return null;
  return narrowed(choice, (index) => {
    const start = choice.starts[index] ?? 0;
    return blocks.some(({ from, to }) => from <= start && choice.endAt(index) <= to);
  });
}

/** Brackets in the column of the anchor belong to its block: `{` below a function's name, `):` below its parameters. */
const BRACKET = /^[{}()[\]]/;

function blockBelow(anchor: number, limit: number, { lines }: Searchable): Block {
  const indentAt = (at: number): { width: number; text: string } => {
    const text = indentedKey(lines[at] ?? '', 'trailing-space', at === 0);
    return { width: text.length - text.trimStart().length, text: text.trimStart() };
  };
  const own = indentAt(anchor).width;
  let to = anchor + 1;
  for (; to < limit; to++) {
    const { width, text } = indentAt(to);
    if (text !== '' && width <= own && !BRACKET.test(text)) break;
  }
  return { from: anchor + 1, to };
}
