import { startsPlainFile } from '../diff/hunk-end.ts';
import type { PatchLine } from '../patch-lines.ts';
import { textIn } from './charset.ts';
import { isFromLine } from './from-line.ts';
import { unfolded } from './header-block.ts';

/** What a body says before its diff. */
export interface Letter {
  /** Fields that stand above the message and count more than those of the mail: someone sent another's patch. */
  readonly inBody: ReadonlyMap<InBodyField, string>;
  /** Unicode text. */
  readonly message: string;
  /** Index of the line that ends the message; null when nothing does. */
  readonly patchAt: number | null;
}

type InBodyField = 'from' | 'subject' | 'date';

/** A message beyond this many bytes is cut: the rest is nobody's commit message. */
const MAX_MESSAGE = 64 * 1024;

/** Reads a body from the line at index `first`. Source of the rules: git's mailinfo, check_inbody_header and patchbreak. */
export function letter(lines: readonly PatchLine[], first: number, charset: string | null): Letter {
  const head = inBodyHeader(lines, first);
  const message: string[] = [];
  let size = 0;
  let at = head.next;
  for (; at < lines.length && !endsMessage(lines, at); at++) {
    const text = lines[at]?.text ?? '';
    size += text.length + 1;
    if (size <= MAX_MESSAGE) message.push(text);
  }
  return {
    inBody: head.fields,
    message: tidied(textIn(message.join('\n'), charset)),
    patchAt: at < lines.length ? at : null,
  };
}

interface InBodyHeader {
  readonly fields: ReadonlyMap<InBodyField, string>;
  readonly next: number;
}

function inBodyHeader(lines: readonly PatchLine[], first: number): InBodyHeader {
  const fields = new Map<InBodyField, string>();
  let current: InBodyField | null = null;
  let at = first;
  for (; at < lines.length && !endsMessage(lines, at); at++) {
    const text = lines[at]?.text ?? '';
    if (text === '' && fields.size > 0) break;
    // A mail that was attached or quoted whole begins with its dividing line.
    if (text === '' || isFromLine(text.replace(/^>/, ''))) continue;
    const field: OneField | null = continued(text, current, fields) ?? newField(text, fields);
    if (field === null) break;
    fields.set(field.name, field.value);
    current = field.name;
  }
  return { fields, next: at };
}

interface OneField {
  readonly name: InBodyField;
  readonly value: string;
}

/** A field counts where it stands first; a second one is the message already. */
function newField(text: string, seen: ReadonlyMap<InBodyField, string>): OneField | null {
  const field = fieldOf(text);
  return field === null || seen.has(field.name) ? null : field;
}

/** A field that goes on in a line that begins with white space. */
function continued(
  text: string,
  name: InBodyField | null,
  fields: ReadonlyMap<InBodyField, string>,
): OneField | null {
  if (name === null || !/^[ \t]/.test(text)) return null;
  return { name, value: unfolded(fields.get(name) ?? '', text) };
}

/** `[PATCH]` at the start of a body is a subject whose name was left out. */
function fieldOf(text: string): OneField | null {
  if (/^\[PATCH\]\s/.test(text)) return { name: 'subject', value: text };
  const match = /^(from|subject|date):[ \t]+([^ \t].*)$/i.exec(text);
  const name = match?.[1]?.toLowerCase();
  return name === 'from' || name === 'subject' || name === 'date' ? { name, value: match?.[2] ?? '' } : null;
}

/** The `---` below a message, or the start of the diff itself. */
function endsMessage(lines: readonly PatchLine[], at: number): boolean {
  const text = lines[at]?.text ?? '';
  return (
    text.startsWith('diff -') ||
    text.startsWith('Index: ') ||
    text.trimEnd() === '---' ||
    startsPlainFile(lines, at)
  );
}

/** Without blank ends of lines, and without blank lines at the start, at the end, or more than one in a row. */
function tidied(message: string): string {
  const lines = message.split('\n').map((line) => line.trimEnd());
  const kept = lines.filter((line, at) => line !== '' || (at > 0 && lines[at - 1] !== ''));
  return (kept.at(-1) === '' ? kept.slice(0, -1) : kept).join('\n');
}
