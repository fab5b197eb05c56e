import { resolve } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { LedgerFile } from '../../ports/ledger-file.ts';
import { inspectLedgerFile } from './inspect-file.ts';
import { openSqliteLedger } from './open.ts';

/** A ledger in SQLite, for reading only: neither looking at it nor opening it brings it to another schema. */
export function sqliteLedgerFile(path: string, clock: Clock): LedgerFile {
  const file = resolve(path);
  return {
    inspect: async () => inspectLedgerFile(file),
    open: () => openSqliteLedger({ file, clock, readOnly: true }),
  };
}
