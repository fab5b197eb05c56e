import type { Change, MailFacts, Parsed } from '../change.ts';
import type { Fault } from '../fault.ts';
import { Faulty } from '../fault-of.ts';
import { boundFaults } from '../faults/bound-faults.ts';
import { readDiff } from './diff-text.ts';
import { type MailBody, mailBody, type Text } from './mail/body.ts';
import { decodedHeader } from './mail/encoded-words.ts';
import { type HeaderBlock, headerBlock } from './mail/header-block.ts';
import { type Letter, letter, letterAlone, refuseTwoDiffs } from './mail/letter.ts';
import { mailDate } from './mail/mail-date.ts';
import { bylineOf } from './mail/sender.ts';
import { titleOf } from './mail/subject.ts';
import { mailStarts } from './mbox.ts';
import type { Passage } from './passage.ts';
import { type PatchLine, patchLines } from './patch-lines.ts';
import { refused } from './refused.ts';

/** Reads the one mail that a text is. Several of them are several patches, which is for a series. */
export function readMail(passages: readonly Passage[]): Parsed {
  const [passage] = passages;
  const above = new Array<PatchLine>((passage?.firstLine ?? 1) - 1).fill({ text: '', eol: '\n' });
  const lines = [...above, ...mailLines(passage?.text ?? '')];
  const starts = mailStarts(lines);
  const [first, second] = starts;
  if (second !== undefined) {
    const message = `The text holds several mails, the second from line ${second + 1}; expected one patch.`;
    return refused('unsupported', message, 'Submit them as a series, or each mail alone.', second + 1);
  }
  return readMailAt(lines, { first: first ?? 0, end: lines.length });
}

/**
 * The lines of a mail, or of several. On its way a mail has CRLF at the end of every line: where its header does, the line
 * ends of its body are no content. Each mail tells that for itself, so that it is the same in a mailbox and alone.
 */
export function mailLines(text: string): PatchLine[] {
  const lines = patchLines(text);
  const begins = [0, ...mailStarts(lines).slice(1)];
  return begins.flatMap((begin, at) => withoutTransport(lines.slice(begin, begins[at + 1])));
}

function withoutTransport(lines: PatchLine[]): PatchLine[] {
  const blank = lines.findIndex((line, at) => at > 0 && line.text === '');
  const header = lines.slice(0, Math.max(blank, 1));
  if (!header.every(({ eol }) => eol === '\r\n')) return lines;
  return lines.map((line) => (line.eol === '\r\n' ? { text: line.text, eol: '\n' } : line));
}

/** Where a mail stands: index of its first line, index after its last. */
export interface MailStretch {
  readonly first: number;
  readonly end: number;
}

/** Reads one mail of a text; faults name the lines of the whole text. */
export function readMailAt(lines: readonly PatchLine[], stretch: MailStretch): Parsed {
  const header = headerBlock(lines, stretch.first, stretch.end);
  try {
    return readBody(header, mailBody(lines, header, stretch.end), stretch);
  } catch (error) {
    if (!(error instanceof Faulty)) throw error;
    return { kind: 'faulty', faults: [error.fault] };
  }
}

function readBody(header: HeaderBlock, body: MailBody, stretch: MailStretch): Parsed {
  const text = body.diff ?? body.message;
  if (text === null) throw new TypeError('a mail has at least one text');
  const inside = letter(text, body.charset);
  const isDiffOnly = body.diff !== null && inside.patchAt === firstText(text);
  if (!isDiffOnly) refuseTwoDiffs(text);
  const said =
    body.diff === null || body.message === null
      ? inside
      : together(letterAlone(body.message, body.charset), inside);
  const around = { mail: true, fenced: false, last: body.diff === null };
  const diff = readDiff(text.lines, inside.patchAt ?? text.first, around);
  if (diff.faults.length > 0) return { kind: 'faulty', faults: boundFaults(diff.faults.map(told(body))) };
  if (diff.edits.length === 0) {
    const message = `The mail that begins at line ${stretch.first + 1} holds no diff.`;
    return refused(
      'empty_patch',
      message,
      'Send the diff in the mail, or attached as text.',
      stretch.first + 1,
    );
  }
  const change: Change = {
    ...{ format: 'mail', title: titleIn(header, said, body), externalId: messageId(header) },
    ...{ edits: diff.edits, notes: [...body.notes, ...diff.notes] },
    ...{ mail: mailFacts(header, said, body), checks: [] },
  };
  return { kind: 'change', change };
}

/** Index of the first line that is not blank. */
function firstText({ lines, first }: Text): number {
  let at = first;
  while (at < lines.length && (lines[at]?.text ?? '') === '') at++;
  return at;
}

/** What the part above the diff says, and what stands above the diff in its own part: a mail may be attached whole. */
function together(above: Letter, inside: Letter): Letter {
  const message = [above.message, inside.message].filter((one) => one !== '').join('\n\n');
  const isSilent = above.message === '' && above.inBody.size === 0;
  return { ...inside, inBody: isSilent ? inside.inBody : above.inBody, message };
}

/** Whose lines a fault counts, where they are not those of the text as submitted. */
function told({ packed }: MailBody): (fault: Fault) => Fault {
  if (packed === null) return (fault) => fault;
  return (fault) => ({
    ...fault,
    message: `${fault.message} (Lines are counted in the unpacked ${packed} text.)`,
  });
}

function titleIn(header: HeaderBlock, { inBody }: Letter, body: MailBody): string | null {
  return titleOf(subjectIn(header, inBody, body));
}

function subjectIn(header: HeaderBlock, inBody: Letter['inBody'], { charset }: MailBody): string {
  const own = inBody.get('subject');
  return own === undefined ? decodedHeader(header.fields.get('subject') ?? '') : decodedHeader(own, charset);
}

function mailFacts(header: HeaderBlock, { inBody, message }: Letter, { charset }: MailBody): MailFacts {
  const from = inBody.get('from');
  return {
    byline: bylineOf(
      from === undefined ? decodedHeader(header.fields.get('from') ?? '') : decodedHeader(from, charset),
    ),
    date: mailDate(inBody.get('date') ?? header.fields.get('date') ?? ''),
    message: message === '' ? null : message,
  };
}

/** Longer ids are none. RFC 5322, 2.1.1. */
const MAX_ID = 998;

function messageId({ fields }: HeaderBlock): string | null {
  const id = /^<([^<>\s]{1,998})>/.exec(fields.get('message-id') ?? '')?.[1];
  return id === undefined || id.length > MAX_ID ? null : id;
}
