import { openMongoLedgerCopy } from '../../adapters/mongo/copy/ledger-copy.ts';
import { sqliteLedgerCopy } from '../../adapters/sqlite/ledger-copy.ts';
import type { LedgerCopy } from '../../ports/ledger-copy.ts';
import type { Config } from '../config.ts';

export interface WiredCopy {
  readonly copy: LedgerCopy;
  close(): Promise<void>;
}

/** The ledger of this configuration, for whoever copies all of it. */
export async function openLedgerCopy(config: Config, installation: string): Promise<WiredCopy> {
  switch (config.ledger.kind) {
    case 'sqlite':
      return { copy: sqliteLedgerCopy(config.home.ledgerFile), close: () => Promise.resolve() };
    case 'mongodb': {
      const copy = await openMongoLedgerCopy({ url: config.ledger.url, installation });
      return { copy, close: () => copy.close() };
    }
  }
}
