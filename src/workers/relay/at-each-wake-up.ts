import type { Needs } from '../../app/needs.ts';

const LOOK_EVERY_MS = 1_000;
/** What is told within this time is carried in one round: a round opens the log, syncs it and moves two cursors. */
const GATHER_MS = 50;

/** Acts now, and again whenever the outbox has news, or a second has passed, until `signal` aborts. */
export async function atEachWakeUp(
  needs: Pick<Needs, 'wakeUps' | 'clock'>,
  signal: AbortSignal,
  act: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const woken = new AbortController();
    const unsubscribe = needs.wakeUps.subscribe('outbox', () => woken.abort());
    try {
      await act();
      await needs.clock.sleep(GATHER_MS, signal);
      await needs.clock.sleep(LOOK_EVERY_MS, AbortSignal.any([woken.signal, signal]));
    } finally {
      unsubscribe();
    }
  }
}
