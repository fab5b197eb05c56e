import { openInstallation } from '../adapters/files/installation.ts';
import { gitRepositories } from '../adapters/git/open.ts';
import { sqliteLedgerFile } from '../adapters/sqlite/ledger-file.ts';
import { checkLedger, type LedgerReport } from '../app/check-ledger.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from './config.ts';

/** Opens no more than it has to: what is to be checked may not open at all. */
export async function checkLedgerOf({ home }: Config, file: string | null): Promise<LedgerReport> {
  const { id } = await openInstallation({ data: home.data, keys: home.keys });
  const repositories = gitRepositories({ installation: id, scratch: home.scratch });
  return checkLedger(sqliteLedgerFile(file ?? home.ledgerFile, systemClock), { repositories });
}
