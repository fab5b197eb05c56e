import {
  type WebhookStanding,
  type WebhookStart,
  webhookStanding,
  webhookSubject,
} from '../../core/ledger/webhook-entry.ts';
import type { WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import type { Outbox } from '../../ports/chain.ts';
import type { Needs } from '../needs.ts';

export function standingOf(
  { chains }: Pick<Needs, 'chains'>,
  { name, url }: Pick<WebhookEndpoint, 'name' | 'url'>,
): Promise<WebhookStanding> {
  return chains.entriesAbout(webhookSubject(name)).then((entries) => webhookStanding(entries, url));
}

/** How far one endpoint was told since one start. It goes forward only. */
export interface WebhookPlace {
  /** Of the last event that it was told, or did not want. */
  position(): Promise<number>;
  passed(position: number): Promise<void>;
}

export function placeOf(
  outbox: Pick<Outbox, 'cursor' | 'moveCursor'>,
  name: string,
  { n, after }: WebhookStart,
): WebhookPlace {
  const reader = `webhook:${name}@${n}`;
  return {
    position: async () => Math.max(after, await outbox.cursor(reader)),
    passed: (position) => outbox.moveCursor(reader, position),
  };
}
