import assert from 'node:assert/strict';
import type { Hunk, Rung } from '../../../../src/core/change/change.ts';
import { fileLines } from '../../../../src/core/change/file-lines.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { type Ladder, type Placed, place } from '../../../../src/core/change/place/place.ts';
import { newWork } from '../../../../src/core/change/work.ts';

export function hunksOf(patch: string): readonly Hunk[] {
  const parsed = parseChange(Buffer.from(patch, 'latin1'), { format: null });
  assert.equal(parsed.kind, 'change');
  const edit = parsed.kind === 'change' ? parsed.change.edits[0] : undefined;
  return edit?.kind === 'modify' ? edit.hunks : [];
}

/** An outcome with no more of its sites than where they start. */
export type Starts =
  | Exclude<Placed, { kind: 'placed' | 'unclear' }>
  | { readonly kind: 'placed' | 'unclear'; readonly rung: Rung; readonly starts: readonly number[] };

export function startsOf(placed: Placed): Starts {
  if (placed.kind !== 'placed' && placed.kind !== 'unclear') return placed;
  const { kind, rung, sites } = placed;
  return { kind, rung, starts: sites.map(({ start }) => start) };
}

/** The same in the version that they were made from. */
export function placedInPreimage(file: string, ...hunks: readonly string[]): Starts {
  const ladderThere = ladder(newWork(), 'known');
  return startsOf(place(hunksOf(`--- a/f\n+++ b/f\n${hunks.join('')}`), fileLines(file), ladderThere));
}

/** The hunks of a diff, given as text from `@@` on, in a file given as text. */
export function placed(file: string, ...hunks: readonly string[]): Starts {
  return startsOf(place(hunksOf(`--- a/f\n+++ b/f\n${hunks.join('')}`), fileLines(file), ladder()));
}

export function ladder(work = newWork(), base: Ladder['base'] = 'unknown'): Ladder {
  return { work, order: 'ordered', loosest: 'gap', base };
}
