import type { Clock } from '../../platform/clock.ts';
import type { LedgerCopy } from '../../ports/ledger-copy.ts';
import type { LedgerPorts } from '../../ports/ledger-ports.ts';
import { memoryChains, memoryOutbox } from './chains.ts';
import { memoryLeaser } from './leaser.ts';
import { memoryLedgerCopy } from './ledger-copy.ts';
import { memoryPatches } from './patches.ts';
import { emptyStore } from './store.ts';
import { memoryTokens } from './tokens.ts';
import { memoryWorkspaces } from './workspaces.ts';

export interface MemoryLedger extends LedgerPorts {
  readonly copy: LedgerCopy;
}

/** A ledger that forgets everything with its process: the readable specification of its ports. */
export function memoryLedger({ clock }: { readonly clock: Clock }): MemoryLedger {
  const store = emptyStore();
  return {
    ledger: memoryPatches(store),
    chains: memoryChains(store),
    outbox: memoryOutbox(store),
    leaser: memoryLeaser(store, clock),
    workspaces: memoryWorkspaces(store),
    tokens: memoryTokens(store),
    copy: memoryLedgerCopy(store),
  };
}
