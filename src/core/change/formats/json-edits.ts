import type { Path } from '../../git.ts';
import { nearest } from '../../nearest.ts';
import { utf8 } from '../bytes.ts';
import type { Edit, Insertion, Writing } from '../change.ts';
import { targetRefused } from '../faults/target-refused.ts';
import { MAX_EXTERNAL_ID, MAX_HUNKS } from '../limits.ts';
import { whyTargetRefused } from '../paths/symlink-target.ts';
import type { Contents } from './contents.ts';
import { copyEdit, modeEdit, moveEdit, type PathlessEdit, placed } from './data/pathless-edit.ts';
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
 * Our own form, whose schema is docs/schemas/json-edits.schema.json: a test holds both together. Strict: a member that
 * is not known is a fault, since nothing of the author's may be passed over here.
 */

const HINT = 'docs/schemas/json-edits.schema.json tells every kind of edit and its members.';

export function readJsonEdits(patch: ObjectField, reading: Reading): Contents {
  refuseUnread(patch, ['edits', 'title', 'id', '$schema'], reading);
  for (const name of ['title', 'id', '$schema']) {
    const label = member(patch, name);
    if (label.value !== undefined) textOf(label, { empty: 'may be empty', hint: HINT }, reading);
  }
  const id = member(patch, 'id');
  if ((labelOf(id)?.length ?? 0) > MAX_EXTERNAL_ID) {
    wrongField(id, `at most ${MAX_EXTERNAL_ID} characters`, HINT, reading);
  }
  const list = member(patch, 'edits');
  const edits = isReadable(list, reading) ? itemsOf(list).flatMap((field) => readEdit(field, reading)) : [];
  return {
    format: 'json-edits',
    title: labelOf(member(patch, 'title')),
    externalId: labelOf(id),
    edits,
    checks: [],
  };
}

function isReadable(list: Field, reading: Reading): boolean {
  const { value } = list;
  if (value?.kind !== 'list') {
    wrongField(list, 'a list of edits', HINT, reading);
    return false;
  }
  if (value.items.length <= MAX_HUNKS) return true;
  reading.fault('too_large', list, {
    message: `Field ${list.at} has ${value.items.length} edits; expected at most ${MAX_HUNKS}.`,
    hint: 'Split it into smaller patches.',
  });
  return false;
}

/** How one kind of edit is read. Null when a fault was told; `path` is null when its own fault was. */
interface KindOfEdit {
  readonly members: readonly string[];
  read(edit: ObjectField, reading: Reading, path: Path | null): PathlessEdit | null;
}

const KINDS: ReadonlyMap<string, KindOfEdit> = new Map<string, KindOfEdit>([
  ['write', { members: ['content', 'contentBase64', 'mode', 'lineEnds'], read: readWrite }],
  ['create', { members: ['content', 'contentBase64', 'mode'], read: readCreate }],
  ['replace', { members: ['old', 'new'], read: readReplace }],
  ['insert', { members: ['before', 'after', 'at', 'text'], read: readInsert }],
  ['delete', { members: [], read: () => ({ kind: 'delete', content: null, oldMode: null }) }],
  ['move', { members: ['from'], read: (edit, reading) => readFrom(edit, moveEdit, reading) }],
  ['copy', { members: ['from'], read: (edit, reading) => readFrom(edit, copyEdit, reading) }],
  ['mode', { members: ['mode'], read: readMode }],
  ['symlink', { members: ['target'], read: readSymlink }],
  ['update', { members: ['diff'], read: (edit, reading) => updateOf(member(edit, 'diff'), reading) }],
]);
const KIND_NAMES = [...KINDS.keys()];

function readEdit(field: Field, reading: Reading): Edit[] {
  if (!isObject(field)) {
    wrongField(field, 'an object {"kind": …, "path": …}', HINT, reading);
    return [];
  }
  const kindField = member(field, 'kind');
  const kind = labelOf(kindField);
  const way = kind === null ? undefined : KINDS.get(kind);
  if (way === undefined) {
    const near = kind === null ? null : nearest(kind, KIND_NAMES);
    const hint = near === null ? HINT : `Did you mean "${near}"? ${HINT}`;
    wrongField(kindField, `one of ${KIND_NAMES.join(', ')}`, hint, reading);
    return [];
  }
  refuseUnread(field, ['kind', 'path', ...way.members], reading);
  const path = readPath(member(field, 'path'), reading);
  const edit = way.read(field, reading, path);
  return path === null || edit === null ? [] : [placed(edit, path, reading.span(field.span))];
}

function readPath(field: Field, reading: Reading): Path | null {
  const text = textOf(field, { empty: 'not empty', expected: 'a path', hint: HINT }, reading);
  return text === null ? null : pathNamed(field, text, reading);
}

