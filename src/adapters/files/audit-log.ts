import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json.ts';
import type { AuditLine, AuditLog } from '../../ports/audit-log.ts';
import { syncDirectory } from './atomic-write.ts';
import { hasCode } from './missing.ts';

export interface AuditLogOptions {
  /** Told when a torn last line was cut off, with the number of bytes. */
  readonly onTorn?: (bytes: number) => void;
}

/** Read backwards in pieces of this size: a line is rarely longer. */
const PIECE_BYTES = 64 * 1024;
const NEW_LINE = 0x0a;

/**
 * The audit log as one file of JSON lines in canonical form. A write that a crash cut short left a last line without its
 * line break; it was never acknowledged, and `open` cuts it off so that it can be written again.
 */
export function fileAuditLog(file: string, options: AuditLogOptions = {}): AuditLog {
  return {
    open: () => openLog(file, options),
    append: (lines) => append(file, lines),
    lines: () => linesOf(file),
  };
}

async function openLog(file: string, { onTorn }: AuditLogOptions): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a+', 0o640);
  try {
    const { size } = await handle.stat();
    const end = await lastLineBreak(handle, size);
    if (end < size) {
      await handle.truncate(end);
      await handle.sync();
      onTorn?.(size - end);
    }
    await syncDirectory(dirname(file));
    return end === 0 ? 0 : await positionOfLine(handle, end, file);
  } finally {
    await handle.close();
  }
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

/** The position in the complete line that ends at `end`. */
async function positionOfLine(handle: FileHandle, end: number, file: string): Promise<number> {
  const start = await lastLineBreak(handle, end - 1);
  const { buffer } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
  const position = positionIn(buffer.toString('utf8'));
  if (position === null) {
    throw fail('integrity_broken', {
      problem: `the last line of ${file} is complete but carries no position`,
    });
  }
  return position;
}

function positionIn(line: string): number | null {
  try {
    const value: unknown = JSON.parse(line);
    if (value === null || typeof value !== 'object' || !('position' in value)) return null;
    return Number.isSafeInteger(value.position) ? Number(value.position) : null;
  } catch {
    return null;
  }
}

async function append(file: string, lines: readonly AuditLine[]): Promise<void> {
  if (lines.length === 0) return;
  const handle = await open(file, 'a', 0o640);
  try {
    await handle.appendFile(lines.map((line) => `${canonicalJson(line)}\n`).join(''));
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Splits at line breaks only: other line separators are content. A torn last line comes as it is. */
async function* linesOf(file: string): AsyncGenerator<{ readonly number: number; readonly text: string }> {
  let number = 0;
  let rest = '';
  try {
    for await (const piece of createReadStream(file, { encoding: 'utf8', highWaterMark: PIECE_BYTES })) {
      const texts = `${rest}${String(piece)}`.split('\n');
      rest = texts.pop() ?? '';
      for (const text of texts) {
        number += 1;
        yield { number, text };
      }
    }
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  if (rest !== '') yield { number: number + 1, text: rest };
}
