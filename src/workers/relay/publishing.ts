import type { Needs } from '../../app/needs.ts';
import { type Progress, type Publishing, publishOutbox } from '../../app/publish-outbox.ts';
import type { Logger } from '../../platform/logger.ts';
import { atEachWakeUp } from './at-each-wake-up.ts';

/** How far the publisher has come. Times are RFC 3339 in UTC. */
interface PublishingFacts extends Pick<Progress, 'position' | 'behind'> {
  /** When the oldest event that waits happened; null when none does. */
  readonly waitingSince: string | null;
  /** Since when nothing gets through; null while it does. */
  readonly failingSince: string | null;
}

export interface PublishingLoop {
  /** Null before the first look, and without a publisher. */
  facts(): PublishingFacts | null;
  /** Why the publisher lags behind the outbox; null when it does not. */
  problem(): string | null;
  /** Publishes until `signal` aborts. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

type LoopLogger = Pick<Logger, 'info' | 'warn'>;

/** Publishes beside the projections, which wait for no broker. Without a publisher it does nothing. */
export function publishingLoop(
  needs: Pick<Needs, 'outbox' | 'wakeUps' | 'clock'>,
  publishing: Publishing | undefined,
  logger: LoopLogger,
): PublishingLoop {
  let progress: Progress | null = null;
  let failing: { readonly since: string; readonly why: string } | null = null;
  return {
    facts: () => progress && factsOf(progress, failing?.since ?? null),
    problem: () => failing && `events are not published since ${failing.since}: ${failing.why}`,
    async run(signal) {
      if (publishing === undefined) return;
      // A publisher that waits for an answer would hold up a stop, and whoever has the lease by now.
      signal.addEventListener('abort', () => void publishing.publisher.close(), { once: true });
      const tell = (now: Progress) => {
        if (!signal.aborted) learn(now);
      };
      await atEachWakeUp(needs, signal, async () => {
        const why = await publishOutbox(needs, { ...publishing, tell }, signal).catch(String);
        if (why !== null) fail(why);
      });
      // Whoever holds the lease now tells of it.
      progress = null;
      failing = null;
    },
  };

  function learn(now: Progress): void {
    progress = now;
    if (now.problem === null) recover();
    else fail(now.problem);
  }

  function recover(): void {
    if (failing !== null) logger.info('events are published again', { since: failing.since });
    failing = null;
  }

  function fail(why: string): void {
    if (failing === null) logger.warn('events are not published', { problem: why });
    failing = { since: failing?.since ?? timeOf(needs.clock.now()), why };
  }
}

function factsOf({ position, behind, waitingSince }: Progress, failingSince: string | null): PublishingFacts {
  return {
    position,
    behind,
    waitingSince: waitingSince === null ? null : timeOf(waitingSince),
    failingSince,
  };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
