import { keepLease } from '../../app/keep-lease.ts';
import type { Needs } from '../../app/needs.ts';
import { projectOutbox } from '../../app/project-outbox.ts';
import type { Publishing } from '../../app/publish-outbox.ts';
import type { Logger } from '../../platform/logger.ts';
import { atEachWakeUp } from './at-each-wake-up.ts';
import { type PublishingLoop, publishingLoop } from './publishing.ts';

const LOOK_EVERY_MS = 1_000;

export type RelayNeeds = Parameters<typeof projectOutbox>[0] & Pick<Needs, 'leaser' | 'clock' | 'wakeUps'>;

export interface RelayOptions {
  readonly owner: string;
  readonly leaseTtlMs: number;
  /** Left out where events are told by the gateway's streams alone. */
  readonly publishing?: Publishing;
  readonly logger: Logger;
}

interface RelayFacts {
  readonly doing: 'projecting' | 'waiting for the lease' | 'stopped';
  readonly problem: string | null;
  readonly publishing: ReturnType<PublishingLoop['facts']>;
}

export interface Relay {
  facts(): RelayFacts;
  stop(): Promise<void>;
}

/**
 * Carries what the outbox tells into the audit log and the summaries, and to the publisher where there is one; the holder
 * of the lease `relay` does it alone.
 */
export function startRelay(needs: RelayNeeds, options: RelayOptions): Relay {
  const stopping = new AbortController();
  let facts: Omit<RelayFacts, 'publishing'> = { doing: 'waiting for the lease', problem: null };
  const publishing = publishingLoop(needs, options.publishing, options.logger);
  const ended = run();
  return {
    facts: () => ({
      ...facts,
      problem: facts.problem ?? publishing.problem(),
      publishing: publishing.facts(),
    }),
    stop: () => {
      stopping.abort();
      return ended;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await hold();
      } catch (error) {
        facts = { doing: 'waiting for the lease', problem: toError(error).message };
        options.logger.error('the relay stumbled and starts again', { error });
      }
      await needs.clock.sleep(LOOK_EVERY_MS, stopping.signal);
    }
    facts = { doing: 'stopped', problem: null };
  }

  async function hold(): Promise<void> {
    const taken = await needs.leaser.take({
      name: 'relay',
      owner: options.owner,
      ttlMs: options.leaseTtlMs,
      above: 0,
    });
    if (taken.kind === 'busy') return;
    const over = new AbortController();
    const lost = new AbortController();
    const keeping = keepLease(
      needs,
      { lease: taken.lease, ttlMs: options.leaseTtlMs, lost: () => lost.abort() },
      over.signal,
    );
    const ended = new AbortController();
    const published = publishing.run(AbortSignal.any([stopping.signal, lost.signal, ended.signal]));
    try {
      await project(AbortSignal.any([stopping.signal, lost.signal]));
      // One more time on the way out, so that what the last steps told is not left to the next start.
      if (!lost.signal.aborted) await projectOutbox(needs);
    } finally {
      ended.abort();
      await published;
      over.abort();
      await keeping;
      await needs.leaser.release(taken.lease);
    }
  }

  /**
   * What stands in the way of the projections leaves the lease where it is: events go on being published, and a log that is
   * broken for hours does not add two entries to the chain each second.
   */
  function project(signal: AbortSignal): Promise<void> {
    return atEachWakeUp(needs, signal, async () => {
      const before = facts.problem;
      const error = await projectOutbox(needs).then(() => null, toError);
      facts = { doing: 'projecting', problem: error?.message ?? null };
      if (error !== null && error.message !== before)
        options.logger.error('the projections stand still', { error });
    });
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
