import { fail } from '../../core/errors.ts';
import { webhookReplayed } from '../../core/ledger/webhook-entry.ts';
import type { WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import { nextAttempt } from '../../core/webhooks/schedule.ts';
import type { WebhookAnswer } from '../../ports/webhooks.ts';
import type { Needs } from '../needs.ts';
import { placeOf, standingOf } from './webhook-place.ts';

/** An endpoint and how far it was told. Times are RFC 3339 in UTC. */
export interface WebhookView extends Pick<WebhookEndpoint, 'name' | 'types' | 'workspaces'> {
  /** Scheme, host and port of its address; what follows may be a key. */
  readonly place: string;
  readonly state: 'new' | 'delivering' | 'failing' | 'disabled';
  /** Of the last event that it was told, or did not want. */
  readonly position: number;
  /** How many events lie behind it. */
  readonly behind: number;
  readonly failingSince: string | null;
  readonly retryAt: string | null;
  readonly disabled: { readonly at: string; readonly why: string } | null;
}

/** @throws GhostError gate_file_invalid */
export async function listWebhooks(needs: ViewNeeds): Promise<readonly WebhookView[]> {
  const endpoints = await needs.webhooks.endpoints();
  return Promise.all(endpoints.map((endpoint) => view(needs, endpoint)));
}

type ViewNeeds = Pick<Needs, 'webhooks' | 'outbox' | 'chains' | 'clock'>;

async function view(needs: ViewNeeds, endpoint: WebhookEndpoint): Promise<WebhookView> {
  const { name, url, types, workspaces } = endpoint;
  const { start, failing: recorded, disabled } = await standingOf(needs, endpoint);
  const newest = await needs.outbox.newest();
  const position = start === null ? newest : await placeOf(needs.outbox, name, start).position();
  const failing = disabled === null && recorded !== null && recorded.position > position ? recorded : null;
  const retryAt = failing && nextAttempt(failing.since, needs.clock.now(), `${name} ${failing.position}`);
  const state = start === null ? 'new' : failing === null ? 'delivering' : 'failing';
  return {
    ...{ name, place: new URL(url).origin, types, workspaces },
    state: disabled === null ? state : 'disabled',
    position,
    behind: newest - position,
    failingSince: failing && timeOf(failing.since),
    retryAt: retryAt === null ? null : timeOf(retryAt),
    disabled: disabled && { ...disabled, at: timeOf(disabled.at) },
  };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}

const TEST = 'webhook.test';
/** Below the 10 s that a first byte may take. */
const TEST_MS = 8_000;

/** Sends one message that stands for no event, now and once. @throws GhostError webhook_unknown */
export async function testWebhook(
  needs: Pick<Needs, 'webhooks' | 'clock' | 'newUlid'>,
  { name, actor }: { readonly name: string; readonly actor: string },
): Promise<WebhookAnswer> {
  const endpoint = await chooseWebhook(needs, name);
  const now = needs.clock.now();
  const data = { webhook: name, actor };
  const body = JSON.stringify({ type: TEST, timestamp: timeOf(now), data });
  const id = `test_${needs.newUlid(now)}`;
  return needs.webhooks.send(endpoint, { id, body }, AbortSignal.timeout(TEST_MS));
}

/**
 * Has an endpoint told again what happened behind `after`, or, with null, told on from where it stood; one that was given
 * up is taken up again.
 * @throws GhostError webhook_unknown, input_invalid
 */
export async function replayWebhook(
  needs: ViewNeeds & Pick<Needs, 'wakeUps'>,
  { name, after, actor }: { readonly name: string; readonly after: number | null; readonly actor: string },
): Promise<WebhookView> {
  const endpoint = await chooseWebhook(needs, name);
  const { position, state } = await view(needs, endpoint);
  const newest = await needs.outbox.newest();
  if (after !== null && after > newest)
    throw fail('input_invalid', { where: 'since', problem: `the newest event has the position ${newest}` });
  // One that nothing was written about begins by itself, with what happens from then on.
  if (state !== 'new') {
    const happening = { name, at: needs.clock.now(), actor };
    await needs.chains.append(webhookReplayed(happening, after ?? position));
    await needs.wakeUps.notify('outbox');
  }
  return view(needs, endpoint);
}

async function chooseWebhook({ webhooks }: Pick<Needs, 'webhooks'>, name: string): Promise<WebhookEndpoint> {
  const endpoints = await webhooks.endpoints();
  const found = endpoints.find((endpoint) => endpoint.name === name);
  if (found !== undefined) return found;
  throw fail('webhook_unknown', { name, known: endpoints.map((one) => one.name).join(', ') || 'none' });
}
