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
  /** Ends what is under way, which is answered as not acknowledged. Closing twice is fine; publishing opens it again. */
  close(): Promise<void>;
}

/** Where events are published to, as the other side tells it. */
export interface FoundTopic {
  readonly cluster: string | null;
  readonly topic: string;
  /** Another one once the topic was deleted and made anew; null where the brokers give none. */
  readonly id: string | null;
  readonly partitions: number;
}

type Published =
  | { readonly kind: 'all' }
  /**
   * The first `acknowledged` of them arrived; of the others nobody knows, so they have to be published again.
   * `problem` in words, for people.
   */
  | { readonly kind: 'part'; readonly acknowledged: number; readonly problem: string };
