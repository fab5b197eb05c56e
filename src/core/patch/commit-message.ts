import type { MailFacts } from '../change/change.ts';
import type { Patch } from './patch.ts';

const SUBJECT_LIMIT = 120;
/** Of the text below a subject, and of the line that says whom a mail is from. */
const BODY_LIMIT = 16_000;
const BYLINE_LIMIT = 200;

/** One line fit for a subject: white space joined, control and invisible format characters gone, at most 120 characters. */
export function subjectLine(title: string): string {
  return oneLine(title, SUBJECT_LIMIT);
}

/**
 * The same patch at the same place always gives the same message: part of what makes a landing repeatable. A patch that
 * came as a mail keeps the mail's message, and `Ghost-Byline` names whom that mail is from: nobody has proven it, so the
 * commit has the identity that every commit of Ghost has.
 */
export function commitMessage(patch: Patch, landingSeq: number, mail: MailFacts | null = null): string {
  const byline = mail?.byline ? oneLine(mail.byline, BYLINE_LIMIT) : '';
  const trailers = [
    ...(byline === '' ? [] : [`Ghost-Byline: ${byline}`]),
    `Ghost-Patch: ${patch.id}`,
    `Ghost-Seq: ${landingSeq}`,
  ];
  const message = authoredMessage(patch, mail);
  const isJoined = message.includes('\n\n') && endsInTrailers(message);
  return `${message}\n${isJoined ? '' : '\n'}${trailers.join('\n')}\n`;
}

/** The part of the message that is the author's: the subject, and what a mail says below it. Ends without a newline. */
export function authoredMessage(patch: Patch, mail: MailFacts | null): string {
  const subject = subjectLine(patch.title) || `Patch ${patch.id}`;
  const body = bodyOf(mail?.message ?? '');
  return body === '' ? subject : `${subject}\n\n${body}`;
}

function oneLine(text: string, limit: number): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .trim();
  return line.length <= limit
    ? line
    : `${line
        .slice(0, limit - 1)
        .toWellFormed()
        .trimEnd()}…`;
}

/** A message without lines that only Ghost may write, without control and invisible format characters, of bounded length. */
function bodyOf(message: string): string {
  const short = message.length <= BODY_LIMIT ? message : `${message.slice(0, BODY_LIMIT - 1)}…`;
  const lines = short
    .toWellFormed()
    .split('\n')
    .map((line) =>
      line
        .replace(/[^\P{Cc}\t]/gu, '')
        .replace(/\p{Cf}/gu, '')
        .trimEnd(),
    )
    .filter((line) => !/^\s*ghost-/i.test(line));
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}

/** Whether Ghost's own trailers can join those of a message; a blank line between would hide the message's from git. */
function endsInTrailers(body: string): boolean {
  const paragraphs = body.split('\n\n');
  return (paragraphs.at(-1) ?? '').split('\n').every((line) => /^[A-Za-z0-9-]+: \S/.test(line));
}

/** Later of acceptance and the base's own date, in whole seconds, so that dates along a branch never go back. */
export function commitDate(patch: Patch, baseCommittedAt: number): number {
  return Math.max(Math.floor(patch.acceptedAt / 1000), baseCommittedAt);
}
