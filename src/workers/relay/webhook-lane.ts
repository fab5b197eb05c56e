import {
  type Delivered,
  type DeliverNeeds,
  deliverWebhook,
  type WebhookMemory,
} from '../../app/webhooks/deliver-webhook.ts';
import type { WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import type { Logger } from '../../platform/logger.ts';

/** How one endpoint fares. Times are RFC 3339 in UTC. */
export interface EndpointFacts {
  readonly state: 'delivering' | 'failing' | 'disabled';
  readonly lastDelivery: string | null;
  /** In a row, as far as this process saw them. */
  readonly failures: number;
  readonly problem: string | null;
  /** Events from the message at hand on; 0 while it does not fail. */
  readonly waiting: number;
  readonly retryAt: string | null;
}

export interface WebhookLane {
  facts(): EndpointFacts;
  isBusy(): boolean;
  /** Begins to tell what waits, unless it does so already or it is not time yet. */
  start(endpoint: WebhookEndpoint, signal: AbortSignal): void;
  /** Resolves when nothing is under way. */
  rest(): Promise<void>;
}

const FRESH: EndpointFacts = {
  state: 'delivering',
  lastDelivery: null,
  failures: 0,
  problem: null,
  waiting: 0,
  retryAt: null,
};
/** Somebody may have taken it up again, so what it waits for is looked at each second and not slept through. */
const LOOK_AGAIN_MS = 1_000;

/** What is under way to one endpoint. */
export function webhookLane(needs: DeliverNeeds, logger: Pick<Logger, 'warn'>): WebhookLane {
  let facts = FRESH;
  let busy: Promise<void> | null = null;
  let notBefore = 0;
  const memory: WebhookMemory = { n: null, failing: null };
  return {
    facts: () => facts,
    isBusy: () => busy !== null,
    start: (endpoint, signal) => {
      if (busy !== null || notBefore > needs.clock.now()) return;
      busy = deliver(endpoint, signal).finally(() => {
        busy = null;
      });
    },
    rest: async () => (await busy) ?? undefined,
  };

  async function deliver(endpoint: WebhookEndpoint, signal: AbortSignal): Promise<void> {
    const tell = (_position: number, at: number) => {
      facts = { ...FRESH, lastDelivery: timeOf(at) };
    };
    try {
      const delivered = await deliverWebhook(needs, { endpoint, memory, tell }, signal);
      learn(endpoint.name, delivered);
      if (delivered.kind !== 'failing') return;
      facts = { ...facts, waiting: (await needs.outbox.newest()) - delivered.position + 1 };
    } catch (error) {
      notBefore = needs.clock.now() + LOOK_AGAIN_MS;
      logger.warn('a webhook could not be told', { webhook: endpoint.name, error });
    }
  }

  function learn(webhook: string, delivered: Delivered): void {
    if (delivered.kind === 'all') {
      facts = { ...FRESH, lastDelivery: facts.lastDelivery };
      return;
    }
    notBefore = needs.clock.now() + LOOK_AGAIN_MS;
    if (delivered.kind === 'failing') fail(webhook, delivered);
    else giveUp(webhook, delivered.why);
  }

  function giveUp(webhook: string, why: string): void {
    if (facts.state !== 'disabled') logger.warn('a webhook is given up', { webhook, why });
    facts = { ...facts, state: 'disabled', problem: why, retryAt: null };
  }

  function fail(webhook: string, failing: Extract<Delivered, { kind: 'failing' }>): void {
    const retryAt = timeOf(failing.retryAt);
    const { problem } = failing;
    const known = facts.problem ?? 'it failed before';
    facts = { ...facts, state: 'failing', problem: problem ?? known, retryAt };
    if (problem === null) return;
    facts = { ...facts, failures: facts.failures + 1 };
    logger.warn('a webhook fails', { webhook, problem, retryAt });
  }
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
