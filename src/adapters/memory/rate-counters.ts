import { countedIn, type Window } from '../../core/window.ts';
import type { Clock } from '../../platform/clock.ts';
import type { CounterKey, RateCounters } from '../../ports/rate-counters.ts';

/** Windows that are over are looked for when there are this many more than the last time. */
const SWEPT_EVERY = 1_000;

/** Counters of one process. */
export function memoryRateCounters({ clock }: { readonly clock: Clock }): RateCounters {
  const windows = new Map<string, Window>();
  let sweepAt = SWEPT_EVERY;

  const sweep = (now: number) => {
    if (windows.size < sweepAt) return;
    for (const [id, { endsAt }] of windows) if (now >= endsAt) windows.delete(id);
    sweepAt = windows.size + SWEPT_EVERY;
  };

  return {
    async hit(key, windowMs) {
      const now = clock.now();
      sweep(now);
      const counted = countedIn(windows.get(idOf(key)) ?? null, windowMs, now);
      windows.set(idOf(key), counted);
      return { count: counted.count, leftMs: counted.endsAt - now };
    },
    async unhit(key) {
      const open = windows.get(idOf(key));
      if (open && clock.now() < open.endsAt)
        windows.set(idOf(key), { ...open, count: Math.max(0, open.count - 1) });
    },
    async reset(key) {
      windows.delete(idOf(key));
    },
  };
}

function idOf({ namespace, name }: CounterKey): string {
  return JSON.stringify([namespace, name]);
}
