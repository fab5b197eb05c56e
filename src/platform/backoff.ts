/** How long to wait before attempt `n` (1 is the first repetition). */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Exponential backoff with full jitter: uniform in [0, min(cap, base * 2^(n-1))).
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 * @param random uniform in [0, 1)
 */
export function fullJitter({ baseMs, capMs }: Backoff, n: number, random: () => number): number {
  return Math.floor(random() * Math.min(capMs, baseMs * 2 ** (n - 1)));
}
