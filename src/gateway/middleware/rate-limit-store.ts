import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit';
import type { Clock } from '../../platform/clock.ts';
import type { CounterKey, RateCounters } from '../../ports/rate-counters.ts';

/** The counters of all gateways, as the library asks for them. */
export class RateLimitStore implements Store {
  /** The library warns of counting twice where each process has keys of its own; these are everybody's. */
  readonly localKeys = false;
  readonly #namespace: string;
  readonly #counters: RateCounters;
  readonly #clock: Clock;
  #windowMs = 0;

  constructor(namespace: string, counters: RateCounters, clock: Clock) {
    this.#namespace = namespace;
    this.#counters = counters;
    this.#clock = clock;
  }

  init({ windowMs }: Options): void {
    this.#windowMs = windowMs;
  }

  async increment(client: string): Promise<ClientRateLimitInfo> {
    const { count, leftMs } = await this.#counters.hit(this.#key(client), this.#windowMs);
    return { totalHits: count, resetTime: new Date(this.#clock.now() + leftMs) };
  }

  decrement(client: string): Promise<void> {
    return this.#counters.unhit(this.#key(client));
  }

  resetKey(client: string): Promise<void> {
    return this.#counters.reset(this.#key(client));
  }

  #key(client: string): CounterKey {
    return { namespace: this.#namespace, name: client };
  }
}
