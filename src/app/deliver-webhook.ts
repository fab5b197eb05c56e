import type { LedgerEvent } from '../core/ledger/event.ts';
import { jsonOf } from '../core/ledger/json-of.ts';
import {
  webhookBound,
  webhookDisabled,
  webhookStanding,
  webhookSubject,
} from '../core/ledger/webhook-entry.ts';
import { isWanted, type WebhookEndpoint } from '../core/webhooks/endpoint.ts';
import { type WebhookMessage, webhookMessage } from '../core/webhooks/message.ts';
import { nextAttempt } from '../core/webhooks/schedule.ts';
import { findPatch } from './find-patch.ts';
import type { Needs } from './needs.ts';
import { rejectionProblem } from './rejection-problem.ts';
import { cursorsOf, type WebhookCursors } from './webhook-cursors.ts';

const PAGE = 100;
/** Who writes about an endpoint in the ledger. */
const ACTOR = 'relay';

export type DeliverNeeds = Pick<
  Needs,
  'outbox' | 'chains' | 'ledger' | 'clock' | 'webhooks' | 'repairRounds'
>;

/** How it went. Times in milliseconds since 1970. */
export type Delivered =
  | { readonly kind: 'all' }
  | { readonly kind: 'disabled'; readonly why: string }
  /** `retryAt` is when to come back; `problem` is null where nothing was tried, because it is not time yet. */
  | {
      readonly kind: 'failing';
      readonly since: number;
      readonly problem: string | null;
      readonly retryAt: number;
    };

export interface Delivering {
  readonly endpoint: WebhookEndpoint;
  /** Told of each message that was taken. */
  readonly tell?: (position: number, at: number) => void;
}

/**
 * Tells one endpoint what the outbox has after its cursor, in order, one message at a time. The cursor moves only past
 * what was taken, or what it does not want: so a message may come twice, with the same id, and none is left out. What
 * fails is tried again by the schedule, and only then what follows it. Only one may do so at a time.
 */
export async function deliverWebhook(
  needs: DeliverNeeds,
  { endpoint, tell = () => {} }: Delivering,
  signal: AbortSignal,
): Promise<Delivered> {
  const telling = { endpoint, tell, cursors: cursorsOf(needs.outbox, endpoint.name), signal };
  while (!signal.aborted) {
    const disabled = await begin(needs, telling);
    if (disabled !== null) return { kind: 'disabled', why: disabled };
    const page = await needs.outbox.after(await telling.cursors.position(), PAGE);
    if (page.length === 0) break;
    const stopped = await tellPage(needs, page, telling);
    if (stopped !== null) return stopped;
  }
  return { kind: 'all' };
}

interface Telling extends Required<Delivering> {
  readonly cursors: WebhookCursors;
  readonly signal: AbortSignal;
}

/** Null when all of it was taken, or not wanted. */
async function tellPage(
  needs: DeliverNeeds,
  page: readonly LedgerEvent[],
  telling: Telling,
): Promise<Delivered | null> {
  for (const event of page.filter((one) => isWanted(telling.endpoint, one))) {
    if (telling.signal.aborted) return { kind: 'all' };
    const stopped = await tellOne(needs, event, telling);
    if (stopped !== null) return stopped;
    await telling.cursors.passed(event.position);
  }
  const last = page.at(-1);
  // What nobody wants is passed over with one write.
  if (last !== undefined && !isWanted(telling.endpoint, last)) await telling.cursors.passed(last.position);
  return null;
}

/** Why nothing is to be sent; null where the cursor stands where it has to. A new endpoint is told what happens from now on. */
async function begin(
  needs: DeliverNeeds,
  { endpoint: { name, url }, cursors }: Telling,
): Promise<string | null> {
  const read = async () => webhookStanding(await needs.chains.entriesAbout(webhookSubject(name)), url);
  let { start, disabled } = await read();
  if (start === null) {
    const after = await needs.outbox.newest();
    await needs.chains.append(webhookBound({ name, at: needs.clock.now(), actor: ACTOR }, url, after));
    ({ start, disabled } = await read());
  }
  if (start !== null && start.n > (await cursors.begun())) await cursors.beginAt(start);
  return disabled?.why ?? null;
}

/** Null when it was taken. */
async function tellOne(needs: DeliverNeeds, event: LedgerEvent, telling: Telling): Promise<Delivered | null> {
  const { endpoint, cursors, tell, signal } = telling;
  const key = `${endpoint.name} ${event.position}`;
  const since = await cursors.failingSince();
  const before = since === null ? null : await cursors.retryAt();
  if (since !== null && before !== null && before > needs.clock.now())
    return { kind: 'failing', since, problem: null, retryAt: before };
  const answer = await needs.webhooks.send(endpoint, await messageOf(needs, event), signal);
  const now = needs.clock.now();
  if (answer.kind === 'taken') {
    if (since !== null) await cursors.recovered();
    tell(event.position, now);
    return null;
  }
  // Cut off, it says nothing about the endpoint.
  if (signal.aborted) return { kind: 'all' };
  if (answer.kind === 'gone') return disable(needs, endpoint, 'it answered 410: it wants nothing any more');
  const failingSince = since ?? now;
  const planned = nextAttempt(failingSince, now, key);
  if (planned === null) return disable(needs, endpoint, `it failed for days, last because ${answer.problem}`);
  const retryAt = Math.max(planned, now + (answer.retryAfterMs ?? 0));
  await cursors.failed(failingSince, retryAt);
  return { kind: 'failing', since: failingSince, problem: answer.problem, retryAt };
}

async function disable(needs: DeliverNeeds, { name }: WebhookEndpoint, why: string): Promise<Delivered> {
  await needs.chains.append(webhookDisabled({ name, at: needs.clock.now(), actor: ACTOR }, why));
  return { kind: 'disabled', why };
}

/** A rejected patch is told with what its author has to repair, so that an automation can close the loop. */
async function messageOf(needs: DeliverNeeds, event: LedgerEvent): Promise<WebhookMessage> {
  if (event.type !== 'patch.rejected') return webhookMessage(event, null);
  const problem = await rejectionProblem(needs, await findPatch(needs, event.subject), event.at);
  return webhookMessage(event, problem && jsonOf(problem));
}
