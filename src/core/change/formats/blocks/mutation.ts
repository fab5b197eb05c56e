import { utf8 } from '../../bytes.ts';
import type { Edit, Insertion } from '../../change.ts';
import { kindOf } from '../data/located.ts';
import { modeEdit, type PathlessEdit, placed } from '../data/pathless-edit.ts';
import {
  type Field,
  has,
  isObject,
  labelOf,
  member,
  memberOf,
  type ObjectField,
  type Reading,
  textOf,
  wrongField,
} from '../data/reading.ts';
import { noteUnread } from '../data/unread-members.ts';
import { blockMode } from './block-mode.ts';
import { blockPath } from './block-path.ts';
import { literalPattern } from './literal-pattern.ts';
import { refuseLooseness } from './looseness.ts';

export const MUTATION_HINT =
  'A mutation is {"path": …} with "contents", or "pattern" and "replacement", or "contents" and one of "insertAfter", "insertBefore" and "insertAt", or "op": "delete" or "chmod".';

const CONTENTS = ['contents', 'content'] as const;
const PATHS = ['path', 'target_file', 'file'] as const;
const PLACES = ['insertAfter', 'insertBefore', 'insertAt'] as const;
const MEMBERS = [
  ...[...PATHS, 'op', ...CONTENTS, 'pattern', 'replacement', 'mode', ...PLACES],
  ...[
    'fallback',
    'description',
    'comment',
    'regex',
    'isRegex',
    'useRegex',
    'flags',
    'all',
    'global',
    'replaceAll',
  ],
  ...['occurrence', 'count', 'encoding', 'id', 'note', 'notes'],
];

type Op = 'upsert' | 'delete' | 'chmod';
const OPS: ReadonlyMap<string, Op> = new Map<string, Op>([
  ...['upsert', 'write', 'replace', 'insert'].map((word) => [word, 'upsert'] as const),
  ...['delete', 'remove'].map((word) => [word, 'delete'] as const),
  ['chmod', 'chmod'],
]);

/** Reads one entry of a block's `mutations`: the edit it asks for, and one more for its mode. Empty with a fault. */
export function readMutation(field: Field, reading: Reading): readonly Edit[] {
  if (!isObject(field)) {
    wrongField(field, 'an object {"path": …}', MUTATION_HINT, reading);
    return [];
  }
  noteUnread(field, MEMBERS, reading);
  refuseLooseness(field, reading);
  const path = blockPath(memberOf(field, PATHS), MUTATION_HINT, reading);
  const op = opOf(field, reading);
  const edits = op === null ? [] : editsOf(op, field, reading);
  return path === null ? [] : edits.map((edit) => placed(edit, path, reading.span(field.span)));
}

function opOf(field: ObjectField, reading: Reading): Op | null {
  const named = member(field, 'op');
  if (named.value === undefined) return 'upsert';
  const op = OPS.get(labelOf(named)?.toLowerCase() ?? '');
  if (op !== undefined) return op;
  wrongField(named, '"upsert", "delete" or "chmod"', MUTATION_HINT, reading);
  return null;
}

function editsOf(op: Op, field: ObjectField, reading: Reading): readonly PathlessEdit[] {
  switch (op) {
    case 'delete':
      return deletion(field, reading);
    case 'chmod':
      return isAlone(field, 'chmod', reading) ? modeOf(field, reading) : [];
    case 'upsert':
      return upsert(field, reading);
  }
}

function deletion(field: ObjectField, reading: Reading): readonly PathlessEdit[] {
  if (!isAlone(field, 'delete', reading)) return [];
  return [{ kind: 'delete', content: null, oldMode: null }];
}

/** Whether a mutation that takes no text has none. */
function isAlone(field: ObjectField, op: 'delete' | 'chmod', reading: Reading): boolean {
  const stray = [...CONTENTS, 'pattern', 'replacement', ...PLACES].filter((name) => has(field, name));
  if (stray.length === 0) return true;
  contradiction(field, `"op": "${op}" and ${stray.join(', ')}`, reading);
  return false;
}

function contradiction(field: ObjectField, got: string, reading: Reading): void {
  reading.fault('malformed', field, {
    message: `Field ${field.at} has ${got}; expected one thing to do.`,
    hint: `Make two mutations of it, in order. ${MUTATION_HINT}`,
  });
}

function modeOf(field: ObjectField, reading: Reading): readonly PathlessEdit[] {
  const mode = blockMode(member(field, 'mode'), reading);
  return mode === null ? [] : [modeEdit(mode)];
}

