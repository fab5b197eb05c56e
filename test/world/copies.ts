import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { temporaryFolder } from './git.ts';
import { type Installation, installationSettings, openInstallationFor } from './installation.ts';

/** A home as a backup in mid life has it: the ledger by SQLite's own backup, and everything else as it lies there. */
export async function backupOf(installation: Installation): Promise<string> {
  const { home } = installation.config;
  const root = installation.settings.GHOST_HOME ?? '';
  const copy = temporaryFolder('backup');
  cpSync(root, copy, { recursive: true });
  const file = join(copy, home.ledgerFile.slice(root.length + 1));
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const db = new DatabaseSync(home.ledgerFile, { readOnly: true });
  await backup(db, file);
  db.close();
  return copy;
}

/** The installation that a backup holds, opened beside the first. */
export function openBackup(copy: string): Promise<Installation> {
  return openInstallationFor(installationSettings(copy));
}
