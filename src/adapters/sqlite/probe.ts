import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { threadId } from 'node:worker_threads';
import { fail } from '../../core/errors.ts';
import { openReader, openWriter } from './database.ts';

/**
 * Tries a write-ahead log on a scratch file beside the ledger. A file system without shared memory maps answers `wal`
 * and breaks the file at the first write, so asking is not enough.
 * @throws GhostError ledger_unsafe
 */
export function probeFileSystem(path: string): void {
  const scratch = `${path}.probe-${process.pid}-${threadId}`;
  const opened: DatabaseSync[] = [];
  try {
    const writer = openWriter(scratch);
    opened.push(writer);
    writer.exec('CREATE TABLE probe (value INTEGER NOT NULL) STRICT; INSERT INTO probe VALUES (1)');
    const reader = openReader(scratch);
    opened.push(reader);
    writer.exec('INSERT INTO probe VALUES (2)');
    const seen = reader.prepare('SELECT count(*) AS seen FROM probe').get()?.seen;
    if (seen !== 2) throw new Error(`a second connection sees ${seen} of 2 rows`);
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    const details = { path, setting: 'a write-ahead log on this file system', got, expected: 'to work' };
    throw fail('ledger_unsafe', details, { cause });
  } finally {
    for (const db of opened) db.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(scratch + suffix, { force: true });
  }
}
