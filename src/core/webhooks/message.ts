import type { Json } from '../json.ts';
import { cloudEventOf } from '../ledger/cloud-event.ts';
import type { LedgerEvent } from '../ledger/event.ts';

/** What an endpoint is sent: the same whenever the same event is told. */
export interface WebhookMessage {
  readonly id: string;
  readonly body: string;
}

/** Standard Webhooks asks for small payloads; receivers' limits begin here. */
const MOST_BYTES = 20_000;

/**
 * @param rejection what a rejected patch's author is told, the same object as over HTTP; null for every other event
 */
export function webhookMessage(event: LedgerEvent, rejection: Json): WebhookMessage {
  const { position, type, at, workspace, subject, actor, data } = event;
  const who = { position, subject, workspace, actor };
  const whole = { ...who, details: data, ...(rejection === null ? {} : { rejection }) };
  const told = bodyOf(type, at, whole);
  const fits = Buffer.byteLength(told) <= MOST_BYTES;
  // Where it can be read stands in the place of what is too large.
  const body = fits ? told : bodyOf(type, at, { ...who, ref: refOf(event) });
  return { id: `evt_${cloudEventOf(event, '').id}`, body };
}

function bodyOf(type: string, at: number, data: Json): string {
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
}

function refOf({ type, subject, position }: LedgerEvent): string {
  return type.startsWith('patch.')
    ? `/api/v1/patches/${encodeURIComponent(subject)}`
    : `/api/v1/events?after=${position - 1}`;
}
