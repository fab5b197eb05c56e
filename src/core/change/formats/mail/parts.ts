import { legible } from '../../bytes.ts';
import { malformed } from '../../fault-of.ts';
import { cutOff } from '../diff/cut-off.ts';
import type { PatchLine } from '../patch-lines.ts';
import { type ContentType, contentType, parametersOf } from './content-type.ts';
import { type HeaderBlock, headerBlock } from './header-block.ts';

/** A part of a mail that holds text: its lines by index, and how they are packed. */
export interface Part {
  readonly first: number;
  readonly end: number;
  readonly type: ContentType;
  readonly transfer: string;
  /** It says of itself that it is a diff, and stands beside others. */
  readonly isPatch: boolean;
}

export interface Parts {
  readonly texts: readonly Part[];
  /** What was left out, for people. */
  readonly notes: readonly string[];
}

/** Mails within mails within mails are nobody's patch. */
const MAX_DEPTH = 5;
const MAX_PARTS = 100;

/**
 * The parts of a mail that are text or a patch by their name, in order; a signature, a picture or an HTML copy is left
 * out with a note. `end` is the index after the mail's last line. Source of the format: RFC 2046, 5.1. @throws Faulty malformed
 */
export function textParts(lines: readonly PatchLine[], header: HeaderBlock, end: number): Parts {
  return partsOf(lines, { header, end, depth: 0 });
}

interface Scope {
  readonly header: HeaderBlock;
  readonly end: number;
  readonly depth: number;
}

function partsOf(lines: readonly PatchLine[], scope: Scope): Parts {
  const { header, end, depth } = scope;
  const type = contentType(header.fields.get('content-type'));
  if (!type.type.startsWith('multipart/')) return leaf(header, { first: header.next, end, type }, depth > 0);
  const boundary = type.parameters.get('boundary') ?? '';
  if (boundary === '' || depth === MAX_DEPTH) {
    const what = boundary === '' ? 'names no boundary' : 'is nested too deep';
    throw malformed(header.next, `The ${type.type} above line ${header.next} of the mail ${what}.`, RESEND);
  }
  const { stretches, closed } = between(lines, { first: header.next, end, boundary });
  if (!closed)
    throw cutOff(end, `the line "--${legible(boundary).slice(0, 100)}--" below its parts is missing`);
  if (stretches.length > MAX_PARTS) {
    const message = `The mail has ${stretches.length} parts; expected at most ${MAX_PARTS}.`;
    throw malformed(header.next, message, RESEND);
  }
  const parts = stretches.map((one) =>
    partsOf(lines, { header: headerBlock(lines, one.first, one.end), end: one.end, depth: depth + 1 }),
  );
  // The same text in several forms: the plainest comes first.
  const chosen =
    type.type === 'multipart/alternative' ? parts.filter(({ texts }) => texts.length > 0).slice(0, 1) : parts;
  return { texts: chosen.flatMap(({ texts }) => texts), notes: parts.flatMap(({ notes }) => notes) };
}

const RESEND = 'Send the mail as `git format-patch` writes it, or the diff alone.';

function leaf(header: HeaderBlock, part: Omit<Part, 'transfer' | 'isPatch'>, isBeside: boolean): Parts {
  const { type } = part.type;
  const transfer = (header.fields.get('content-transfer-encoding') ?? '').toLowerCase();
  const disposition = parametersOf(header.fields.get('content-disposition') ?? '');
  const name = disposition.get('filename') ?? part.type.parameters.get('name') ?? '';
  const isText = type.startsWith('text/') && type !== 'text/html';
  const isPatch = /^(?:application|text)\/x-(?:patch|diff)$/.test(type) || /\.(?:patch|diff)$/i.test(name);
  if (isText || isPatch) return { texts: [{ ...part, transfer, isPatch: isPatch && isBeside }], notes: [] };
  return {
    texts: [],
    notes: [`part of type ${type.slice(0, 80)} at line ${part.first} of the mail left out`],
  };
}

/** What stands between the boundary lines. A mail that was cut off is not `closed`. */
function between(
  lines: readonly PatchLine[],
  body: { readonly first: number; readonly end: number; readonly boundary: string },
): {
  readonly stretches: readonly { readonly first: number; readonly end: number }[];
  readonly closed: boolean;
} {
  const stretches: { first: number; end: number }[] = [];
  let first: number | null = null;
  for (let at = body.first; at < body.end; at++) {
    const kind = boundaryKind(lines[at]?.text ?? '', body.boundary);
    if (kind === null) continue;
    if (first !== null) stretches.push({ first, end: at });
    first = kind === 'next' ? at + 1 : null;
    if (kind === 'last') return { stretches, closed: true };
  }
  if (first !== null) stretches.push({ first, end: body.end });
  return { stretches, closed: false };
}

/** The lines that close the parts of mails, by their boundary, in the order of the text. */
export type Closings = ReadonlyMap<string, readonly number[]>;

export function closingsIn(lines: readonly PatchLine[]): Closings {
  const closings = new Map<string, number[]>();
  for (const [at, { text }] of lines.entries()) {
    const boundary = /^--(.{1,200})--[ \t]*$/.exec(text.length > LONGEST_BOUNDARY ? '' : text)?.[1];
    if (boundary === undefined) continue;
    const known = closings.get(boundary);
    if (known === undefined) closings.set(boundary, [at]);
    else known.push(at);
  }
  return closings;
}

const LONGEST_BOUNDARY = 300;

/** Index of the line that closes the parts of the mail with this header; null where it has none, or is cut off. */
export function closingOf({ fields, next }: HeaderBlock, closings: Closings): number | null {
  const { type, parameters } = contentType(fields.get('content-type'));
  if (!type.startsWith('multipart/')) return null;
  const candidates = closings.get(parameters.get('boundary') ?? '') ?? [];
  return candidates.find((at) => at >= next) ?? null;
}

function boundaryKind(text: string, boundary: string): 'next' | 'last' | null {
  if (!text.startsWith('--') || !text.startsWith(boundary, 2)) return null;
  const rest = text.slice(2 + boundary.length).trimEnd();
  return rest === '' ? 'next' : rest === '--' ? 'last' : null;
}
