import type { DatabaseSync } from 'node:sqlite';
import { fail } from '../../core/errors.ts';
import { begin, primaryCode } from './database.ts';

export type Outcome<Item> =
  | { readonly kind: 'done'; readonly item: Item; readonly value: unknown }
  | { readonly kind: 'failed'; readonly item: Item; readonly error: unknown };

export interface Batch<Item> {
  /** Called while another process holds the write lock. */
  readonly meanwhile: () => void;
  /** Everything that waits, asked for once the lock is ours. */
  readonly take: () => readonly Item[];
  readonly run: (item: Item) => unknown;
}

/**
 * Runs all that waits in one transaction: one sync to disk for all of it. When the outcomes are returned, whatever is
 * `done` in them is durable. An item that fails takes back its own writes only; trouble with the file or the disk
 * fails them all, and then nothing of them is stored. Throws where the transaction cannot be taken back: the connection
 * is of no more use, and its thread ends with it.
 *
 * A savepoint keeps a copy of every page that its item touches, some twenty for a patch. So items run without them, and
 * in the rare batch in which one fails all of them run again, each in its own.
 */
export function commitTogether<Item>(db: DatabaseSync, batch: Batch<Item>): readonly Outcome<Item>[] {
  let items: readonly Item[] | null = null;
  let outcomes: readonly Outcome<Item>[];
  try {
    begin(db, batch.meanwhile);
    items = batch.take();
    outcomes = runAll(db, items, batch.run) ?? runApart(db, items, batch);
  } catch (cause) {
    return takenBack(db, items ?? batch.take(), { code: 'ledger_unavailable', cause });
  }
  try {
    db.exec('COMMIT');
    return outcomes;
  } catch (cause) {
    return takenBack(db, items, { code: fateOf(cause), cause });
  }
}

function takenBack<Item>(
  db: DatabaseSync,
  items: readonly Item[],
  { code, cause }: { readonly code: 'ledger_unavailable' | 'ledger_unknown'; readonly cause: unknown },
): readonly Outcome<Item>[] {
  if (db.isTransaction) db.exec('ROLLBACK');
  const problem = cause instanceof Error ? cause.message : String(cause);
  const error = fail(code, { problem }, { cause });
  return items.map((item) => ({ kind: 'failed', item, error }));
}

/** FULL, and IOERR_WRITE for a file at its limit: the frame that ends a transaction is written last, so there is none. */
const UNWRITTEN: ReadonlySet<unknown> = new Set([13, 778]);

/**
 * A commit that fails later, at its sync as a rule, has all its frames in the log: rolled back here or not, whoever opens
 * the file after a crash finds it whole, until the next transaction has written over it.
 */
function fateOf(cause: unknown): 'ledger_unavailable' | 'ledger_unknown' {
  const isUnwritten = cause instanceof Error && 'errcode' in cause && UNWRITTEN.has(cause.errcode);
  return isUnwritten ? 'ledger_unavailable' : 'ledger_unknown';
}

/** Null where an item failed: its neighbours have to run without what it wrote. */
function runAll<Item>(
  db: DatabaseSync,
  items: readonly Item[],
  run: Batch<Item>['run'],
): readonly Outcome<Item>[] | null {
  try {
    return items.map((item) => ({ kind: 'done', item, value: run(item) }));
  } catch (error) {
    if (!db.isTransaction || concernsAll(error)) throw error;
    return null;
  }
}

function runApart<Item>(
  db: DatabaseSync,
  items: readonly Item[],
  { meanwhile, run }: Batch<Item>,
): readonly Outcome<Item>[] {
  db.exec('ROLLBACK');
  begin(db, meanwhile);
  return items.map((item) => runAlone(db, item, run));
}

function runAlone<Item>(db: DatabaseSync, item: Item, run: (item: Item) => unknown): Outcome<Item> {
  db.exec('SAVEPOINT item');
  try {
    const value = run(item);
    db.exec('RELEASE item');
    return { kind: 'done', item, value };
  } catch (error) {
    if (!db.isTransaction || concernsAll(error)) throw error;
    db.exec('ROLLBACK TO item; RELEASE item');
    return { kind: 'failed', item, error };
  }
}

/** BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB (sqlite.org/rescode.html). */
const ENVIRONMENT: ReadonlySet<number> = new Set([5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26]);

function concernsAll(error: unknown): boolean {
  const code = primaryCode(error);
  return code !== null && ENVIRONMENT.has(code);
}
