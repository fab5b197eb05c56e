import { DatabaseSync } from 'node:sqlite';
import { fail } from '../../core/errors.ts';

/** Older ones can corrupt a WAL file that two connections share (sqlite.org/wal.html#walresetbug). */
const SAFE_VERSION = '3.51.3';
/** As SQLite numbers them: FULL syncs at each commit, NORMAL before a checkpoint, so that a power cut takes back the last. */
const FULL = 2;
export const NORMAL = 1;

/** How long SQLite itself waits for a lock, in milliseconds. Short for the writer, which tries again: see `begin`. */
const READER_BUSY_MS = 5_000;
const WRITER_BUSY_MS = 2;
const WRITE_LOCK_MS = 10_000;

const BUSY = 5;

type Synchronous = typeof FULL | typeof NORMAL;

/** @throws GhostError ledger_unsafe for a SQLite that may corrupt the ledger at `path` */
export function assertSafeVersion(got: string, path: string): void {
  const isSafe = /^\d/.test(got) && got.localeCompare(SAFE_VERSION, 'en', { numeric: true }) >= 0;
  if (isSafe) return;
  throw fail('ledger_unsafe', { path, setting: 'SQLite', got, expected: `${SAFE_VERSION} or newer` });
}

/** The one connection of a process that writes. It creates the file if need be. */
export function openWriter(path: string, synchronous: Synchronous = FULL): DatabaseSync {
  const db = connect(path, { timeout: WRITER_BUSY_MS });
  return orClose(db, () => {
    whenFree(() => db.exec('PRAGMA journal_mode = WAL'), nothing, WRITE_LOCK_MS);
    configure(db, path, synchronous);
  });
}

export function openReader(path: string): DatabaseSync {
  const db = connect(path, { timeout: READER_BUSY_MS, readOnly: true });
  return orClose(db, () => configure(db, path, FULL));
}

function connect(path: string, options: { timeout: number; readOnly?: boolean }): DatabaseSync {
  return new DatabaseSync(path, {
    ...options,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
  });
}

/** Sets what SQLite forgets with each connection, and reads back what durability rests on. */
function configure(db: DatabaseSync, path: string, synchronous: Synchronous): void {
  db.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA trusted_schema = OFF`);
  expectSetting(db, { path, setting: 'journal_mode', expected: 'wal' });
  expectSetting(db, { path, setting: 'synchronous', expected: synchronous });
  expectSetting(db, { path, setting: 'foreign_keys', expected: 1 });
}

/** The value of a pragma, as SQLite says it. */
function settingOf(db: DatabaseSync, setting: string): unknown {
  return db.prepare(`PRAGMA ${setting}`).get()?.[setting];
}

function expectSetting(db: DatabaseSync, what: { path: string; setting: string; expected: unknown }): void {
  const got = settingOf(db, what.setting);
  if (got === what.expected) return;
  throw fail('ledger_unsafe', { ...what, got: String(got), expected: String(what.expected) });
}

/**
 * Starts a write transaction, waiting for its turn. SQLite's own busy handler sleeps up to 100 ms between two tries
 * and starves beside a process that commits back to back; trying every 2 ms finds the gaps.
 */
export function begin(db: DatabaseSync, meanwhile: () => void, withinMs = WRITE_LOCK_MS): void {
  whenFree(() => db.exec('BEGIN IMMEDIATE'), meanwhile, withinMs);
}

function whenFree(action: () => void, meanwhile: () => void, withinMs: number): void {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      action();
      return;
    } catch (error) {
      if (primaryCode(error) !== BUSY || performance.now() > deadline) throw error;
      meanwhile();
    }
  }
}

/** SQLite's primary result code (sqlite.org/rescode.html), or null when the error is not SQLite's. */
export function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error && 'errcode' in error)) return null;
  return Number(error.errcode) & 0xff;
}

const nothing = () => {};

function orClose(db: DatabaseSync, prepare: () => void): DatabaseSync {
  try {
    prepare();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
