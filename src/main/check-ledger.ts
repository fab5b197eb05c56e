import { realpathSync } from 'node:fs';
import { openInstallation } from '../adapters/files/installation.ts';
import { gitRepositories } from '../adapters/git/open.ts';
import { sqliteLedgerFile, storedLedgerFile } from '../adapters/sqlite/ledger-file.ts';
import { backupLedger } from '../app/backup-ledger.ts';
import { checkLedger, type LedgerReport } from '../app/check-ledger.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from './config.ts';

/** Opens no more than it has to: what is to be checked may not open at all. */
export async function checkLedgerOf(config: Config, file: string | null): Promise<LedgerReport> {
  const { home } = config;
  const isOurs = file === null || realPath(file) === realPath(home.ledgerFile);
  const ledger = isOurs
    ? sqliteLedgerFile(home.ledgerFile, systemClock)
    : storedLedgerFile(file, systemClock, home.scratch);
  try {
    return await checkLedger(ledger, await repositoriesOf(config));
  } finally {
    await ledger.close();
  }
}

/** @throws GhostError input_invalid, ledger_unavailable */
export async function backupLedgerOf(config: Config, file: string): Promise<LedgerReport> {
  const { ledgerFile, scratch } = config.home;
  const copyAt = (path: string) => storedLedgerFile(path, systemClock, scratch);
  const needs = { ...(await repositoriesOf(config)), copyAt };
  return backupLedger(sqliteLedgerFile(ledgerFile, systemClock), needs, file);
}

async function repositoriesOf({ home }: Config) {
  const { id } = await openInstallation({ data: home.data, keys: home.keys });
  return { repositories: gitRepositories({ installation: id, scratch: home.scratch }) };
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
