import { dirname } from 'node:path';
import { systemClock } from '../../platform/clock.ts';
import { type KernelLock, takeKernelLock } from '../../platform/kernel-lock.ts';
import { makeDirectory } from './atomic-write.ts';

/** Whoever holds it reads and writes one small file. */
const WAIT_MS = 30_000;
const LOOK_EVERY_MS = 20;

/**
 * For a file that is read, changed and written whole: nobody else does so meanwhile. The lock is on a file beside it, `.lock`, for
 * the file itself is replaced.
 */
export async function underLock<T>(file: string, act: () => Promise<T>): Promise<T> {
  await makeDirectory(dirname(file));
  const lock = await lockOf(file);
  try {
    return await act();
  } finally {
    lock.release();
  }
}

async function lockOf(file: string): Promise<KernelLock> {
  const since = systemClock.monotonic();
  for (;;) {
    const lock = takeKernelLock(`${file}.lock`);
    if (lock !== null) return lock;
    if (systemClock.monotonic() - since >= WAIT_MS)
      throw new Error(`${file} is held by another process since ${WAIT_MS / 1000} s`);
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}
