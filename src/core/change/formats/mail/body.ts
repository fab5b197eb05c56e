import { malformed, unsupported } from '../../fault-of.ts';
import { type PatchLine, patchLines } from '../patch-lines.ts';
import { unflowed } from './flowed.ts';
import type { HeaderBlock } from './header-block.ts';
import { type Part, textParts } from './parts.ts';
import { fromBase64, fromQuotedPrintable } from './transfer.ts';

/** The text of a mail's body, unpacked. */
export interface MailBody {
  /**
   * Where nothing had to be unpacked, each line has the index that it has in the text as submitted, and there are holes
   * where other things stand; else `packed` says how, and lines are counted from the start of the unpacked text.
   */
  readonly lines: readonly PatchLine[];
  readonly first: number;
  readonly packed: 'quoted-printable' | 'base64' | 'format=flowed' | null;
  /** Of the first part: that of the message. */
  readonly charset: string | null;
  readonly notes: readonly string[];
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
  if (packed !== null) {
    const note = `the mail is ${packed}: lines are counted in the unpacked text`;
    return { lines: read.flatMap((one) => one.lines), first: 0, packed, charset, notes: [...notes, note] };
  }
  return { lines: inPlace(lines, texts), first: only.first, packed, charset, notes };
}

function inPlace(lines: readonly PatchLine[], texts: readonly Part[]): PatchLine[] {
  const [only, second] = texts;
  if (only !== undefined && second === undefined) return lines.slice(0, only.end);
  const placed = new Array<PatchLine>(texts.at(-1)?.end ?? 0);
  for (const { first, end } of texts) {
    for (let at = first; at < end; at++) placed[at] = lines[at] ?? BLANK;
  }
  return placed;
}

const BLANK: PatchLine = { text: '', eol: '\n' };

type Read = Pick<MailBody, 'lines' | 'packed'>;

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
      message: `The mail's body is packed as ${JSON.stringify(transfer.slice(0, 60))}; expected 7bit, 8bit, quoted-printable or base64.`,
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
