import type { Clock } from '../../src/platform/clock.ts';

/** A clock that stands still until it is turned. */
export interface HandClock extends Clock {
  turn(ms: number): void;
}

export function handClock(start = 1_760_000_000_000): HandClock {
  let elapsed = 0;
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    sleep: async () => {},
    turn(ms) {
      elapsed += ms;
    },
  };
}