function upsert(field: ObjectField, reading: Reading): readonly PathlessEdit[] {
  const places = PLACES.filter((name) => has(field, name));
  const hasContents = CONTENTS.some((name) => has(field, name));
  const ways = [...(has(field, 'pattern') ? ['pattern'] : []), ...places];
  if (
    ways.length > 1 ||
    (has(field, 'pattern') && hasContents) ||
    CONTENTS.every((name) => has(field, name))
  ) {
    const got = [...ways, ...CONTENTS.filter((name) => has(field, name))].join(' and ');
    contradiction(field, got, reading);
    return [];
  }
  const [where] = places;
  if (where !== undefined) return withMode(field, insertion(field, where, reading), reading);
  if (has(field, 'pattern') || has(field, 'replacement')) {
    return withMode(field, replacement(field, reading), reading);
  }
  if (hasContents) return writing(field, reading);
  if (has(field, 'mode')) return modeOf(field, reading);
  reading.fault('malformed', field, {
    message: `Field ${field.at} says nothing to do: it has no contents, no pattern and no mode.`,
    hint: MUTATION_HINT,
  });
  return [];
}

function withMode(field: ObjectField, edit: PathlessEdit | null, reading: Reading): readonly PathlessEdit[] {
  const mode = has(field, 'mode') ? modeOf(field, reading) : [];
  return edit === null ? [] : [edit, ...mode];
}

function writing(field: ObjectField, reading: Reading): readonly PathlessEdit[] {
  const mode = has(field, 'mode') ? blockMode(member(field, 'mode'), reading) : null;
  const text = textOf(memberOf(field, CONTENTS), { empty: 'may be empty', hint: MUTATION_HINT }, reading);
  if (text === null) return [];
  return [{ kind: 'write', content: utf8(text), mode, lineEnds: 'given' }];
}

/** `pattern` and `replacement` of a mutation, or of a block A. */
export function replacement(field: ObjectField, reading: Reading): PathlessEdit | null {
  const pattern = literalPattern(member(field, 'pattern'), MUTATION_HINT, reading);
  const fresh = textOf(member(field, 'replacement'), { empty: 'may be empty', hint: MUTATION_HINT }, reading);
  if (pattern === null || fresh === null) return null;
  return { kind: 'replace', pattern: utf8(pattern), replacement: utf8(fresh) };
}

function insertion(field: ObjectField, name: (typeof PLACES)[number], reading: Reading): PathlessEdit | null {
  const source = memberOf(field, [...CONTENTS, 'replacement']);
  const text = textOf(source, { empty: 'not empty', hint: MUTATION_HINT }, reading);
  const place = placeOf(member(field, name), name, reading);
  return text === null || place === null ? null : { kind: 'insert', ...place, text: utf8(text) };
}

function placeOf(
  field: Field,
  name: (typeof PLACES)[number],
  reading: Reading,
): Pick<Insertion, 'where' | 'anchor'> | null {
  if (name === 'insertAt') return endOfFile(field, reading);
  const anchor = literalPattern(field, MUTATION_HINT, reading);
  return anchor === null
    ? null
    : { where: name === 'insertAfter' ? 'after' : 'before', anchor: utf8(anchor) };
}

const ENDS: ReadonlyMap<string, 'start' | 'end'> = new Map([
  ...['start', 'top', 'beginning'].map((word) => [word, 'start'] as const),
  ...['end', 'bottom', 'eof'].map((word) => [word, 'end'] as const),
]);

function endOfFile(field: Field, reading: Reading): Pick<Insertion, 'where' | 'anchor'> | null {
  const where = ENDS.get(labelOf(field)?.toLowerCase() ?? '');
  if (where !== undefined) return { where, anchor: '' };
  const isNumber = /^(?:line\s*)?[0-9]+$/i.test(wordOf(field));
  const why = isNumber
    ? 'a line number says nothing about what stands there, and line numbers move'
    : 'it names no place';
  reading.fault(isNumber ? 'unsupported' : 'malformed', field, {
    message: `Field ${field.at} is ${kindOf(field.value)}; expected "start" or "end": ${why}.`,
    hint: 'Name the place by its text, with insertAfter or insertBefore, which stands in the file exactly once.',
  });
  return null;
}

function wordOf({ value }: Field): string {
  if (value?.kind === 'text') return value.text.trim().slice(0, 40);
  return value?.kind === 'other' ? String(value.value) : '';
}
