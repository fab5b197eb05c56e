import { bytesOf, latin1 } from './bytes.ts';
import type { Change, Parsed } from './change.ts';
import type { Fault } from './fault.ts';
import { faultOf } from './fault-of.ts';
import { boundFaults } from './faults/bound-faults.ts';
import { withoutBom } from './file-lines.ts';
import { decodedHeader } from './formats/mail/encoded-words.ts';
import { headerBlock } from './formats/mail/header-block.ts';
import { orderOf } from './formats/mail/series-order.ts';
import { type SeriesNumber, seriesNumber } from './formats/mail/subject.ts';
import { mailLines, readMailAt } from './formats/mail.ts';
import { looksLikeMail, type MailText, splitSeries } from './formats/mbox.ts';
import type { ReadOptions } from './formats/reader.ts';
import { MAX_PATCH_BYTES, MAX_SERIES } from './limits.ts';
import { parseChange } from './parse.ts';
import { unrepeated } from './repeated-edits.ts';

export type ParsedSeries =
  | { readonly kind: 'series'; readonly patches: readonly PatchOfSeries[] }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

/** One patch of a text, with the bytes that say the same when they are read alone. */
interface PatchOfSeries {
  readonly body: Uint8Array;
  readonly change: Change;
}

/**
 * Reads a text that may hold several patches: the mails of a mailbox, in order. Any other text is a series of one, whose
 * body is the text as sent. Faults name the lines of the whole text.
 */
export function parseSeries(body: Uint8Array, options: ReadOptions): ParsedSeries {
  const text = withoutBom(latin1(body));
  const texts = body.length <= MAX_PATCH_BYTES && mayBeMails(text, options) ? splitSeries(text) : [];
  if (texts.length < 2) {
    const parsed = parseChange(body, options);
    return parsed.kind === 'faulty' ? parsed : { kind: 'series', patches: [{ body, change: parsed.change }] };
  }
  if (texts.length <= MAX_SERIES) return seriesOf(readMails(text, texts));
  const message = `The text holds more than ${MAX_SERIES} mails.`;
  return { kind: 'faulty', faults: [faultOf('too_large', { message, hint: 'Send it in several parts.' })] };
}

function mayBeMails(text: string, { format }: ReadOptions): boolean {
  return (format === null || DIFFS.has(format)) && looksLikeMail(text);
}

/** Mails are diffs with something around them. */
const DIFFS: ReadonlySet<string> = new Set(['mail', 'git-diff', 'unified-diff']);

interface Mail extends MailText {
  readonly number: SeriesNumber | null;
  /** Of the header, as sent. */
  readonly sender: string;
  readonly parsed: Parsed;
}

function readMails(text: string, texts: readonly MailText[]): Mail[] {
  const lines = mailLines(text);
  return texts.map((one, at) => {
    const stretch = { first: one.firstLine - 1, end: (texts[at + 1]?.firstLine ?? lines.length + 1) - 1 };
    const { fields } = headerBlock(lines, stretch.first, stretch.end);
    const number = seriesNumber(decodedHeader(fields.get('subject') ?? ''));
    return {
      ...one,
      number,
      sender: fields.get('from') ?? '',
      parsed: unrepeated(readMailAt(lines, stretch)),
    };
  });
}

function seriesOf(mails: readonly Mail[]): ParsedSeries {
  const rest = mails.filter((mail) => leftOut(mail) === null);
  const order = orderOf(rest);
  const faults = rest.flatMap(({ parsed }) => (parsed.kind === 'faulty' ? parsed.faults : []));
  if (order.fault !== null) faults.unshift(order.fault);
  if (faults.length > 0) return { kind: 'faulty', faults: boundFaults(faults) };
  const left = mails.flatMap((mail) => {
    const why = leftOut(mail);
    return why === null ? [] : [`the mail at line ${mail.firstLine} is ${why}, left out`];
  });
  const notes = order.note === null ? left : [...left, order.note];
  const patches = rest.flatMap(({ text, parsed }, at) =>
    parsed.kind === 'faulty'
      ? []
      : [{ body: bytesOf(text), change: noted(parsed.change, at === 0 ? notes : []) }],
  );
  if (patches.length > 0) return { kind: 'series', patches };
  const message = 'None of the mails holds a diff.';
  return {
    kind: 'faulty',
    faults: [faultOf('empty_patch', { message, hint: 'Send the mails of the patches.' })],
  };
}

/** What a mail without a diff is, where it is no mistake that it has none. */
function leftOut({ number, sender, parsed }: Mail): string | null {
  if (parsed.kind === 'change' || parsed.faults.some(({ code }) => code !== 'empty_patch')) return null;
  if (number?.index === 0) return 'a cover letter without a diff';
  return sender.startsWith('Mail System Internal Data') ? 'the data of a mail folder' : null;
}

function noted(change: Change, notes: readonly string[]): Change {
  return notes.length === 0 ? change : { ...change, notes: [...notes, ...change.notes] };
}
