import type { LedgerEvent } from '../../core/ledger/event.ts';
import { jsonOf } from '../../core/ledger/json-of.ts';
import {
  type WebhookStart,
  webhookBound,
  webhookDisabled,
  webhookFailing,
} from '../../core/ledger/webhook-entry.ts';
import { isWanted, type WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import { type WebhookMessage, webhookMessage } from '../../core/webhooks/message.ts';
import { nextAttempt } from '../../core/webhooks/schedule.ts';
import type { WebhookAnswer } from '../../ports/webhooks.ts';
import { findPatch } from '../find-patch.ts';
import type { Needs } from '../needs.ts';
import { rejectionProblem } from '../rejection-problem.ts';
import { placeOf, standingOf, type WebhookPlace } from './webhook-place.ts';

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
      /** Of the message at hand; all behind it wait. */
      readonly position: number;
      readonly since: number;
      readonly problem: string | null;
      readonly retryAt: number;
    };

/** What whoever delivers remembers between two times; a process that begins takes it from the ledger. */
export interface WebhookMemory {
  /** The start that it is about; what failed before another one is forgotten. */
  n: number | null;
  failing: Failing | null;
}

interface Failing {
  readonly position: number;
  readonly since: number;
  readonly retryAt: number;
  /** One that failed once and was taken then leaves no trace. */
  readonly isRecorded: boolean;
}

export interface Delivering {
  readonly endpoint: WebhookEndpoint;
  readonly memory: WebhookMemory;
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
  { tell = () => {}, ...delivering }: Delivering,
  signal: AbortSignal,
): Promise<Delivered> {
  while (!signal.aborted) {
    const begun = await begin(needs, delivering);
    if (begun.kind === 'disabled') return begun;
    const { place } = begun;
    const page = await needs.outbox.after(await place.position(), PAGE);
    if (page.length === 0) break;
    const stopped = await tellPage(needs, page, { ...delivering, tell, place, signal });
    if (stopped !== null) return stopped;
  }
  return { kind: 'all' };
}

type Begun =
  | { readonly kind: 'begun'; readonly place: WebhookPlace }
  | Extract<Delivered, { kind: 'disabled' }>;

/** A new endpoint is told what happens from now on. */
async function begin(needs: DeliverNeeds, { endpoint, memory }: Omit<Delivering, 'tell'>): Promise<Begun> {
  const { start, failing, disabled } = await standingOf(needs, endpoint);
  if (disabled !== null) {
    memory.failing = null;
    return { kind: 'disabled', why: disabled.why };
  }
  const begun = start ?? (await bind(needs, endpoint));
  if (memory.n !== begun.n) Object.assign(memory, { n: begun.n, failing: null });
  const place = placeOf(needs.outbox, endpoint.name, begun);
  // Whoever begins tries at once, and goes on by the schedule of the one before.
  if (memory.failing === null && failing !== null && failing.position > (await place.position()))
    memory.failing = { ...failing, retryAt: 0, isRecorded: true };
  return { kind: 'begun', place };
}

async function bind(needs: DeliverNeeds, { name, url }: WebhookEndpoint): Promise<WebhookStart> {
  const after = await needs.outbox.newest();
  const happening = { name, at: needs.clock.now(), actor: ACTOR };
  const { n } = await needs.chains.append(webhookBound(happening, url, after));
  return { n, after };
}

interface Telling extends Required<Delivering> {
  readonly place: WebhookPlace;
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
    await telling.place.passed(event.position);
  }
  const last = page.at(-1);
  // What nobody wants is passed over with one write.
  if (last !== undefined && !isWanted(telling.endpoint, last)) await telling.place.passed(last.position);
  return null;
}

/** Null when it was taken. */
async function tellOne(needs: DeliverNeeds, event: LedgerEvent, telling: Telling): Promise<Delivered | null> {
  const { endpoint, memory, tell, signal } = telling;
  const { position } = event;
  const before = memory.failing?.position === position ? memory.failing : null;
  if (before !== null && before.retryAt > needs.clock.now())
    return { kind: 'failing', position, since: before.since, problem: null, retryAt: before.retryAt };
  const answer = await needs.webhooks.send(endpoint, await messageOf(needs, event), signal);
  if (answer.kind === 'taken') {
    memory.failing = null;
    tell(position, needs.clock.now());
    return null;
  }
  // Cut off, it says nothing about the endpoint.
  if (signal.aborted) return { kind: 'all' };
  if (answer.kind === 'gone') return disable(needs, endpoint, 'it answered 410: it wants nothing any more');
  return failed(needs, { position, before, answer }, telling);
}

interface Failure {
  readonly position: number;
  readonly before: Failing | null;
  readonly answer: Extract<WebhookAnswer, { kind: 'failed' }>;
}

async function failed(
  needs: DeliverNeeds,
  { position, before, answer }: Failure,
  { endpoint, memory }: Telling,
): Promise<Delivered> {
  const { name } = endpoint;
  const now = needs.clock.now();
  const since = before?.since ?? now;
  const { problem } = answer;
  const planned = nextAttempt(since, now, `${name} ${position}`);
  if (planned === null) return disable(needs, endpoint, `it failed for days, last because ${problem}`);
  if (before !== null && !before.isRecorded)
    await needs.chains.append(webhookFailing({ name, at: now, actor: ACTOR }, { position, since }));
  const retryAt = Math.max(planned, now + (answer.retryAfterMs ?? 0));
  memory.failing = { position, since, retryAt, isRecorded: before !== null };
  return { kind: 'failing', position, since, problem, retryAt };
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
