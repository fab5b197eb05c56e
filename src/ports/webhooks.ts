import type { WebhookEndpoint } from '../core/webhooks/endpoint.ts';
import type { WebhookMessage } from '../core/webhooks/message.ts';

/** Those outside who are told of events, and the way to them. */
export interface Webhooks {
  /** As the operator's file names them now. @throws GhostError gate_file_invalid */
  endpoints(): Promise<readonly WebhookEndpoint[]>;
  /** Signs and sends one message, once. Never throws; what `signal` cuts off has failed. */
  send(endpoint: WebhookEndpoint, message: WebhookMessage, signal: AbortSignal): Promise<WebhookAnswer>;
}

export type WebhookAnswer =
  | { readonly kind: 'taken'; readonly status: number }
  /** It wants nothing any more (410). */
  | { readonly kind: 'gone' }
  /** In words that name no secret; `retryAfterMs` is what it asked for. */
  | { readonly kind: 'failed'; readonly problem: string; readonly retryAfterMs: number | null };
