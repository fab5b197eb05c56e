import { readFrame, readMutations } from './blocks/block-frame.ts';
import type { Contents } from './contents.ts';
import { member, type ObjectField, type Reading } from './data/reading.ts';

/** `{blockId, version, mutations}`: a list of mutations and hardly anything else. */
export function readBlockB(block: ObjectField, reading: Reading): Contents {
  const frame = readFrame(block, ['mutations'], reading);
  return { format: 'block-b', ...frame, edits: readMutations(member(block, 'mutations'), reading) };
}

const MEMBERS = ['blockId', 'id', 'version', 'title', 'description', 'mutations'];

/** With any member more it is a block C. */
export function isBlockB(block: ObjectField): boolean {
  return [...block.value.members.keys()].every((name) => MEMBERS.includes(name));
}