function readWrite(edit: ObjectField, reading: Reading): PathlessEdit | null {
  const content = readContent(edit, reading);
  const mode = has(edit, 'mode') ? modeNamed(member(edit, 'mode'), reading) : null;
  const lineEnds = has(edit, 'lineEnds') ? lineEndsNamed(member(edit, 'lineEnds'), reading) : 'given';
  return content === null || lineEnds === null ? null : { kind: 'write', content, mode, lineEnds };
}

function readCreate(edit: ObjectField, reading: Reading): PathlessEdit | null {
  const content = readContent(edit, reading);
  const mode = has(edit, 'mode') ? modeNamed(member(edit, 'mode'), reading) : null;
  return content === null ? null : { kind: 'create', content, mode: mode ?? '100644' };
}

/** Bytes: of the text in UTF-8, or what Base64 (RFC 4648, padded, canonical) says. */
function readContent(edit: ObjectField, reading: Reading): string | null {
  const [plain, encoded] = [member(edit, 'content'), member(edit, 'contentBase64')];
  if ((plain.value === undefined) === (encoded.value === undefined)) {
    const got =
      plain.value === undefined ? 'neither content nor contentBase64' : 'both content and contentBase64';
    reading.fault('malformed', edit, {
      message: `Field ${edit.at} has ${got}; expected one of them.`,
      hint: HINT,
    });
    return null;
  }
  if (plain.value !== undefined) {
    const text = textOf(plain, { empty: 'may be empty', hint: HINT }, reading);
    return text === null ? null : utf8(text);
  }
  const text = textOf(encoded, { empty: 'may be empty', hint: HINT }, reading);
  if (text === null) return null;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) return bytes.toString('latin1');
  wrongField(encoded, 'Base64 with padding and without line breaks', HINT, reading);
  return null;
}

function modeNamed(field: Field, reading: Reading): '100644' | '100755' | null {
  const mode = labelOf(field);
  if (mode === '100644' || mode === '100755') return mode;
  wrongField(field, '"100644" or "100755"', HINT, reading);
  return null;
}

function lineEndsNamed(field: Field, reading: Reading): Writing['lineEnds'] | null {
  const named = labelOf(field);
  if (named === 'given' || named === 'file') return named;
  wrongField(field, '"given" or "file"', HINT, reading);
  return null;
}

function readReplace(edit: ObjectField, reading: Reading): PathlessEdit | null {
  const pattern = textOf(member(edit, 'old'), { empty: 'not empty', hint: HINT }, reading);
  const replacement = textOf(member(edit, 'new'), { empty: 'may be empty', hint: HINT }, reading);
  if (pattern === null || replacement === null) return null;
  return { kind: 'replace', pattern: utf8(pattern), replacement: utf8(replacement) };
}

function readInsert(edit: ObjectField, reading: Reading): PathlessEdit | null {
  const text = textOf(member(edit, 'text'), { empty: 'not empty', hint: HINT }, reading);
  const place = readPlace(edit, reading);
  return text === null || place === null ? null : { kind: 'insert', ...place, text: utf8(text) };
}

function readPlace(edit: ObjectField, reading: Reading): Pick<Insertion, 'where' | 'anchor'> | null {
  const given = (['before', 'after', 'at'] as const).filter((name) => has(edit, name));
  const [name] = given;
  if (name === undefined || given.length > 1) {
    const got = given.length === 0 ? 'none of before, after and at' : given.join(' and ');
    reading.fault('malformed', edit, {
      message: `Field ${edit.at} has ${got}; expected one of them.`,
      hint: HINT,
    });
    return null;
  }
  const field = member(edit, name);
  if (name !== 'at') {
    const anchor = textOf(field, { empty: 'not empty', hint: HINT }, reading);
    return anchor === null ? null : { where: name, anchor: utf8(anchor) };
  }
  const where = labelOf(field);
  if (where === 'start' || where === 'end') return { where, anchor: '' };
  wrongField(field, '"start" or "end"; line numbers move', HINT, reading);
  return null;
}

function readFrom(
  edit: ObjectField,
  make: (from: Path) => PathlessEdit,
  reading: Reading,
): PathlessEdit | null {
  const from = readPath(member(edit, 'from'), reading);
  return from === null ? null : make(from);
}

function readMode(edit: ObjectField, reading: Reading): PathlessEdit | null {
  const mode = modeNamed(member(edit, 'mode'), reading);
  return mode === null ? null : modeEdit(mode);
}

function readSymlink(edit: ObjectField, reading: Reading, path: Path | null): PathlessEdit | null {
  const text = textOf(member(edit, 'target'), { empty: 'not empty', hint: HINT }, reading);
  if (text === null) return null;
  const target = utf8(text);
  const why = path === null ? null : whyTargetRefused(target, path);
  if (path === null || why === null) {
    return { kind: 'write', content: target, mode: '120000', lineEnds: 'given' };
  }
  reading.faults.push(targetRefused(path, { target, why, line: reading.span(edit.span).firstLine }));
  return null;
}
