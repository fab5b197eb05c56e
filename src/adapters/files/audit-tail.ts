import type { FileHandle } from 'node:fs/promises';
import { fail } from '../../core/errors.ts';
import { canonicalJson, type Json } from '../../core/json.ts';
import type { AuditWriter } from '../../ports/audit-log.ts';

/** Read backwards in pieces of this size: a line is rarely longer. */
const PIECE_BYTES = 64 * 1024;
const NEW_LINE = 0x0a;

export interface Tail {
  /** Where the last line ends that can be written on from. */
  readonly end: number;
  readonly last: AuditWriter['last'];
}

interface Question {
  readonly file: string;
  readonly size: number;
  /** The position up to which lines were acknowledged. */
  readonly written: number;
}

interface WholeLine {
  readonly position: number;
  readonly hash: string;
  readonly end: number;
}

/**
 * The end of the log, seen from behind: past the lines that nobody was promised, to the last one that somebody was. From
 * there on whole lines that follow each other are kept.
 * @throws GhostError audit_log_broken when that line is not there
 */
export async function endOfLog(handle: FileHandle, question: Question): Promise<Tail> {
  const { file, size, written } = question;
  /** Lines behind the acknowledged ones, the last one first; null for a damaged one. */
  const behind: (WholeLine | null)[] = [];
  for (let end = await lastLineBreak(handle, size); end > 0; ) {
    const start = await lastLineBreak(handle, end - 1);
    const line = await readLine(handle, start, end);
    if (line !== null && line.position <= written) return keepWhole(line, behind, question);
    behind.push(line);
    end = start;
  }
  if (written === 0) return keepWhole({ position: 0, hash: '', end: 0 }, behind, question);
  const got = size === 0 ? 'is empty or missing' : 'has no line up to there that can be read';
  throw fail('audit_log_broken', { path: file, got, expected: `lines up to position ${written}` });
}

function keepWhole(
  acknowledged: WholeLine,
  behind: readonly (WholeLine | null)[],
  { file, written }: Question,
): Tail {
  if (acknowledged.position < written) {
    const damaged =
      behind.length > 0 ? `, with ${behind.length} lines behind it that cannot be read there` : '';
    const got = `has position ${acknowledged.position} as the last whole line${damaged}`;
    throw fail('audit_log_broken', { path: file, got, expected: `lines up to position ${written}` });
  }
  let last = acknowledged;
  for (const line of behind.toReversed()) {
    if (line?.position !== last.position + 1) break;
    last = line;
  }
  const { position, hash, end } = last;
  return { end, last: position === 0 ? null : { position, hash } };
}

/** The place after the last line break before `end`, 0 when there is none. */
async function lastLineBreak(handle: FileHandle, end: number): Promise<number> {
  for (let to = end; to > 0; ) {
    const from = Math.max(0, to - PIECE_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from);
    const at = buffer.subarray(0, bytesRead).lastIndexOf(NEW_LINE);
    if (at >= 0) return from + at + 1;
    to = from;
  }
  return 0;
}

/** The line with its line break; null when it is not as it was written. */
async function readLine(handle: FileHandle, start: number, end: number): Promise<WholeLine | null> {
  const { buffer } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
  const text = buffer.subarray(0, -1).toString('utf8');
  const value = parsed(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const { position, hash } = value as { position?: Json; hash?: Json };
  const isWhole = Number.isSafeInteger(position) && typeof hash === 'string' && canonicalJson(value) === text;
  return isWhole ? { position: Number(position), hash, end } : null;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
