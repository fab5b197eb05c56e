/** How often something happened since a window began. `endsAt` by the clock of whoever counts. */
export interface Window {
  readonly count: number;
  readonly endsAt: number;
}

/** Windows that are over are looked for when there are so many more than there were the last time. */
const SWEPT_EVERY = 1_000;

/**
 * The window after one more. One that is over begins anew; where the clock went back, an open one ends no later than
 * a new one would.
 */
export function countedIn(open: Window | null, windowMs: number, now: number): Window {
  const latest = now + windowMs;
  if (open === null || now >= open.endsAt) return { count: 1, endsAt: latest };
  return { count: open.count + 1, endsAt: Math.min(open.endsAt, latest) };
}

/** The open windows of one process, by name. */
export class Windows {
  readonly #open = new Map<string, Window>();
  #sweepAt = SWEPT_EVERY;

  hit(name: string, windowMs: number, now: number): Window {
    if (this.#open.size >= this.#sweepAt) this.#sweep(now);
    const counted = countedIn(this.#open.get(name) ?? null, windowMs, now);
    this.#open.set(name, counted);
    return counted;
  }

  unhit(name: string, now: number): void {
    const open = this.#open.get(name);
    if (open && now < open.endsAt) this.#open.set(name, { ...open, count: Math.max(0, open.count - 1) });
  }

  reset(name: string): void {
    this.#open.delete(name);
  }

  #sweep(now: number): void {
    for (const [name, { endsAt }] of this.#open) if (now >= endsAt) this.#open.delete(name);
    this.#sweepAt = this.#open.size + SWEPT_EVERY;
  }
}
