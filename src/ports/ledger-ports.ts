import type { Chains, Outbox } from './chain.ts';
import type { Leaser } from './leaser.ts';
import type { Ledger } from './ledger.ts';
import type { Tokens } from './tokens.ts';
import type { Workspaces } from './workspaces.ts';

/** What one ledger serves: whatever holds a ledger is all of these. */
export interface LedgerPorts {
  readonly ledger: Ledger;
  readonly chains: Chains;
  readonly outbox: Outbox;
  readonly leaser: Leaser;
  readonly workspaces: Workspaces;
  readonly tokens: Tokens;
}

export interface OpenedLedger extends LedgerPorts {
  /** Finishes what was asked before. Closing twice is fine. */
  close(): Promise<void>;
}
