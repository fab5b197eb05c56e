import { sha256 } from '../core/digest.ts';
import type { RateCounters } from '../ports/rate-counters.ts';

/** More genuine requests than any workspace sends within ten minutes. */
const CAPACITY = 10_000;
const NAMESPACE = 'signatures of slack';
/** By how much the clock of another gateway may be behind, for which a request is valid for longer. */
const CLOCKS_APART_MS = 5 * 60_000;

/**
 * Remembers genuine signatures while they are valid, so that a recorded request cannot be sent again, to this process or
 * to another one. Of what it took itself this process is sure; of what others took, for as long as the counters are
 * shared and forget nothing. That no patch is taken in twice is for the ledger alone to say.
 */
export class SeenSignatures {
  readonly #validUntil = new Map<string, number>();
  readonly #counters: RateCounters;
  readonly #capacity: number;

  /** @param counters they do not throw */
  constructor(counters: RateCounters, capacity: number = CAPACITY) {
    this.#counters = counters;
    this.#capacity = capacity;
  }

  /**
   * `full` when it can remember no more: forgetting an older one would open the door to its replay, so that the caller
   * has to refuse. Times in milliseconds since 1970.
   */
  async remember(signature: string, validUntil: number, now: number): Promise<'new' | 'seen' | 'full'> {
    const own = this.#rememberOwn(signature, validUntil, now);
    if (own !== 'new') return own;
    const lastsMs = Math.max(0, validUntil - now) + CLOCKS_APART_MS;
    const key = { namespace: NAMESPACE, name: sha256(signature) };
    const { count } = await this.#counters.hit(key, lastsMs);
    return count === 1 ? 'new' : 'seen';
  }

  #rememberOwn(signature: string, validUntil: number, now: number): 'new' | 'seen' | 'full' {
    if ((this.#validUntil.get(signature) ?? -1) >= now) return 'seen';
    if (this.#validUntil.size >= this.#capacity) this.#forgetLapsed(now);
    if (this.#validUntil.size >= this.#capacity) return 'full';
    this.#validUntil.set(signature, validUntil);
    return 'new';
  }

  #forgetLapsed(now: number): void {
    for (const [signature, validUntil] of this.#validUntil)
      if (validUntil < now) this.#validUntil.delete(signature);
  }
}
