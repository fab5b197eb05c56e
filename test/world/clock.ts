import type { Clock } from '../../src/platform/clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that only moves when it is told to. Sleepers wake when their time has come, or when they are aborted. */
export class HandClock implements Clock {
  #now: number;
  #sleepers: readonly Sleeper[] = [];

  constructor(start = Date.parse('2026-11-22T10:00:00Z')) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = { until: this.#now + ms, wake: resolve };
      this.#sleepers = [...this.#sleepers, sleeper];
      signal?.addEventListener('abort', () => this.#wake([sleeper]), { once: true });
    });
  }

  advance(ms: number): void {
    this.#now += ms;
    this.#wake(this.#sleepers.filter(({ until }) => until <= this.#now));
  }

  #wake(due: readonly Sleeper[]): void {
    this.#sleepers = this.#sleepers.filter((sleeper) => !due.includes(sleeper));
    for (const { wake } of due) wake();
  }
}
