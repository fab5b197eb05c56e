import { openWriter } from '../../src/adapters/sqlite/database.ts';
import { writesOn } from '../../src/adapters/sqlite/operations.ts';
import type { Ledger } from '../../src/ports/ledger.ts';

/**
 * The control of the receipts bench: what storing a patch looks like without group commit. The same rows by the same
 * statements, in one synced transaction for each submission, on the thread that asks.
 */
export function acceptAlone(file: string): Ledger['accept'] {
  const db = openWriter(file);
  const { accept } = writesOn(db);
  return async (...text) => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const acceptance = accept(...text);
      db.exec('COMMIT');
      return acceptance;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };
}
