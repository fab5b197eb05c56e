import type { Json } from '../json.ts';

/**
 * One row of the outbox, written in the transaction of the change it tells. `position` grows over the whole ledger,
 * so that a reader who remembers the last one it saw misses nothing and sees nothing twice.
 */
export interface LedgerEvent {
  readonly position: number;
  readonly type: string;
  readonly at: number;
  readonly workspace: string | null;
  readonly subject: string;
  readonly actor: string;
  readonly data: Json;
}
