import { MAX_SERIES } from '../limits.ts';
import { isFromLine } from './mail/from-line.ts';
import { headerBlock, isFieldLine } from './mail/header-block.ts';
import { closingOf, closingsIn } from './mail/parts.ts';
import { type PatchLine, patchLines } from './patch-lines.ts';

/** One mail of a mailbox, as it stands there. */
export interface MailText {
  readonly text: string;
  /** Its first line in the whole text, from 1. */
  readonly firstLine: number;
}

/** The mails of a text (latin1), each with the line that divides it from the one before; one where none divides. */
export function splitSeries(text: string): readonly MailText[] {
  const lines = patchLines(text);
  const starts = mailStarts(lines);
  const mails: MailText[] = [];
  let offset = 0;
  let begin = 0;
  for (const [at, line] of lines.entries()) {
    const next = mails.length + 1;
    if (at > 0 && starts[next] === at) {
      mails.push({ text: text.slice(begin, offset), firstLine: (starts[next - 1] ?? 0) + 1 });
      begin = offset;
    }
    offset += line.text.length + line.eol.length;
  }
  return [...mails, { text: text.slice(begin), firstLine: (starts[mails.length] ?? 0) + 1 }];
}

/**
 * Index of the first line of each mail, of no more than are refused as too many. What stands above the first dividing
 * line is a mail where it looks like one.
 */
export function mailStarts(lines: readonly PatchLine[]): number[] {
  const starts: number[] = [];
  const closings = closingsIn(lines);
  const first = lines.findIndex(({ text }) => text.trim() !== '');
  for (let at = Math.max(first, 0); at < lines.length && starts.length <= MAX_SERIES; at++) {
    if (!(at === first ? isMailAt(lines, at) : dividesAt(lines, at))) continue;
    starts.push(at);
    // What is attached to a mail is part of it, even where it is a mail itself.
    at = closingOf(headerBlock(lines, at, lines.length), closings) ?? at;
  }
  return starts;
}

/** A message may speak of such a line; a mail begins only where fields follow it. */
function dividesAt(lines: readonly PatchLine[], at: number): boolean {
  return isFromLine(lines[at]?.text ?? '') && isFieldLine(lines[at + 1]?.text ?? '');
}

/** Whether a mail begins at a line: a dividing line, or a header that says from whom and about what. */
function isMailAt(lines: readonly PatchLine[], at: number): boolean {
  if (dividesAt(lines, at)) return true;
  if (!isFieldLine(lines[at]?.text ?? '')) return false;
  const { fields } = headerBlock(lines, at, lines.length);
  return fields.has('from') && fields.has('subject');
}

/** More than any header is looked at to tell a mail from other texts. */
const HEAD = 64 * 1024;

/** Whether a text begins as a mail does. */
export function looksLikeMail(text: string): boolean {
  const head = text.slice(0, HEAD);
  // Most texts are told by one line, without dividing the rest.
  const first = /^[^\S\n]*\S[^\n]*/m.exec(head)?.[0].replace(/\r$/, '') ?? '';
  if (!isFromLine(first) && !isFieldLine(first)) return false;
  const lines = patchLines(head);
  return isMailAt(
    lines,
    lines.findIndex(({ text: line }) => line.trim() !== ''),
  );
}
