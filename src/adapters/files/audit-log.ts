import { createReadStream } from 'node:fs';
import { access, type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { type KernelLock, takeKernelLock } from '../../platform/kernel-lock.ts';
import type { AuditLine, AuditLog, AuditRebuild, AuditText, AuditWriter } from '../../ports/audit-log.ts';
import { makeDirectory, syncDirectory } from './atomic-write.ts';
import { endOfLog } from './audit-tail.ts';
import { hasCode, nullIfMissing } from './missing.ts';

export interface AuditLogOptions {
  /** Told when damage behind the acknowledged lines was cut off, with the number of bytes. */
  readonly onTorn?: (bytes: number) => void;
  /** How long `open` waits for another writer, in milliseconds. */
  readonly waitMs?: number;
  readonly clock?: Clock;
}

/** A projection that has nothing to catch up with takes a few milliseconds. */
const WAIT_MS = 5_000;
const LOOK_EVERY_MS = 20;
const PIECE_BYTES = 64 * 1024;
const MODE = 0o640;

/**
 * The audit log as one file of JSON lines in canonical form. A write that was cut short leaves a torn line, or whole
 * lines with a hole in them; neither was acknowledged, and `open` cuts it off so that it can be written again. The lock
 * is on a file beside it, `.lock`: what is locked must not be what readers open and writers replace.
 */
export function fileAuditLog(file: string, options: AuditLogOptions = {}): AuditLog {
  return {
    open: (written) => underLock(file, options, (lock) => openLog(file, { ...options, lock, written })),
    rebuild: () => underLock(file, options, (lock) => beginAnew(file, lock)),
    lines: () => linesOf(file),
  };
}

async function underLock<T>(
  file: string,
  options: AuditLogOptions,
  act: (lock: KernelLock) => Promise<T>,
): Promise<T> {
  await makeDirectory(dirname(file));
  const lock = await lockOf(file, options);
  try {
    return await act(lock);
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

interface Opening extends AuditLogOptions {
  readonly lock: KernelLock;
  readonly written: number;
}

async function openLog(file: string, { lock, written, onTorn }: Opening): Promise<AuditWriter> {
  const handle = await open(file, 'a+', MODE);
  try {
    const { size } = await handle.stat();
    const { end, last } = await endOfLog(handle, { file, size, written });
    if (end < size) {
      await handle.truncate(end);
      await handle.sync();
      onTorn?.(size - end);
    }
    await syncDirectory(dirname(file));
    return { last, path: file, append: (lines) => appendTo(handle, lines), close: closing(handle, lock) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function beginAnew(file: string, lock: KernelLock): Promise<AuditRebuild> {
  const old = (await nullIfMissing(access(file).then(() => 'there' as const))) ?? 'none';
  const fresh = `${file}.new`;
  const handle = await open(fresh, 'w', MODE);
  const close = closing(handle, lock);
  return {
    old,
    append: (lines) => appendTo(handle, lines),
    async replace(kept) {
      await handle.sync();
      // Linked and then renamed over, so that there is no moment without a log.
      if (old === 'there') await link(file, join(dirname(file), kept));
      await rename(fresh, file);
      await syncDirectory(dirname(file));
    },
    async close() {
      await rm(fresh, { force: true });
      await close();
    },
  };
}

async function appendTo(handle: FileHandle, lines: readonly AuditLine[]): Promise<void> {
  if (lines.length === 0) return;
  await handle.appendFile(lines.map((line) => `${canonicalJson(line)}\n`).join(''));
  await handle.datasync();
}

function closing(handle: FileHandle, lock: KernelLock): () => Promise<void> {
  let closed: Promise<void> | null = null;
  return () => {
    closed ??= handle.close().finally(() => lock.release());
    return closed;
  };
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
