import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { type KernelLock, takeKernelLock } from '../../platform/kernel-lock.ts';
import type { AuditLog, AuditText, AuditWriter } from '../../ports/audit-log.ts';
import { syncDirectory } from './atomic-write.ts';
import { hasCode } from './missing.ts';

export interface AuditLogOptions {
  /** Told when a torn last line was cut off, with the number of bytes. */
  readonly onTorn?: (bytes: number) => void;
  /** How long `open` waits for another writer, in milliseconds. */
  readonly waitMs?: number;
  readonly clock?: Clock;
}

/** A projection that has nothing to catch up with takes a few milliseconds. */
const WAIT_MS = 5_000;
const LOOK_EVERY_MS = 20;

/** Read backwards in pieces of this size: a line is rarely longer. */
const PIECE_BYTES = 64 * 1024;
const NEW_LINE = 0x0a;

/**
 * The audit log as one file of JSON lines in canonical form. A write that a crash cut short left a last line without its
 * line break; it was never acknowledged, and `open` cuts it off so that it can be written again. The lock is on a file
 * beside it, `.lock`: what is locked must not be what readers open and writers replace.
 */
export function fileAuditLog(file: string, options: AuditLogOptions = {}): AuditLog {
  return {
    open: () => openLog(file, options),
    lines: () => linesOf(file),
  };
}

async function openLog(file: string, options: AuditLogOptions): Promise<AuditWriter> {
  await mkdir(dirname(file), { recursive: true });
  const lock = await lockOf(file, options);
  try {
    const handle = await open(file, 'a+', 0o640);
    try {
      return writerOn(handle, lock, await endOf(handle, file, options));
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function lockOf(file: string, options: AuditLogOptions): Promise<KernelLock> {
  const { waitMs = WAIT_MS, clock = systemClock } = options;
  const since = clock.monotonic();
  for (;;) {
    const lock = takeKernelLock(`${file}.lock`);
    if (lock !== null) return lock;
    const afterMs = Math.round(clock.monotonic() - since);
    if (afterMs >= waitMs) throw fail('audit_log_held', { path: file, afterMs });
    await clock.sleep(LOOK_EVERY_MS);
  }
}

function writerOn(handle: FileHandle, lock: KernelLock, position: number): AuditWriter {
  let closed: Promise<void> | null = null;
  return {
    position,
    async append(lines) {
      if (lines.length === 0) return;
      await handle.appendFile(lines.map((line) => `${canonicalJson(line)}\n`).join(''));
      await handle.datasync();
    },
    close() {
      closed ??= handle.close().finally(() => lock.release());
      return closed;
    },
  };
}

/** The position in the last complete line, after what is torn behind it was cut off. */
async function endOf(handle: FileHandle, file: string, { onTorn }: AuditLogOptions): Promise<number> {
  const { size } = await handle.stat();
  const end = await lastLineBreak(handle, size);
  if (end < size) {
    await handle.truncate(end);
    await handle.sync();
    onTorn?.(size - end);
  }
  await syncDirectory(dirname(file));
  return end === 0 ? 0 : await positionOfLine(handle, end, file);
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

/** Splits at line breaks only: other line separators are content. A torn last line comes as it is. */
async function* linesOf(file: string): AsyncGenerator<AuditText> {
  let number = 0;
  let rest = '';
  try {
    for await (const piece of createReadStream(file, { encoding: 'utf8', highWaterMark: PIECE_BYTES })) {
      const texts = `${rest}${String(piece)}`.split('\n');
      rest = texts.pop() ?? '';
      for (const text of texts) {
        number += 1;
        yield { number, text, end: 'whole' };
      }
    }
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  if (rest !== '') yield { number: number + 1, text: rest, end: 'torn' };
}
