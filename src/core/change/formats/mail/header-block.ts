import type { PatchLine } from '../patch-lines.ts';
import { withoutBlanks } from './blanks.ts';

/** The fields of a mail that are looked at, by their names in lower case; values are unfolded, of bytes, bounded. */
export interface HeaderBlock {
  readonly fields: ReadonlyMap<Field, string>;
  /** Index of the first line of the body. */
  readonly next: number;
}

const FIELDS = [
  'from',
  'subject',
  'date',
  'message-id',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
] as const;
type Field = (typeof FIELDS)[number];

/** A header of more lines is none: what follows is taken for the body. */
const MAX_LINES = 1_000;
/** Longer values are cut: nothing that is asked of them needs more. */
const MAX_VALUE = 20_000;

const FIELD_LINE = /^([A-Za-z][A-Za-z0-9-]{0,80}):/;

/** Whether a line can stand in the header of a mail, and begins a field. */
export function isFieldLine(text: string): boolean {
  return FIELD_LINE.test(text);
}

/** Reads the header that begins at index `at`, up to its blank line or to the first line that is none of a header. */
export function headerBlock(lines: readonly PatchLine[], at: number, end: number): HeaderBlock {
  const fields = new Map<Field, string>();
  let current: Field | null = null;
  const last = Math.min(end, at + MAX_LINES);
  for (let next = at; next < last; next++) {
    const text = lines[next]?.text ?? '';
    if (text === '') return { fields, next: next + 1 };
    if (/^[ \t]/.test(text)) {
      if (current !== null) fields.set(current, unfolded(fields.get(current) ?? '', text));
      continue;
    }
    if (!isHeaderLine(text)) return { fields, next };
    const colon = text.indexOf(':');
    current = newField(text.slice(0, colon), fields);
    if (current !== null) fields.set(current, withoutBlanks(text.slice(colon + 1)).slice(0, MAX_VALUE));
  }
  return { fields, next: last };
}

/** Mailboxes put lines of their own above the fields, `>From ` among them. */
function isHeaderLine(text: string): boolean {
  return isFieldLine(text) || /^>?From /.test(text);
}

/** A field counts where it stands first. */
function newField(name: string, seen: ReadonlyMap<Field, string>): Field | null {
  const field = FIELDS.find((one) => one === name.toLowerCase());
  return field === undefined || seen.has(field) ? null : field;
}

/** RFC 5322, 2.2.3: a value goes on in the lines that begin with white space. */
export function unfolded(value: string, line: string): string {
  return value.length >= MAX_VALUE ? value : `${value} ${withoutBlanks(line)}`.slice(0, MAX_VALUE);
}
