import { openSqliteLedger, type SqliteLedger } from '../../adapters/sqlite/open.ts';
import { EXIT } from '../../core/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Dependency } from '../../ports/dependency.ts';
import type { Config } from '../config.ts';
import { notBuilt, type Wiring } from './wiring.ts';

type LedgerPort = 'ledger' | 'chains' | 'outbox' | 'leaser' | 'workspaces' | 'tokens';

/** The truth: SQLite in the home, or where GHOST_LEDGER says. */
export async function openLedger(config: Config, clock: Clock): Promise<Wiring<LedgerPort>> {
  switch (config.ledger.kind) {
    case 'sqlite':
      return onSqlite(config, clock);
    case 'mongodb':
      throw notBuilt('GHOST_LEDGER');
  }
}

async function onSqlite({ home }: Config, clock: Clock): Promise<Wiring<LedgerPort>> {
  const opened = await openSqliteLedger({ file: home.ledgerFile, clock, onDead: endProcess });
  const { ledger, chains, outbox, leaser, workspaces, tokens } = opened;
  return {
    ports: { ledger, chains, outbox, leaser, workspaces, tokens },
    dependencies: [sqliteDependency(opened)],
    close: () => opened.close(),
  };
}

/** Without its ledger thread a process can do nothing right; the supervisor starts it anew. */
function endProcess(problem: string): void {
  process.stderr.write(`ghost: the ledger is gone: ${problem}\n`);
  process.exit(EXIT.failed);
}

function sqliteDependency(ledger: SqliteLedger): Dependency {
  const measure = async () => {
    const { latencyMs, sqliteVersion, ...details } = await ledger.health();
    return { latencyMs, version: sqliteVersion, details, findings: [] };
  };
  return { name: 'ledger', serves: ['ledger', 'leaser'], need: 'required', measure };
}
