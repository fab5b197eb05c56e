import { type Clock, systemClock } from '../platform/clock.ts';

/**
 * Whoever ends a whole group of processes, as systemd and `timeout` do, reaches us twice: once himself and once through
 * the process that started us, which passes signals on. Nobody hurries so soon.
 */
const SAME_ACT_MS = 500;

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP; every further one, but what comes along with the first, calls `hurry`.
 * The answer's `dispose` gives the signals back to whoever had them.
 */
export function stopSignal(
  hurry: () => void,
  clock: Pick<Clock, 'monotonic'> = systemClock,
): { readonly signal: AbortSignal; dispose(): void } {
  const stopping = new AbortController();
  let firstAt: number | null = null;
  const on = () => {
    if (firstAt === null) {
      firstAt = clock.monotonic();
      stopping.abort();
    } else if (clock.monotonic() - firstAt > SAME_ACT_MS) hurry();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, on);
  return {
    signal: stopping.signal,
    dispose: () => {
      for (const name of names) process.off(name, on);
    },
  };
}

/** Resolves once `signal` is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
