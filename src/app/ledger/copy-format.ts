import { isDeepStrictEqual } from 'node:util';
import type { Sha256 } from '../../core/digest.ts';
import { canonicalJson } from '../../core/json.ts';
import { NO_TERMS } from '../../core/patch/terms.ts';
import type { LedgerCounts, LedgerPart } from '../../ports/ledger-copy.ts';

/** Counted up with every change to a line: a copy outlives the Ghost that wrote it. */
const FORMAT = 1;

/** The first line of a copy. */
export interface CopyHeader {
  readonly installation: string;
  readonly store: string;
  readonly schema: string;
  readonly counts: LedgerCounts;
}

/** The last line of a copy. */
interface CopyTrailer {
  readonly counts: LedgerCounts;
  /** Of all lines before it, each with its line feed. */
  readonly digest: Sha256;
}

/** In the order in which they stand in a copy. */
export const KINDS = [
  'workspace',
  'token',
  'lease',
  'cursor',
  'patch',
  'entry',
] as const satisfies readonly LedgerPart['kind'][];

export const NOTHING_COUNTED: LedgerCounts = {
  workspace: 0,
  token: 0,
  lease: 0,
  cursor: 0,
  patch: 0,
  entry: 0,
};

export function partsIn(counts: LedgerCounts): number {
  return KINDS.reduce((sum, kind) => sum + counts[kind], 0);
}

export function headerLine({ installation, store, schema, counts }: CopyHeader): string {
  return JSON.stringify({ kind: 'ghost-ledger', format: FORMAT, installation, store, schema, counts });
}

export function partLine(part: LedgerPart): string {
  const told: Members =
    part.kind === 'patch' ? { ...part, body: Buffer.from(part.body).toString('base64') } : part;
  // In one order all through, whatever the store gives: copies of the same ledger are the same bytes.
  const members = MEMBERS[part.kind].map((name) => `"${name}":${canonicalJson(told[name])}`);
  return `{${members.join(',')}}`;
}

export function trailerLine({ counts, digest }: CopyTrailer): string {
  return JSON.stringify({ kind: 'end', counts, digest });
}

export type CopyLine =
  | { readonly kind: 'header'; readonly header: CopyHeader }
  | { readonly kind: 'part'; readonly part: LedgerPart }
  | { readonly kind: 'trailer'; readonly trailer: CopyTrailer }
  /** In words: what it is instead. */
  | { readonly kind: 'foreign'; readonly problem: string };

type Members = Readonly<Record<string, unknown>>;

/** What one line of a copy says. Its members are looked at, what is in them is for `copy-check.ts` and the store. */
export function readCopyLine(line: string): CopyLine {
  const read = membersOf(line);
  if (read === null) return foreign('it is no JSON object');
  if (read.kind === 'ghost-ledger') return readHeader(read);
  if (read.kind === 'end')
    return hasCounts(read) ? { kind: 'trailer', trailer: read as never } : foreign('it is no end');
  if (!KINDS.some((kind) => kind === read.kind)) return foreign('nothing in a ledger is of its kind');
  return readPart(read);
}

function membersOf(line: string): Members | null {
  try {
    const value: unknown = JSON.parse(line);
    return isMembers(value) ? value : null;
  } catch {
    return null;
  }
}

function readHeader(read: Members): CopyLine {
  if (read.format !== FORMAT) return foreign(`it has format ${read.format}; this Ghost reads ${FORMAT}`);
  const told = [read.installation, read.store, read.schema].every((value) => typeof value === 'string');
  return told && hasCounts(read) ? { kind: 'header', header: read as never } : foreign('it is no header');
}

function readPart(read: Members): CopyLine {
  if (!isDeepStrictEqual(Object.keys(read), MEMBERS[read.kind as LedgerPart['kind']])) {
    return foreign('it does not have the members of its kind');
  }
  const objects = [read.workspace, read.token, read.lease, read.patch, read.entry];
  if (!objects.every((value) => value === undefined || isMembers(value))) return foreign('it holds nothing');
  if (read.position !== undefined && !Number.isSafeInteger(read.position))
    return foreign('it has no position');
  if (read.kind !== 'patch') return { kind: 'part', part: read as never };
  const body = Buffer.from(String(read.body), 'base64');
  if (body.toString('base64') !== read.body) return foreign('its body is no base64');
  // Copies of versions that knew no terms are read for ever.
  const patch = { terms: NO_TERMS, ...(read.patch as Members) };
  return { kind: 'part', part: { ...read, patch, body } as never };
}

const MEMBERS: Readonly<Record<LedgerPart['kind'], readonly string[]>> = {
  workspace: ['kind', 'workspace'],
  token: ['kind', 'token'],
  lease: ['kind', 'lease'],
  cursor: ['kind', 'reader', 'position'],
  patch: ['kind', 'patch', 'claim', 'body'],
  entry: ['kind', 'position', 'entry', 'news'],
};

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasCounts({ counts }: Members): boolean {
  return isMembers(counts) && KINDS.every((kind) => Number.isSafeInteger(counts[kind]));
}

function foreign(problem: string): CopyLine {
  return { kind: 'foreign', problem };
}
