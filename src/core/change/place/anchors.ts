import type { Rung } from '../change.ts';
import { type Keying, keyingOf, type Searchable, soughtKeys } from './line-keys.ts';

/*
 * Anchors are lines that stand above a hunk, one below the other (`@@ class A`, `@@ def f():`). They have no line end, and
 * their authors leave the indentation out, so from the rung on that forgives blanks at the end theirs are not compared.
 */

function anchorKeying(rung: Rung): Keying {
  if (rung === 'exact' || rung === 'line-ends') return 'line-ends';
  return rung === 'trailing-space' ? 'indent' : keyingOf(rung);
}

function positionsOf(anchor: string, file: Searchable, keying: Keying): readonly number[] {
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
    const next = firstAbove(positionsOf(anchor, file, anchorKeying(rung)), above);
    if (next === undefined) return null;
    above = next;
  }
  return above;
}

/** Every line (index) that an anchor may be, as it is written if it says how it is indented, and whatever its indentation. */
export function loosePositions(anchor: string, file: Searchable): readonly number[] {
  const indented = /^[ \t]/.test(anchor) ? positionsOf(anchor, file, 'trailing-space') : [];
  if (indented.length > 0) return indented;
  const loose = positionsOf(anchor, file, 'indent');
  return loose.length > 0 ? loose : positionsOf(anchor, file, 'typography');
}

/** The first anchor that stands nowhere below the ones before it, compared as loosely as anchors ever are. */
export function strayAnchor(anchors: readonly string[], file: Searchable): string | null {
  let above = -1;
  for (const anchor of anchors) {
    const next = firstAbove(positionsOf(anchor, file, 'typography'), above);
    if (next === undefined) return anchor;
    above = next;
  }
  return null;
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
