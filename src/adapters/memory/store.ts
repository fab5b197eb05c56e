import type { Sha256 } from '../../core/digest.ts';
import type { Json } from '../../core/json.ts';
import type { LeaseRecord } from '../../core/lease/lease.ts';
import type { ChainHead, Entry, EntryDraft } from '../../core/ledger/entry.ts';
import { sealEntry } from '../../core/ledger/entry.ts';
import type { LedgerEvent } from '../../core/ledger/event.ts';
import { eventOf, newsOf } from '../../core/ledger/news.ts';
import type { PatchId } from '../../core/patch/id.ts';
import type { Patch } from '../../core/patch/patch.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { TokenRecord } from '../../ports/tokens.ts';

/** Everything the ledger knows. Each port reads and writes its part of it; no call is interrupted by another. */
export interface Store {
  readonly patches: Map<PatchId, StoredPatch>;
  /** All chains together, in the order of writing: entry `i` is told by the event at position `i + 1`. */
  readonly entries: Entry[];
  readonly events: LedgerEvent[];
  readonly heads: Map<string, ChainHead>;
  readonly cursors: Map<string, number>;
  readonly leases: Map<string, LeaseRecord>;
  readonly workspaces: Map<string, Workspace>;
  readonly tokens: Map<string, TokenRecord>;
}

export interface StoredPatch {
  readonly patch: Patch;
  readonly body: Uint8Array;
  /** The content that this patch answers for, with those that follow it in its series. */
  readonly claim: Sha256 | null;
}

export function emptyStore(): Store {
  return {
    patches: new Map(),
    entries: [],
    events: [],
    heads: new Map(),
    cursors: new Map(),
    leases: new Map(),
    workspaces: new Map(),
    tokens: new Map(),
  };
}

/** Adds an entry to its chain and tells it in the outbox. */
export function append(store: Store, draft: EntryDraft, news: Json = newsOf(draft.data)): Entry {
  const entry = sealEntry(draft, store.heads.get(draft.chain) ?? null);
  store.entries.push(entry);
  store.heads.set(entry.chain, { chain: entry.chain, n: entry.n, hash: entry.hash });
  store.events.push(eventOf(entry, store.events.length + 1, news));
  return entry;
}
