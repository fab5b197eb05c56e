import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fail, GhostError } from '../../core/errors.ts';
import type { LedgerCopy, LedgerPart, LedgerSnapshot } from '../../ports/ledger-copy.ts';
import { openConnections } from './connections.ts';
import { partInserts } from './copy-inserts.ts';
import { countsIn, partsIn } from './copy-reads.ts';
import { assertSafeVersion, begin, primaryCode } from './database.ts';
import { unavailable } from './messages.ts';
import { SCHEMA_VERSION } from './migrations.ts';

/** The ledger of a file, all of it. It works in the thread that asks: whoever copies a ledger does nothing else meanwhile. */
export function sqliteLedgerCopy(path: string): LedgerCopy {
  const file = resolve(path);
  return {
    read: async () => openSnapshot(file),
    write: (parts) => writeAll(file, parts),
  };
}

function openSnapshot(file: string): LedgerSnapshot {
  const db = open(file, 'reader');
  try {
    // What is read first opens the moment: until then the transaction sees what others commit.
    db.exec('BEGIN');
    const counts = countsIn(db);
    const close = async () => {
      if (db.isOpen) db.close();
    };
    return { store: 'sqlite', schema: `${SCHEMA_VERSION}`, counts, parts: partsIn(db), close };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** One transaction, which a crash takes back as well as an error does. */
async function writeAll(file: string, parts: AsyncIterable<LedgerPart>): Promise<void> {
  const db = open(file, 'writer');
  try {
    begin(db, () => {});
    requireEmpty(db, file);
    const insert = partInserts(db);
    for await (const part of parts) insert(part);
    db.exec('COMMIT');
  } catch (cause) {
    if (cause instanceof GhostError || primaryCode(cause) === null) throw cause;
    throw storeProblem(cause);
  } finally {
    if (db.isTransaction) db.exec('ROLLBACK');
    db.close();
  }
}

function open(file: string, as: 'reader' | 'writer'): DatabaseSync {
  assertSafeVersion(process.versions.sqlite ?? 'absent', file);
  const { reader, writer } = openConnections({ file, readOnly: as === 'reader' });
  if (writer === null) return reader;
  reader.close();
  return writer;
}

function requireEmpty(db: DatabaseSync, file: string): void {
  const found = Object.entries(countsIn(db)).find(([, count]) => count > 0);
  if (found === undefined) return;
  const [kind, count] = found;
  throw fail('ledger_not_empty', { place: file, found: `${count} of kind ${kind}` });
}

const CONSTRAINT = 19;

/** A constraint that does not hold is the copy's fault: two patches of one key, say. */
function storeProblem(cause: unknown): GhostError {
  const problem = cause instanceof Error ? cause.message : String(cause);
  if (primaryCode(cause) !== CONSTRAINT) return unavailable(problem);
  return fail('input_invalid', { where: 'FILE', problem: `no ledger can hold it: ${problem}` }, { cause });
}
