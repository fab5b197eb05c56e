import type { Clock } from '../../platform/clock.ts';
import { Windows } from '../../platform/windows.ts';
import type { CounterKey, RateCounters } from '../../ports/rate-counters.ts';

/** Counters of one process. */
export function memoryRateCounters({ clock }: { readonly clock: Clock }): RateCounters {
  const windows = new Windows();
  return {
    async hit(key, windowMs) {
      const now = clock.now();
      const { count, endsAt } = windows.hit(idOf(key), windowMs, now);
      return { count, leftMs: endsAt - now };
    },
    async unhit(key) {
      windows.unhit(idOf(key), clock.now());
    },
    async reset(key) {
      windows.reset(idOf(key));
    },
  };
}

function idOf({ namespace, name }: CounterKey): string {
  return JSON.stringify([namespace, name]);
}
