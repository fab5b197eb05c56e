import { quoted } from '../../bytes.ts';
import { malformed, unsupported } from '../../fault-of.ts';
import { type PatchLine, patchLines } from '../patch-lines.ts';
import { unflowed } from './flowed.ts';
import type { HeaderBlock } from './header-block.ts';
import { type Part, textParts } from './parts.ts';
import { fromBase64, fromQuotedPrintable } from './transfer.ts';

/** The text of a mail's body, unpacked. */
export interface MailBody {
  /** Where the parts tell which of them is a diff, `message` holds none; else it holds both. */
  readonly message: Text | null;
  readonly diff: Text | null;
  /** How it was packed; lines are then counted from the start of the unpacked text. */
  readonly packed: 'quoted-printable' | 'base64' | 'format=flowed' | null;
  /** Of the first part: that of the message. */
  readonly charset: string | null;
  readonly notes: readonly string[];
}

/**
 * Where nothing had to be unpacked, each line has the index that it has in the text as submitted, and there are holes
 * where other things stand.
 */
export interface Text {
  readonly lines: readonly PatchLine[];
  /** Index of its first line. */
  readonly first: number;
}

/** Reads the body below `header`, up to the index `end`. @throws Faulty malformed, unsupported */
export function mailBody(lines: readonly PatchLine[], header: HeaderBlock, end: number): MailBody {
  const { texts, notes } = textParts(lines, header, end);
  const [only] = texts;
  if (only === undefined) {
    throw malformed(
      header.next,
      'No part of the mail is text.',
      'Send the patch as text, inline or attached.',
    );
  }
  const charset = only.type.parameters.get('charset') ?? null;
  const read = texts.map((part) => unpacked(lines, part));
  const packed = read.find((one) => one.packed !== null)?.packed ?? null;
  let unpackedLines = 0;
  const placed = read.map(({ lines: own }, at): Placed => {
    const first = packed === null ? (texts[at]?.first ?? 0) : unpackedLines;
    unpackedLines += own.length;
    return { first, lines: own, part: texts[at] ?? only };
  });
  const said = packed === null ? [] : [`the mail is ${packed}: lines are counted in the unpacked text`];
  return { ...divided(placed), packed, charset, notes: [...notes, ...leftOut(placed), ...said] };
}

interface Placed extends Text {
  readonly part: Part;
}

/** What says of itself that it is the diff is, and nothing else; what stands above it is the message. */
function divided(placed: readonly Placed[]): Pick<MailBody, 'message' | 'diff'> {
  const first = placed.findIndex(({ part }) => part.isPatch);
  if (first < 0) return { message: joined(placed), diff: null };
  return { message: joined(placed.slice(0, first)), diff: joined(placed.filter(({ part }) => part.isPatch)) };
}

function joined(placed: readonly Placed[]): Text | null {
  const [first] = placed;
  if (first === undefined) return null;
  const last = placed.at(-1) ?? first;
  const lines = new Array<PatchLine>(last.first + last.lines.length);
  for (const one of placed) for (const [at, line] of one.lines.entries()) lines[one.first + at] = line;
  return { lines, first: first.first };
}

/** Below the diff of a mail in parts stand the words of mailing lists. */
function leftOut(placed: readonly Placed[]): string[] {
  const first = placed.findIndex(({ part }) => part.isPatch);
  const below = first < 0 ? [] : placed.slice(first).filter(({ part }) => !part.isPatch);
  return below.map(({ part }) => `text below the patch, at line ${part.first + 1} of the mail, left out`);
}

interface Read {
  readonly lines: readonly PatchLine[];
  readonly packed: MailBody['packed'];
}

function unpacked(lines: readonly PatchLine[], part: Part): Read {
  const own = lines.slice(part.first, part.end);
  const sent = transferred(own, part);
  const { parameters } = part.type;
  if (parameters.get('format')?.toLowerCase() !== 'flowed') return sent;
  const whole = unflowed(sent.lines, parameters.get('delsp')?.toLowerCase() === 'yes');
  const same =
    whole.length === sent.lines.length && whole.every(({ text }, at) => text === sent.lines[at]?.text);
  return same ? sent : { lines: whole, packed: sent.packed ?? 'format=flowed' };
}

function transferred(own: readonly PatchLine[], part: Part): Read {
  const { transfer } = part;
  if (['', '7bit', '8bit', 'binary'].includes(transfer)) return { lines: own, packed: null };
  if (transfer !== 'base64' && transfer !== 'quoted-printable') {
    throw unsupported(part.first, null, {
      message: `The mail's body is packed as ${quoted(transfer, 60)}; expected 7bit, 8bit, quoted-printable or base64.`,
      hint: 'Send it in one of those encodings.',
    });
  }
  const texts = own.map(({ text }) => text);
  const outcome = transfer === 'base64' ? fromBase64(texts) : fromQuotedPrintable(texts);
  if (outcome.kind === 'text') return { lines: patchLines(outcome.text), packed: transfer };
  const line = part.first + outcome.at + 1;
  throw malformed(
    line,
    `Line ${line} of the mail is not ${transfer}, as its header says.`,
    'Send the mail unchanged.',
  );
}
