import { type Entry, type EntryDraft, SYSTEM_CHAIN } from './entry.ts';

/** What stays of an endpoint: from where on it is told, and whether it is given up. */
export interface WebhookStanding {
  /** Null for one that nothing was written about yet, or whose address is another one now. */
  readonly start: WebhookStart | null;
  /** Why nothing is sent to it any more; null while it is. */
  readonly disabled: { readonly at: number; readonly why: string } | null;
}

export interface WebhookStart {
  /** Of the entry: a later one goes before what was done for an earlier one. */
  readonly n: number;
  /** The position of the last event that it is not told; null to go on where it stood. */
  readonly after: number | null;
}

interface Happening {
  readonly name: string;
  readonly at: number;
  readonly actor: string;
}

/** It is told from now on what happens behind `after`. */
export function webhookBound({ name, at, actor }: Happening, url: string, after: number): EntryDraft {
  const data = { url, after };
  return { chain: SYSTEM_CHAIN, at, actor, type: 'webhook.bound', subject: webhookSubject(name), data };
}

export function webhookDisabled({ name, at, actor }: Happening, why: string): EntryDraft {
  return {
    ...{ chain: SYSTEM_CHAIN, at, actor, type: 'webhook.disabled' },
    ...{ subject: webhookSubject(name), data: { why } },
  };
}

/** Somebody wants it told again what happened behind `after`, or to go on where it stood. */
export function webhookReplayed({ name, at, actor }: Happening, after: number | null): EntryDraft {
  return {
    ...{ chain: SYSTEM_CHAIN, at, actor, type: 'webhook.replayed' },
    ...{ subject: webhookSubject(name), data: { after } },
  };
}

/** What entries about endpoints have as their subject. */
export function webhookSubject(name: string): string {
  return `webhook:${name}`;
}

/** Reads what was written about one endpoint, in order; what was bound to another address does not count. */
export function webhookStanding(entries: readonly Entry[], url: string): WebhookStanding {
  let standing: WebhookStanding = { start: null, disabled: null };
  for (const entry of entries)
    if (entry.chain === SYSTEM_CHAIN) standing = standingAfter(standing, entry, url);
  return standing;
}

function standingAfter(before: WebhookStanding, { type, n, at, data }: Entry, url: string): WebhookStanding {
  const {
    url: bound,
    after = null,
    why = '',
  }: { url?: string; after?: number | null; why?: string } = Object(data);
  if (type === 'webhook.bound') return { start: bound === url ? { n, after } : null, disabled: null };
  if (before.start === null) return before;
  if (type === 'webhook.replayed') return { start: { n, after }, disabled: null };
  return type === 'webhook.disabled' ? { ...before, disabled: { at, why } } : before;
}
