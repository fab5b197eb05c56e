import type { LedgerEvent } from '../core/ledger/event.ts';

/**
 * Tells the world outside what the outbox tells, as CloudEvents (`core/ledger/cloud-event.ts`) keyed by workspace. Each
 * event arrives at least once; repetitions have the same id. Readers see the events of a workspace for the first time in
 * their order: none is sent before every earlier one of its workspace was acknowledged.
 */
export interface EventPublisher {
  /**
   * Publishes events in their order, one call after the other. What the other side does or fails to do is an answer and
   * never thrown.
   */
  publish(events: readonly LedgerEvent[]): Promise<Published>;
  /** Closing twice is fine. */
  close(): Promise<void>;
}

type Published =
  | { readonly kind: 'all' }
  /**
   * The first `acknowledged` of them arrived; of the others nobody knows, so they have to be published again.
   * `problem` in words, for people.
   */
  | { readonly kind: 'part'; readonly acknowledged: number; readonly problem: string };
