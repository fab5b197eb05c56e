import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { fail } from '../../../core/errors.ts';
import { prepareFile } from '../connections.ts';
import { begin, NORMAL, openWriter } from '../database.ts';
import { type Answer, carry, type Started } from '../messages.ts';
import { cacheRows } from './cache-rows.ts';
import { type FleetingCalls, READS } from './calls.ts';
import { counterRows } from './counter-rows.ts';
import { instanceRows } from './instance-rows.ts';
import { hasTables, makeTables } from './schema.ts';
import { sessionRows } from './session-rows.ts';

/*
 * The thread that owns a process's connection to what may be lost. Each call is a transaction of its own: with
 * `synchronous` NORMAL none of them waits for the disk.
 */

interface FleetingCall {
  readonly id: number;
  readonly name: keyof FleetingCalls;
  readonly args: readonly unknown[];
}

/** Who holds the write lock for longer was stopped in the middle, and nothing here is worth waiting for it. */
const WRITE_LOCK_MS = 250;

const port = parentPort;
if (!port) throw new TypeError('fleeting-thread runs as a worker only');

const post = (message: Started | readonly Answer[]) => port.postMessage(message);

try {
  serve(openFile(workerData.file));
  post({ kind: 'started' });
} catch (error) {
  post({ kind: 'failed', error: carry(unavailable(error)) });
}

function openFile(file: string): DatabaseSync {
  prepareFile(file);
  const db = openWriter(file, NORMAL);
  try {
    if (!hasTables(db)) inTransaction(db, () => makeTables(db));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function serve(db: DatabaseSync): void {
  const operations: FleetingCalls = {
    ...cacheRows(db),
    ...instanceRows(db),
    ...sessionRows(db),
    ...counterRows(db),
  };
  port?.on('message', (message: readonly FleetingCall[] | 'close') => {
    if (message !== 'close') return post(message.map(answer));
    db.close();
    port?.close();
  });

  function answer({ id, name, args }: FleetingCall): Answer {
    const operation = operations[name] as (...args: readonly unknown[]) => unknown;
    try {
      const run = () => operation(...args);
      return { id, kind: 'done', value: READS.has(name) ? run() : inTransaction(db, run) };
    } catch (error) {
      return { id, kind: 'failed', error: carry(unavailable(error)) };
    }
  }
}

function inTransaction<T>(db: DatabaseSync, run: () => T): T {
  begin(db, () => {}, WRITE_LOCK_MS);
  try {
    const value = run();
    db.exec('COMMIT');
    return value;
  } finally {
    if (db.isTransaction) db.exec('ROLLBACK');
  }
}

function unavailable(error: unknown) {
  const problem = error instanceof Error ? error.message : String(error);
  return fail('store_unavailable', { problem }, { cause: error });
}
