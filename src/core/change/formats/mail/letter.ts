import { malformed } from '../../fault-of.ts';
import { startsPlainFile } from '../diff/hunk-end.ts';
import type { PatchLine } from '../patch-lines.ts';
import type { Text } from './body.ts';
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

/** Reads a body in which message and diff stand. Source of the rules: git's mailinfo, check_inbody_header and patchbreak. */
export function letter({ lines, first }: Text, charset: string | null): Letter {
  const head = inBodyHeader(lines, first);
  let end = head.next;
  while (end < lines.length && !endsMessage(lines, end)) end++;
  const message = messageOf(lines.slice(head.next, end), charset);
  return { inBody: head.fields, message, patchAt: end < lines.length ? end : null };
}

/** Reads a part that holds no diff: whatever stands in it is message, up to the `---` above a diffstat. */
export function letterAlone({ lines, first }: Text, charset: string | null): Letter {
  const head = inBodyHeader(lines, first);
  let end = lines.length;
  while (end > head.next && isDiffstat(lines[end - 1]?.text ?? '')) end--;
  if (end > head.next && isSeparator(lines[end - 1]?.text ?? '')) end--;
  else end = lines.length;
  return { inBody: head.fields, message: messageOf(lines.slice(head.next, end), charset), patchAt: null };
}

/** Each line of a diffstat begins with a space. */
function isDiffstat(text: string): boolean {
  return text.trim() === '' || text.startsWith(' ');
}

function isSeparator(text: string): boolean {
  return text.trimEnd() === '---';
}

function messageOf(lines: readonly (PatchLine | undefined)[], charset: string | null): string {
  const message: string[] = [];
  let size = 0;
  for (let at = 0; at < lines.length; at++) {
    const text = lines[at]?.text ?? '';
    size += text.length + 1;
    if (size <= MAX_MESSAGE) message.push(text);
  }
  return tidied(textIn(message.join('\n'), charset));
}

/**
 * Refuses a diff above the `---` below which a diffstat, or another diff, begins: it may be part of the message, where
 * somebody shows a diff and does not mean it. `git am` applies it. @throws Faulty malformed
 */
export function refuseTwoDiffs({ lines, first }: Text): void {
  let begun = first;
  while (begun < lines.length && !startsDiff(lines, begun)) begun++;
  for (let at = begun + 1; at < lines.length; at++) {
    if (!isSeparator(lines[at]?.text ?? '') || !patchFollows(lines, at + 1)) continue;
    throw malformed(
      begun + 1,
      `Line ${begun + 1} of the mail begins a diff above the "---" at line ${at + 1}, below which its diff begins: whether the first one is meant, or shown in the message, cannot be told.`,
      'Indent the diff in the message, or take the "---" out if both are meant; of a commit, ghost submit --from-git tells them apart.',
    );
  }
}

/** A diffstat, or a diff behind blank lines. A diff right below may follow a removed line `--`. */
function patchFollows(lines: readonly PatchLine[], first: number): boolean {
  let at = first;
  while (at < lines.length && (lines[at]?.text ?? '').trim() === '') at++;
  return DIFFSTAT.test(lines[at]?.text ?? '') || (at > first && startsDiff(lines, at));
}

/** ` src/a.c | 2 +-` and ` logo.png | Bin 0 -> 20 bytes`. */
const DIFFSTAT = /^ \S[^|]{0,1000}\| +(?:\d+(?: [+-]+)?$|Bin )/;

interface InBodyHeader {
  readonly fields: ReadonlyMap<InBodyField, string>;
  readonly next: number;
}

function inBodyHeader(lines: readonly PatchLine[], first: number): InBodyHeader {
  const fields = new Map<InBodyField, string>();
  let current: InBodyField | null = null;
  let at = first;
  for (; at < lines.length; at++) {
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
  return isSeparator(lines[at]?.text ?? '') || startsDiff(lines, at);
}

function startsDiff(lines: readonly PatchLine[], at: number): boolean {
  const text = lines[at]?.text ?? '';
  return text.startsWith('diff -') || text.startsWith('Index: ') || startsPlainFile(lines, at);
}

/** Without blank ends of lines, and without blank lines at the start, at the end, or more than one in a row. */
function tidied(message: string): string {
  const lines = message.split('\n').map((line) => line.trimEnd());
  const kept = lines.filter((line, at) => line !== '' || (at > 0 && lines[at - 1] !== ''));
  return (kept.at(-1) === '' ? kept.slice(0, -1) : kept).join('\n');
}
