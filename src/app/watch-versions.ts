import type { Logger } from '../platform/logger.ts';
import { listInstances } from './list-instances.ts';
import type { Needs } from './needs.ts';

const LOOK_EVERY_MS = 10_000;

/** Says in the log that processes of several versions run side by side, and when that is over, until `signal` aborts. */
export async function watchVersions(
  needs: Pick<Needs, 'registry' | 'clock'>,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  let told: string | null = null;
  while (!signal.aborted) {
    const listed = await listInstances(needs);
    // A list that cannot be read tells of no change.
    const mix: string | null = listed.kind === 'listed' ? (listed.mix?.words ?? null) : told;
    if (mix !== null && mix !== told) logger.warn(mix);
    if (mix === null && told !== null) logger.info('all processes are of one version again');
    told = mix;
    await needs.clock.sleep(LOOK_EVERY_MS, signal);
  }
}
