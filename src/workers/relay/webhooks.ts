import type { Needs } from '../../app/needs.ts';
import type { DeliverNeeds } from '../../app/webhooks/deliver-webhook.ts';
import type { WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Webhooks } from '../../ports/webhooks.ts';
import { atEachWakeUp } from './at-each-wake-up.ts';
import { type EndpointFacts, type WebhookLane, webhookLane } from './webhook-lane.ts';

export type WebhookNeeds = Omit<DeliverNeeds, 'webhooks'> & Pick<Needs, 'wakeUps'>;

export interface WebhookLoop {
  /** By name; null while nobody is to be told. */
  facts(): Readonly<Record<string, EndpointFacts>> | null;
  /** Why nobody is told: the file cannot be read. An endpoint that fails is its operator's matter, and in the facts alone. */
  problem(): string | null;
  /** Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** Tells endpoints beside each other: one that is slow or dead holds up nobody, neither an endpoint nor a projection. Without webhooks it does nothing. */
export function webhookLoop(
  needs: WebhookNeeds,
  webhooks: Webhooks | undefined,
  logger: Pick<Logger, 'warn'>,
): WebhookLoop {
  const lanes = new Map<string, WebhookLane>();
  let problem: string | null = null;
  return {
    facts: () => {
      const told = [...lanes].map(([name, lane]) => [name, lane.facts()] as const);
      return told.length === 0 ? null : Object.fromEntries(told);
    },
    problem: () => problem,
    async run(signal) {
      if (webhooks === undefined) return;
      const told = { ...needs, webhooks };
      await atEachWakeUp(needs, signal, async () => look(told, await read(webhooks), signal));
      await Promise.all([...lanes.values()].map((lane) => lane.rest()));
      lanes.clear();
      problem = null;
    },
  };

  function look(told: DeliverNeeds, endpoints: readonly WebhookEndpoint[], signal: AbortSignal): void {
    for (const [name, lane] of lanes)
      if (!lane.isBusy() && !endpoints.some((one) => one.name === name)) lanes.delete(name);
    for (const endpoint of endpoints) {
      const lane = lanes.get(endpoint.name) ?? webhookLane(told, logger);
      lanes.set(endpoint.name, lane);
      lane.start(endpoint, signal);
    }
  }

  async function read(webhooks: Webhooks): Promise<readonly WebhookEndpoint[]> {
    try {
      const endpoints = await webhooks.endpoints();
      problem = null;
      return endpoints;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (problem === null) logger.warn('the webhooks cannot be read', { problem: words });
      problem = `webhooks are not told: ${words}`;
      return [];
    }
  }
}
