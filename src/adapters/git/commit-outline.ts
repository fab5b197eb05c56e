import { quoted } from '../../core/change/bytes.ts';
import type { Change, Edit, Modification } from '../../core/change/change.ts';

/** Modes before and after; `000000` where there is no file. */
interface Modes {
  readonly before: string;
  readonly after: string;
}

const NONE = '000000';

/** In what a change differs from what `git diff-tree -z --raw --no-renames` says of its commit; null where in nothing. */
export function differenceFrom(raw: string, change: Change): string | null {
  const told = toldBy(raw);
  const read = readFrom(change.edits, told);
  for (const [path, modes] of told) {
    const own = read.get(path);
    if (own === undefined) return `${quoted(path)} is missing in it`;
    if (own.before !== modes.before || own.after !== modes.after)
      return `${quoted(path)} has mode ${own.after} in it; the commit has ${modes.after}`;
  }
  const more = [...read.keys()].find((path) => !told.has(path));
  return more === undefined ? null : `${quoted(more)} is in it, and the commit does not touch it`;
}

/** Records of `:100644 100755 <id> <id> M`, NUL, path, NUL. */
function toldBy(raw: string): Map<string, Modes> {
  const fields = raw.split('\0');
  const told = new Map<string, Modes>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [before = '', after = ''] = (fields[at] ?? '').slice(1).split(' ');
    told.set(fields[at + 1] ?? '', { before, after });
  }
  return told;
}

function readFrom(edits: readonly Edit[], told: ReadonlyMap<string, Modes>): Map<string, Modes> {
  const read = new Map<string, Modes>();
  for (const edit of edits) {
    for (const [path, modes] of pathsOf(edit, told))
      read.set(path, { before: read.get(path)?.before ?? modes.before, after: modes.after });
  }
  return read;
}

/** A diff names no mode that stays; it is then that of the commit. */
function pathsOf(edit: Edit, told: ReadonlyMap<string, Modes>): (readonly [path: string, modes: Modes])[] {
  const { path } = edit;
  const before = (of: string) => told.get(of)?.before ?? NONE;
  switch (edit.kind) {
    case 'create':
      return [[path, { before: NONE, after: edit.mode }]];
    case 'delete':
      return [[path, { before: edit.oldMode ?? before(path), after: NONE }]];
    case 'modify':
      return modified(edit, edit.oldMode ?? before(edit.from ?? path));
    default:
      return [[path, { before: '', after: edit.kind }]];
  }
}

function modified({ path, from, newMode }: Modification, mode: string): (readonly [string, Modes])[] {
  const after = newMode ?? mode;
  if (from === null) return [[path, { before: mode, after }]];
  return [
    [from, { before: mode, after: NONE }],
    [path, { before: NONE, after }],
  ];
}
