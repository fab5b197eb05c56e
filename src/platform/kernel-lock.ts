import { DatabaseSync } from 'node:sqlite';

export interface KernelLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes the lock that stands for `file`, or answers null when somebody has it, in this process or another. The lock is
 * SQLite's own on an empty database: a record lock of the kernel, freed when its holder dies in whatever way, kept from
 * children, and working across containers that share the folder. A pid in a file does none of that. The file stays.
 */
export function takeKernelLock(file: string): KernelLock | null {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is ever written, so that a journal on disk would only be litter after a crash.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
}
