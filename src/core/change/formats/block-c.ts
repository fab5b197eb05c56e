import { readFrame, readMutations } from './blocks/block-frame.ts';
import type { Contents } from './contents.ts';
import { member, type ObjectField, type Reading } from './data/reading.ts';

/** The hardened block: mutations with checks before and after them, flags, and what was to be done with git. */
export function readBlockC(block: ObjectField, reading: Reading): Contents {
  const frame = readFrame(block, ['mutations'], reading);
  return { format: 'block-c', ...frame, edits: readMutations(member(block, 'mutations'), reading) };
}
