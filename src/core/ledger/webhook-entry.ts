import { sha256 } from '../digest.ts';
import { type Entry, type EntryDraft, SYSTEM_CHAIN } from './entry.ts';

/** What stays of an endpoint: from where on it is told, and how it stands. */
export interface WebhookStanding {
  /** Null for one that nothing was written about yet, or whose address is another one now. */
  readonly start: WebhookStart | null;
  /** The message that fails, and since when; it may have been taken since then. */
  readonly failing: { readonly position: number; readonly since: number } | null;
  /** Why nothing is sent to it any more; null while it is. */
  readonly disabled: { readonly at: number; readonly why: string } | null;
}

export interface WebhookStart {
  /** Of the entry: each start has a cursor of its own, so that cursors go forward only. */
  readonly n: number;
  /** The position of the last event that it is not told. */
  readonly after: number;
}

interface Happening {
  readonly name: string;
  readonly at: number;
  readonly actor: string;
}

/** It is told what happens behind `after`. Of the address only the place is told: what follows may be a key. */
export function webhookBound(happening: Happening, url: string, after: number): EntryDraft {
  const place = new URL(url).origin;
  return { ...draftOf(happening), type: 'webhook.bound', data: { place, address: sha256(url), after } };
}

/** The message at `position` fails since `since`, and not for the first time. */
export function webhookFailing(
  happening: Happening,
  failing: { position: number; since: number },
): EntryDraft {
  const { position, since } = failing;
  return { ...draftOf(happening), type: 'webhook.failing', data: { position, since } };
}

export function webhookDisabled(happening: Happening, why: string): EntryDraft {
  return { ...draftOf(happening), type: 'webhook.disabled', data: { why } };
}

/** Somebody wants it told what happened behind `after`. */
export function webhookReplayed(happening: Happening, after: number): EntryDraft {
  return { ...draftOf(happening), type: 'webhook.replayed', data: { after } };
}

function draftOf({ name, at, actor }: Happening) {
  return { chain: SYSTEM_CHAIN, at, actor, subject: webhookSubject(name) };
}

/** What entries about endpoints have as their subject. */
export function webhookSubject(name: string): string {
  return `webhook:${name}`;
}

/** Reads what was written about one endpoint, in order; what was bound to another address does not count. */
export function webhookStanding(entries: readonly Entry[], url: string): WebhookStanding {
  const address = sha256(url);
  let standing: WebhookStanding = { start: null, failing: null, disabled: null };
  for (const entry of entries)
    if (entry.chain === SYSTEM_CHAIN) standing = standingAfter(standing, entry, address);
  return standing;
}

interface Said {
  readonly address?: string;
  readonly after?: number;
  readonly position?: number;
  readonly since?: number;
  readonly why?: string;
}

function standingAfter(
  before: WebhookStanding,
  { type, n, at, data }: Entry,
  address: string,
): WebhookStanding {
  const { address: bound, after = 0, position = 0, since = at, why = '' }: Said = Object(data);
  const begun = { start: { n, after }, failing: null, disabled: null };
  if (type === 'webhook.bound') return bound === address ? begun : { ...begun, start: null };
  if (before.start === null) return before;
  switch (type) {
    case 'webhook.replayed':
      return begun;
    case 'webhook.failing':
      return { ...before, failing: { position, since } };
    case 'webhook.disabled':
      return { ...before, disabled: { at, why } };
    default:
      return before;
  }
}
