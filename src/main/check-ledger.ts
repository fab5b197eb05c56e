import { realpathSync } from 'node:fs';
import { openInstallation } from '../adapters/files/installation.ts';
import { gitRepositories } from '../adapters/git/open.ts';
import { storedLedgerFile } from '../adapters/sqlite/ledger-file.ts';
import { backupLedger } from '../app/ledger/backup-ledger.ts';
import { checkLedger, type LedgerReport } from '../app/ledger/check-ledger.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from './config.ts';
import { ledgerFileOf } from './wire/ledger-file.ts';

/** Opens no more than it has to: what is to be checked may not open at all. */
export async function checkLedgerOf(config: Config, file: string | null): Promise<LedgerReport> {
  const { home } = config;
  const { id } = await openInstallation(home);
  const ledger =
    file === null || isOurs(config, file)
      ? ledgerFileOf(config, id)
      : storedLedgerFile(file, systemClock, home.scratch);
  try {
    return await checkLedger(ledger, repositoriesOf(config, id));
  } finally {
    await ledger.close();
  }
}

/** @throws GhostError input_invalid, ledger_unavailable */
export async function backupLedgerOf(config: Config, file: string): Promise<LedgerReport> {
  const { id } = await openInstallation(config.home);
  const copyAt = (path: string) => storedLedgerFile(path, systemClock, config.home.scratch);
  return backupLedger(ledgerFileOf(config, id), { ...repositoriesOf(config, id), copyAt }, file);
}

function isOurs({ ledger, home }: Config, file: string): boolean {
  return ledger.kind === 'sqlite' && realPath(file) === realPath(home.ledgerFile);
}

function repositoriesOf({ home }: Config, installation: string) {
  return { repositories: gitRepositories({ installation, scratch: home.scratch }) };
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
