import type { WebhookStart } from '../core/ledger/webhook-entry.ts';
import type { Outbox } from '../ports/chain.ts';

/** The numbers that the outbox keeps for one endpoint, so that whoever takes over goes on where the one before was. */
export interface WebhookCursors {
  /** Of the last event that it was told, or did not want. */
  position(): Promise<number>;
  passed(position: number): Promise<void>;
  /** The `n` of the start that was carried out last; 0 for none. */
  begun(): Promise<number>;
  beginAt(start: WebhookStart): Promise<void>;
  /** Milliseconds since 1970 of the first failure of the message at hand; null when it has not failed. */
  failingSince(): Promise<number | null>;
  retryAt(): Promise<number | null>;
  failed(since: number, retryAt: number): Promise<void>;
  recovered(): Promise<void>;
}

export function cursorsOf(outbox: Pick<Outbox, 'cursor' | 'moveCursor'>, name: string): WebhookCursors {
  const reader = (what: string) => `webhook:${name}${what}`;
  const [at, start, since, retry] = ['', '/start', '/failing-since', '/retry-at'].map(reader) as [
    string,
    string,
    string,
    string,
  ];
  const orNull = async (which: string) => (await outbox.cursor(which)) || null;
  const recovered = () => outbox.moveCursor(since, 0);
  return {
    position: () => outbox.cursor(at),
    passed: (position) => outbox.moveCursor(at, position),
    begun: () => outbox.cursor(start),
    beginAt: async ({ n, after }) => {
      await recovered();
      if (after !== null) await outbox.moveCursor(at, after);
      // Last: where this is cut off it is done again, and what is told twice has the same id.
      await outbox.moveCursor(start, n);
    },
    failingSince: () => orNull(since),
    retryAt: () => orNull(retry),
    failed: async (failingSince, retryAt) => {
      await outbox.moveCursor(retry, retryAt);
      await outbox.moveCursor(since, failingSince);
    },
    recovered,
  };
}
