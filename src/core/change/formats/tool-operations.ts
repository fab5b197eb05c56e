import { utf8 } from '../bytes.ts';
import type { Edit } from '../change.ts';
import { MAX_HUNKS } from '../limits.ts';
import type { Contents } from './contents.ts';
import { type PathlessEdit, placed } from './data/pathless-edit.ts';
import {
  type Field,
  has,
  isObject,
  itemsOf,
  labelOf,
  member,
  type ObjectField,
  pathNamed,
  type Reading,
  textOf,
  wrongField,
} from './data/reading.ts';
import { refuseUnread } from './data/unread-members.ts';
import { updateOf } from './diff-member.ts';

/*
 * Operations of OpenAI's apply_patch tool, `{"type": "update_file", "path", "diff"}`, one or a list of them, or the call
 * around one. Source: platform.openai.com/docs/guides/tools-apply-patch; openai-agents-js, applyDiff.ts.
 */

const OPERATIONS = ['create_file', 'update_file', 'delete_file'] as const;

const HINT =
  'An operation is {"type": "update_file", "path": …, "diff": …}, "create_file" with a diff of + lines, or "delete_file".';

/** What the call carries beside its operation. */
const CALL = ['type', 'operation', 'call_id', 'id', 'status', 'created_by'];

/** One operation, or the call around one. */
export function isToolOperation(patch: ObjectField): boolean {
  return has(patch, 'operation') || has(patch, 'type');
}

export function readToolOperations(patch: Field, reading: Reading): Contents {
  const operations = operationsIn(patch, reading);
  const edits = operations.flatMap((field) => readOperation(field, reading));
  return { format: 'json-edits', title: null, externalId: null, edits, checks: [] };
}

function operationsIn(patch: Field, reading: Reading): readonly Field[] {
  if (patch.value?.kind === 'list') {
    const { items } = patch.value;
    if (items.length <= MAX_HUNKS) return itemsOf(patch).flatMap((field) => operationsIn(field, reading));
    reading.fault('too_large', patch, {
      message: `The patch has ${items.length} operations; expected at most ${MAX_HUNKS}.`,
      hint: 'Split it into smaller patches.',
    });
    return [];
  }
  if (!isObject(patch) || !has(patch, 'operation')) return [patch];
  refuseUnread(patch, CALL, reading);
  return [member(patch, 'operation')];
}

function readOperation(field: Field, reading: Reading): Edit[] {
  if (!isObject(field)) {
    wrongField(field, 'an object {"type": …, "path": …}', HINT, reading);
    return [];
  }
  const type = OPERATIONS.find((name) => name === labelOf(member(field, 'type')));
  if (type === undefined) {
    wrongField(member(field, 'type'), `one of ${OPERATIONS.join(', ')}`, HINT, reading);
    return [];
  }
  refuseUnread(field, type === 'delete_file' ? ['type', 'path'] : ['type', 'path', 'diff'], reading);
  const name = textOf(member(field, 'path'), { empty: 'not empty', expected: 'a path', hint: HINT }, reading);
  const path = name === null ? null : pathNamed(member(field, 'path'), name, reading);
  const edit = editOf(type, field, reading);
  return path === null || edit === null ? [] : [placed(edit, path, reading.span(field.span))];
}

function editOf(
  type: (typeof OPERATIONS)[number],
  field: ObjectField,
  reading: Reading,
): PathlessEdit | null {
  if (type === 'delete_file') return { kind: 'delete', content: null, oldMode: null };
  const diff = member(field, 'diff');
  if (type === 'update_file') return updateOf(diff, reading);
  const content = createdContent(diff, reading);
  return content === null ? null : { kind: 'create', mode: '100644', content };
}

/** Lines of a new file, each behind a `+`; what follows the last line break is a line too, as the tool's own reader has it. */
function createdContent(diff: Field, reading: Reading): string | null {
  const text = textOf(diff, { empty: 'not empty', hint: HINT }, reading);
  if (text === null) return null;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const stray = lines.findIndex((line) => !line.startsWith('+'));
  if (stray < 0) return utf8(lines.map((line) => line.slice(1)).join('\n'));
  reading.fault('malformed', diff, {
    message: `Line ${stray + 1} of field ${diff.at} does not begin with +; expected a new file, all lines behind +.`,
    hint: HINT,
  });
  return null;
}
