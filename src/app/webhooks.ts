import { fail } from '../core/errors.ts';
import { webhookReplayed, webhookStanding, webhookSubject } from '../core/ledger/webhook-entry.ts';
import type { WebhookEndpoint } from '../core/webhooks/endpoint.ts';
import type { WebhookAnswer } from '../ports/webhooks.ts';
import type { Needs } from './needs.ts';
import { cursorsOf } from './webhook-cursors.ts';

/** An endpoint and how far it was told. Times are RFC 3339 in UTC. */
export interface WebhookView extends Pick<WebhookEndpoint, 'name' | 'url' | 'types' | 'workspaces'> {
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
export async function listWebhooks(
  needs: Pick<Needs, 'webhooks' | 'outbox' | 'chains'>,
): Promise<readonly WebhookView[]> {
  const endpoints = await needs.webhooks.endpoints();
  return Promise.all(endpoints.map((endpoint) => view(needs, endpoint)));
}

async function view(
  needs: Pick<Needs, 'outbox' | 'chains'>,
  { name, url, types, workspaces }: WebhookEndpoint,
): Promise<WebhookView> {
  const { start, disabled } = webhookStanding(await needs.chains.entriesAbout(webhookSubject(name)), url);
  const cursors = cursorsOf(needs.outbox, name);
  const [position, newest, since, retryAt] = await Promise.all([
    ...[cursors.position(), needs.outbox.newest()],
    ...[cursors.failingSince(), cursors.retryAt()],
  ] as const);
  const failing = disabled === null && since !== null;
  return {
    ...{ name, url: new URL(url).origin + new URL(url).pathname, types, workspaces },
    state: disabled !== null ? 'disabled' : start === null ? 'new' : failing ? 'failing' : 'delivering',
    position,
    behind: start === null ? 0 : newest - position,
    failingSince: failing ? timeOf(since) : null,
    retryAt: failing && retryAt !== null ? timeOf(retryAt) : null,
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
  return needs.webhooks.send(
    endpoint,
    { id: `test_${needs.newUlid(now)}`, body },
    AbortSignal.timeout(TEST_MS),
  );
}

/**
 * Has an endpoint told again what happened behind `after`, or, with null, told on from where it stood; one that was given
 * up is taken up again.
 * @throws GhostError webhook_unknown
 */
export async function replayWebhook(
  needs: Pick<Needs, 'webhooks' | 'outbox' | 'chains' | 'clock' | 'wakeUps'>,
  { name, after, actor }: { readonly name: string; readonly after: number | null; readonly actor: string },
): Promise<WebhookView> {
  const endpoint = await chooseWebhook(needs, name);
  await needs.chains.append(webhookReplayed({ name, at: needs.clock.now(), actor }, after));
  await needs.wakeUps.notify('outbox');
  return view(needs, endpoint);
}

async function chooseWebhook({ webhooks }: Pick<Needs, 'webhooks'>, name: string): Promise<WebhookEndpoint> {
  const endpoints = await webhooks.endpoints();
  const found = endpoints.find((endpoint) => endpoint.name === name);
  if (found !== undefined) return found;
  throw fail('webhook_unknown', { name, known: endpoints.map((one) => one.name).join(', ') || 'none' });
}
