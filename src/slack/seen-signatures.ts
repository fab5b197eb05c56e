/** More genuine requests than any workspace sends within ten minutes. */
const CAPACITY = 10_000;

/** Remembers genuine signatures while they are valid, so that a recorded request cannot be sent again. */
export class SeenSignatures {
  readonly #validUntil = new Map<string, number>();
  readonly #capacity: number;

  constructor(capacity: number = CAPACITY) {
    this.#capacity = capacity;
  }

  /**
   * `full` when it can remember no more: forgetting an older one would open the door to its replay, so that the caller
   * has to refuse. Times in milliseconds since 1970.
   */
  remember(signature: string, validUntil: number, now: number): 'new' | 'seen' | 'full' {
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
