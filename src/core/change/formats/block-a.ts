import type { Edit } from '../change.ts';
import { readFrame, readMutations } from './blocks/block-frame.ts';
import { blockPath } from './blocks/block-path.ts';
import { refuseLooseness } from './blocks/looseness.ts';
import { replacement } from './blocks/mutation.ts';
import type { Contents } from './contents.ts';
import { placed } from './data/pathless-edit.ts';
import { has, isObject, member, type ObjectField, type Reading, wrongField } from './data/reading.ts';
import { noteUnread } from './data/unread-members.ts';

const HINT =
  'Name the file and the text in it that changes: {"id": …, "target_file": …, "patch": {"pattern": …, "replacement": …}}. To write a whole file: {"id": …, "mutations": [{"path": …, "contents": …}]}. Or send a diff.';

/** The JSON block of the old runner: `{id, role, target_file, patch: {pattern, replacement}, metadata}`. */
export function readBlockA(block: ObjectField, reading: Reading): Contents {
  const frame = readFrame(block, ['target_file', 'patch'], reading);
  return { format: 'block-a', ...frame, edits: readTargeted(block, reading) };
}

/** What `target_file` and `patch` ask for. */
export function readTargeted(block: ObjectField, reading: Reading): readonly Edit[] {
  const patch = member(block, 'patch');
  if (isObject(patch) && has(patch, 'mutations')) {
    if (has(block, 'target_file')) reading.note('target_file: not looked at, since each mutation has a path');
    noteUnread(patch, ['mutations'], reading);
    return readMutations(member(patch, 'mutations'), reading);
  }
  const path = blockPath(member(block, 'target_file'), HINT, reading);
  if (!isObject(patch)) {
    wrongField(patch, 'an object {"pattern": …, "replacement": …}', HINT, reading);
    return [];
  }
  noteUnread(
    patch,
    ['pattern', 'replacement', 'regex', 'isRegex', 'flags', 'all', 'global', 'fallback'],
    reading,
  );
  refuseLooseness(patch, reading);
  const edit = replacement(patch, reading);
  return path === null || edit === null ? [] : [placed(edit, path, reading.span(block.span))];
}
