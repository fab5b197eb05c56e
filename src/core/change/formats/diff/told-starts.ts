import type { Hunk } from '../../change.ts';
import { sideLines } from '../../hunk-sides.ts';
import type { HunkHeader } from './hunk-header.ts';

export interface HeadedHunk {
  readonly hunk: Hunk;
  readonly numbers: HunkHeader | null;
}

/**
 * The hunks of a file, without the start of those whose header tells two places: where the old side starts, and where the
 * new side does once the hunks above have shifted it. git goes by the one and GNU patch by the other, so that a hunk whose
 * neighbour was taken out of the diff may end up in either; without a start it breaks no tie.
 */
export function withToldStarts(read: readonly HeadedHunk[]): Hunk[] {
  const told = read.flatMap(({ hunk, numbers }) => (numbers === null ? [] : [{ hunk, numbers }]));
  if (told.length < read.length) return read.map(({ hunk }) => hunk);
  const contradicted = new Set<Hunk>();
  let shift = 0;
  for (const { hunk, numbers } of told.sort((a, b) => a.numbers.oldStart - b.numbers.oldStart)) {
    const [old, fresh] = [sideLines(hunk, 'old').length, sideLines(hunk, 'new').length];
    // A side without lines is told by the line before it.
    const start = numbers.oldStart + shift + (old === 0 ? 1 : 0) - (fresh === 0 ? 1 : 0);
    if (numbers.newStart !== start) contradicted.add(hunk);
    shift += fresh - old;
  }
  return read.map(({ hunk }) => (contradicted.has(hunk) ? { ...hunk, oldStart: null } : hunk));
}
