import { fail } from '../core/errors.ts';
import { systemClock } from '../platform/clock.ts';
import type { Home } from './home.ts';
import { isRunning, readRunning } from './running.ts';

/** Longer than every child's own grace. */
const GONE_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/**
 * Asks the `ghost up` of this home to stop and waits until it is gone; null when there is none.
 * @throws GhostError still_running
 */
export async function down(home: Home): Promise<{ readonly pid: number; readonly tookMs: number } | null> {
  const running = readRunning(home.runningFile);
  if (running === null) return null;
  const { pid } = running.process;
  const startedAt = systemClock.monotonic();
  const tookMs = () => Math.round(systemClock.monotonic() - startedAt);
  process.kill(pid, 'SIGTERM');
  while (isRunning(running.process)) {
    if (tookMs() > GONE_WITHIN_MS) throw fail('still_running', { pid, afterMs: GONE_WITHIN_MS });
    await systemClock.sleep(LOOK_EVERY_MS);
  }
  return { pid, tookMs: tookMs() };
}
