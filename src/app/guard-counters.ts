import { Windows } from '../platform/windows.ts';
import type { CounterKey, RateCounters } from '../ports/rate-counters.ts';
import type { Needs } from './needs.ts';

/** A store that failed is left alone for this long: one request a second waits for it at most, and no request fails. */
const LEFT_ALONE_MS = 1_000;
const PROBE: CounterKey = { namespace: 'probe', name: 'probe' };

/**
 * Counters that never throw. While the store is gone they go on with what this process alone has counted, which it does
 * all the time: several processes together let more through then than one would.
 */
export function guardCounters({ counters, clock }: Pick<Needs, 'counters' | 'clock'>): {
  readonly counters: RateCounters;
  /** Why this process counts alone now; null while it does not. Being asked, it looks whether the store is back. */
  readonly problem: () => string | null;
} {
  const own = new Windows();
  let failed: { readonly at: number; readonly problem: string } | null = null;
  const isLeftAlone = () => failed !== null && clock.monotonic() - failed.at < LEFT_ALONE_MS;

  const shared = async <T>(ask: () => Promise<T>): Promise<T | null> => {
    if (isLeftAlone()) return null;
    // Who comes while this one asks whether it is back does not wait beside it.
    if (failed !== null) failed = { ...failed, at: clock.monotonic() };
    try {
      const answer = await ask();
      failed = null;
      return answer;
    } catch (error) {
      failed = { at: clock.monotonic(), problem: error instanceof Error ? error.message : String(error) };
      return null;
    }
  };

  return {
    counters: {
      async hit(key, windowMs) {
        const now = clock.now();
        const { count, endsAt } = own.hit(idOf(key), windowMs, now);
        return (await shared(() => counters.hit(key, windowMs))) ?? { count, leftMs: endsAt - now };
      },
      async unhit(key) {
        own.unhit(idOf(key), clock.now());
        await shared(() => counters.unhit(key));
      },
      async reset(key) {
        own.reset(idOf(key));
        await shared(() => counters.reset(key));
      },
    },
    problem() {
      if (failed !== null) void shared(() => counters.unhit(PROBE));
      return failed === null
        ? null
        : `requests and signatures of Slack are counted by this process alone: ${failed.problem}`;
    },
  };
}

function idOf({ namespace, name }: CounterKey): string {
  return JSON.stringify([namespace, name]);
}
