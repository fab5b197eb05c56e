import { setTimeout as after } from 'node:timers/promises';
import type { Outbox } from '../../../src/ports/chain.ts';
import type { Installation } from '../../../test/world/installation.ts';
import type { Watch } from './watch.ts';

const LOOK_EVERY_MS = 100;
/** Nothing ended for so long, with nobody killing any more: it stands still. */
const STUCK_AFTER_MS = 120_000;

/** Every patch is over, and everything about them is in audit log and summaries; or in words what stands still. */
export async function comeToRest(
  { needs }: Installation,
  watch: Watch,
  readers: readonly string[] = ['audit-log', 'summaries'],
): Promise<readonly string[]> {
  let [left, since] = [Number.POSITIVE_INFINITY, performance.now()];
  for (;;) {
    await after(LOOK_EVERY_MS);
    // A ledger that was away a moment ago may not answer yet.
    const behind = await lag(needs.outbox, readers).catch(() => Number.NaN);
    const now = watch.unfinished() + behind;
    if (now === 0) return [];
    if (now < left) [left, since] = [now, performance.now()];
    if (performance.now() - since > STUCK_AFTER_MS)
      return [
        `it stands still with ${watch.unfinished()} patches that are not over, readers of the outbox are ${behind} events behind`,
      ];
  }
}

/** Events that the readers have not read, all of them together. */
async function lag(outbox: Outbox, readers: readonly string[]): Promise<number> {
  const newest = await outbox.newest();
  const positions = await Promise.all(readers.map((reader) => outbox.cursor(reader)));
  return positions.reduce((sum, position) => sum + newest - position, 0);
}

export async function shorter(watch: Watch, most: number, signal: AbortSignal): Promise<void> {
  while (watch.unfinished() > most && !signal.aborted) await after(LOOK_EVERY_MS);
}
