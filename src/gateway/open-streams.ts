import { fail } from '../core/errors.ts';

/** Counts the open streams of each client: a request is over at once and has its own budget, a stream stays for minutes. */
export class OpenStreams {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #open = new Map<string, number>();

  /** `windowMs` is how long a stream stays open at most. */
  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** Takes a place, which the answer gives back. @throws GhostError rate_limited */
  take(client: string): () => void {
    const open = this.#open.get(client) ?? 0;
    if (open >= this.#limit) throw fail('rate_limited', { limit: this.#limit, windowMs: this.#windowMs });
    this.#open.set(client, open + 1);
    return () => this.#giveBack(client);
  }

  #giveBack(client: string): void {
    const left = (this.#open.get(client) ?? 0) - 1;
    if (left > 0) this.#open.set(client, left);
    else this.#open.delete(client);
  }
}
