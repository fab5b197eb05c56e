import { DatabaseSync } from 'node:sqlite';

export interface HomeLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes the lock of a home, or answers null when another process has it. The lock is SQLite's own on an empty
 * database: a record lock of the kernel, freed when its holder dies in whatever way, kept from children, and working
 * across containers that share the folder. A pid in a file does none of that.
 */
export function lockHome(file: string): HomeLock | null {
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
