import type { Announcement } from '../ports/registry.ts';
import type { Needs } from './needs.ts';

/** Three refreshes may be missed before an instance is gone from the list. */
const REFRESH_EVERY_MS = 2_000;
const GONE_AFTER_MS = 8_000;

/** Keeps an instance on the list of those alive until `signal` aborts; then takes it off. Never throws. */
export async function keepRegistered(
  needs: Pick<Needs, 'registry' | 'clock'>,
  announcement: Announcement,
  signal: AbortSignal,
): Promise<void> {
  const { registry, clock } = needs;
  let isListed = false;
  while (!signal.aborted) {
    // A registry that cannot be used costs its readers this line and the process nothing.
    isListed = await stay(isListed).catch(() => false);
    await clock.sleep(REFRESH_EVERY_MS, signal);
  }
  await registry.withdraw(announcement).catch(() => undefined);

  async function stay(wasListed: boolean): Promise<boolean> {
    if (wasListed && (await registry.refresh(announcement, GONE_AFTER_MS))) return true;
    await registry.announce(announcement, GONE_AFTER_MS);
    return true;
  }
}
