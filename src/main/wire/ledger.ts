import { openInstallation } from '../../adapters/files/installation.ts';
import { openMongoLedger } from '../../adapters/mongo/open.ts';
import { openSqliteLedger, type SqliteLedger } from '../../adapters/sqlite/open.ts';
import { EXIT } from '../../core/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Secret } from '../../platform/secret.ts';
import type { Dependency, Measured } from '../../ports/dependency.ts';
import type { LedgerPorts } from '../../ports/ledger-ports.ts';
import type { Config } from '../config.ts';
import type { Wiring } from './wiring.ts';

/** The truth: SQLite in the home, or where GHOST_LEDGER says. */
export async function openLedger(config: Config, clock: Clock): Promise<Wiring<keyof LedgerPorts>> {
  switch (config.ledger.kind) {
    case 'sqlite':
      return onSqlite(config, clock);
    case 'mongodb':
      return onMongo(config, { clock, url: config.ledger.url });
  }
}

async function onSqlite({ home }: Config, clock: Clock): Promise<Wiring<keyof LedgerPorts>> {
  const opened = await openSqliteLedger({ file: home.ledgerFile, clock, onDead: endProcess });
  const { ledger, chains, outbox, leaser, workspaces, tokens } = opened;
  return {
    ports: { ledger, chains, outbox, leaser, workspaces, tokens },
    dependencies: [sqliteDependency(opened)],
    close: () => opened.close(),
  };
}

async function onMongo(
  { home }: Config,
  { clock, url }: { readonly clock: Clock; readonly url: Secret },
): Promise<Wiring<keyof LedgerPorts>> {
  const { id } = await openInstallation({ data: home.data, keys: home.keys });
  const opened = await openMongoLedger({ url, clock, installation: id });
  const { ledger, chains, outbox, leaser, workspaces, tokens } = opened;
  const measured = { serves: ['ledger', 'leaser'], need: 'required' } as const;
  return {
    ports: { ledger, chains, outbox, leaser, workspaces, tokens },
    dependencies: [{ name: 'ledger', ...measured, measure: async () => ofMongo(await opened.health()) }],
    close: () => opened.close(),
  };
}

export function ofMongo({ version, ...measured }: Measured): Measured {
  return { ...measured, version: `MongoDB ${version ?? 'of an unknown version'}` };
}

/** Without its ledger thread a process can do nothing right; the supervisor starts it anew. */
function endProcess(problem: string): void {
  process.stderr.write(`ghost: the ledger is gone: ${problem}\n`);
  process.exit(EXIT.failed);
}

export function sqliteDependency(ledger: SqliteLedger): Dependency {
  const measure = async () => {
    const { latencyMs, sqliteVersion, ...details } = await ledger.health();
    return { latencyMs, version: `SQLite ${sqliteVersion}`, details, findings: [] };
  };
  return { name: 'ledger', serves: ['ledger', 'leaser'], need: 'required', measure };
}
