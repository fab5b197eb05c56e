import { keepLease } from '../../app/keep-lease.ts';
import type { Needs } from '../../app/needs.ts';
import { projectOutbox } from '../../app/project-outbox.ts';
import type { Publishing } from '../../app/publish-outbox.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Webhooks } from '../../ports/webhooks.ts';
import { atEachWakeUp } from './at-each-wake-up.ts';
import { type PublishingLoop, publishingLoop } from './publishing.ts';
import { type WebhookLoop, type WebhookNeeds, webhookLoop } from './webhooks.ts';

const LOOK_EVERY_MS = 1_000;

export type RelayNeeds = Parameters<typeof projectOutbox>[0] &
  Pick<Needs, 'leaser' | 'clock' | 'wakeUps'> &
  WebhookNeeds;

export interface RelayOptions {
  readonly owner: string;
  readonly leaseTtlMs: number;
  /** Left out where events are told by the gateway's streams alone. */
  readonly publishing?: Publishing;
  /** Left out where nobody outside is told. */
  readonly webhooks?: Webhooks;
  readonly logger: Logger;
}

interface RelayFacts {
  readonly doing: 'projecting' | 'waiting for the lease' | 'stopped';
  readonly problem: string | null;
  readonly publishing: ReturnType<PublishingLoop['facts']>;
  readonly webhooks: ReturnType<WebhookLoop['facts']>;
}

export interface Relay {
  facts(): RelayFacts;
  stop(): Promise<void>;
}

/**
 * Carries what the outbox tells into the audit log and the summaries, to the publisher where there is one, and to webhooks; the holder
 * of the lease `relay` does it alone.
 */
export function startRelay(needs: RelayNeeds, options: RelayOptions): Relay {
  const stopping = new AbortController();
  let facts: Omit<RelayFacts, 'publishing' | 'webhooks'> = { doing: 'waiting for the lease', problem: null };
  const publishing = publishingLoop(needs, options.publishing, options.logger);
  const webhooks = webhookLoop(needs, options.webhooks, options.logger);
  const ended = run();
  return {
    facts: () => ({
      ...facts,
      problem: facts.problem ?? publishing.problem() ?? webhooks.problem(),
      publishing: publishing.facts(),
      webhooks: webhooks.facts(),
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
    const leaving = AbortSignal.any([stopping.signal, lost.signal, ended.signal]);
    const told = Promise.all([publishing.run(leaving), webhooks.run(leaving)]);
    try {
      await project(AbortSignal.any([stopping.signal, lost.signal]));
      // One more time on the way out, so that what the last steps told is not left to the next start.
      if (!lost.signal.aborted) await projectOutbox(needs);
    } finally {
      ended.abort();
      await told;
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
