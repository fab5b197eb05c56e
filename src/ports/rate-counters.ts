/**
 * How often something happened within a window, counted over all processes. The time is the store's. A count may be
 * lost at any moment, and it begins anew: what must never happen twice is for the ledger to say.
 * Every method throws GhostError store_unavailable.
 */
export interface RateCounters {
  /** Counts one more. The window begins with the first and lasts for `windowMs`, whatever comes within it. */
  hit(key: CounterKey, windowMs: number): Promise<Count>;
  /** Takes one back, of a window that is not over. */
  unhit(key: CounterKey): Promise<void>;
  reset(key: CounterKey): Promise<void>;
}

export interface CounterKey {
  readonly namespace: string;
  readonly name: string;
}

export interface Count {
  /** This one included. */
  readonly count: number;
  /** Until the window is over. */
  readonly leftMs: number;
}
