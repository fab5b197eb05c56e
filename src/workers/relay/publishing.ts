import type { Needs } from '../../app/needs.ts';
import { type Publishing, publishOutbox } from '../../app/publish-outbox.ts';
import type { Logger } from '../../platform/logger.ts';
import { atEachWakeUp } from './at-each-wake-up.ts';

export interface PublishingLoop {
  /** Why the publisher lags behind the outbox; null when it does not. */
  problem(): string | null;
  /** Publishes until `signal` aborts. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** Publishes beside the projections, which wait for no broker. Without a publisher it does nothing. */
export function publishingLoop(
  needs: Pick<Needs, 'outbox' | 'wakeUps' | 'clock'>,
  publishing: Publishing | undefined,
  logger: Pick<Logger, 'warn'>,
): PublishingLoop {
  let problem: string | null = null;
  return {
    problem: () => problem,
    async run(signal) {
      if (publishing === undefined) return;
      await atEachWakeUp(needs, signal, async () => {
        const before = problem;
        const why = await publishOutbox(needs, publishing, signal).catch(String);
        problem = why && `events are not published: ${why}`;
        if (problem !== null && before === null) logger.warn('events are not published', { problem: why });
      });
    },
  };
}
