import { readTargeted } from './block-a.ts';
import { readFrame, readMutations } from './blocks/block-frame.ts';
import type { Contents } from './contents.ts';
import { has, labelOf, member, type ObjectField, type Reading } from './data/reading.ts';

/** A block in a chat message, JSON or YAML: `role: command_patch`, a `target`, and the edits of a block A or B. */
export function readBlockE(block: ObjectField, reading: Reading): Contents {
  const frame = readFrame(block, ['target_file', 'patch', 'mutations'], reading);
  const edits = has(block, 'mutations')
    ? readMutations(member(block, 'mutations'), reading)
    : readTargeted(block, reading);
  return { format: 'block-e', ...frame, edits };
}

export function isBlockE(block: ObjectField): boolean {
  return labelOf(member(block, 'role')) === 'command_patch' && labelOf(member(block, 'target')) !== null;
}
