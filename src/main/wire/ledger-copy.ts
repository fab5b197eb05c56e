import { sqliteLedgerCopy } from '../../adapters/sqlite/ledger-copy.ts';
import type { LedgerCopy } from '../../ports/ledger-copy.ts';
import type { Config } from '../config.ts';
import { notBuilt } from './wiring.ts';

export interface WiredCopy {
  readonly copy: LedgerCopy;
  close(): Promise<void>;
}

/** The ledger of this configuration, for whoever copies all of it. */
export async function openLedgerCopy(config: Config): Promise<WiredCopy> {
  switch (config.ledger.kind) {
    case 'sqlite':
      return { copy: sqliteLedgerCopy(config.home.ledgerFile), close: () => Promise.resolve() };
    case 'mongodb':
      throw notBuilt('GHOST_LEDGER');
  }
}
