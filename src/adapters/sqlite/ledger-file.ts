import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { LedgerFile } from '../../ports/ledger-file.ts';
import { backUp } from './backup.ts';
import { inspectLedgerFile } from './inspect-file.ts';
import { openSqliteLedger } from './open.ts';

const RESCUE =
  'Stop Ghost and keep a copy of ledger.db, ledger.db-wal and ledger.db-shm as they are. Restore the newest backup that `ghost ledger check --file BACKUP` finds whole. Without one, a recent sqlite3 may still read something out of a copy with `.recover` (that of 3.40.1 cannot): check what comes of it in the same way, and trust it no further. A ledger that is older than a branch stops that line; `ghost workspace accept` lets it go on.';

/** A ledger in SQLite, for reading only: neither looking at it nor opening it brings it to another schema. */
export function sqliteLedgerFile(path: string, clock: Clock): LedgerFile {
  const file = resolve(path);
  return {
    rescue: RESCUE,
    inspect: async () => inspectLedgerFile(file),
    open: () => openSqliteLedger({ file, clock, readOnly: true }),
    copyTo: (to) => backUp(file, to),
    close: async () => undefined,
  };
}

/**
 * One that lies somewhere, such as a backup, and that nobody writes. SQLite puts files beside whatever it opens, so that
 * a copy in `scratch` is opened, with the log that belongs to it.
 */
export function storedLedgerFile(path: string, clock: Clock, scratch: string): LedgerFile {
  const file = resolve(path);
  let copy: string | null = null;
  const copied = () => {
    copy ??= copyIn(scratch, file);
    return join(copy, 'ledger.db');
  };
  return {
    rescue: RESCUE,
    inspect: async () => inspectLedgerFile(file, isFile(file) ? copied() : file),
    open: () => openSqliteLedger({ file: copied(), clock, readOnly: true }),
    copyTo: (to) => backUp(copied(), to),
    close: async () => {
      if (copy !== null) rmSync(copy, { recursive: true, force: true });
      copy = null;
    },
  };
}

function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}

function copyIn(scratch: string, file: string): string {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(scratch, 'ledger-'));
  for (const suffix of ['', '-wal'])
    if (existsSync(`${file}${suffix}`))
      copyFileSync(`${file}${suffix}`, join(folder, `ledger.db${suffix}`), constants.COPYFILE_FICLONE);
  return folder;
}
