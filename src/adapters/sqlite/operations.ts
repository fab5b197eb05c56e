import type { DatabaseSync } from 'node:sqlite';
import { prepareAppend } from './append.ts';
import type { Connection, Reads, Writes } from './calls.ts';
import { chainReads, outboxReads } from './chain-reads.ts';
import { decodeSettings } from './codec.ts';
import { leaseWrites } from './lease-writes.ts';
import { patchReads } from './patch-reads.ts';
import { prepareAccept, prepareRecord } from './patch-writes.ts';
import { leaseReads, tokenReads, workspaceReads } from './register-reads.ts';
import { cursorWrites, tokenWrites, workspaceWrites } from './register-writes.ts';

export function writesOn(db: Connection): Writes {
  const append = prepareAppend(db);
  return {
    accept: prepareAccept(db, append),
    record: prepareRecord(db, append),
    append: (draft) => append(draft),
    ...cursorWrites(db),
    ...leaseWrites(db, append),
    ...workspaceWrites(db, append),
    ...tokenWrites(db, append),
  };
}

export function readsOn(db: Connection): Reads {
  return {
    ...patchReads(db),
    ...chainReads(db),
    ...outboxReads(db),
    ...leaseReads(db),
    ...workspaceReads(db),
    ...tokenReads(db),
    ...settingReads(db),
  };
}

function settingReads(db: Connection) {
  const settings = db.prepare(
    `SELECT journal_mode AS journalMode, synchronous FROM pragma_journal_mode, pragma_synchronous`,
  );
  return { settings: () => decodeSettings(settings.get() ?? {}) };
}

/** Runs `read` on one snapshot, whatever is committed meanwhile. */
export function inSnapshot<T>(db: DatabaseSync, read: () => T): T {
  db.exec('BEGIN');
  try {
    return read();
  } finally {
    db.exec('COMMIT');
  }
}
