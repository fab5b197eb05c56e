import { fail } from '../../core/errors.ts';
import type { ChainHead } from '../../core/ledger/entry.ts';
import { eventOf } from '../../core/ledger/news.ts';
import type { LedgerCopy, LedgerCounts, LedgerPart } from '../../ports/ledger-copy.ts';
import { emptyStore, type Store, type StoredPatch } from './store.ts';

export function memoryLedgerCopy(store: Store): LedgerCopy {
  return {
    async read() {
      const moment = copied(store);
      const close = () => Promise.resolve();
      return { store: 'memory', schema: '1', counts: countsIn(moment), parts: partsOf(moment), close };
    },
    async write(parts) {
      const taken = emptyStore();
      for await (const part of parts) take(taken, part);
      const found = Object.entries(countsIn(store)).find(([, count]) => count > 0);
      if (found)
        throw fail('ledger_not_empty', { place: 'memory', found: `${found[1]} of kind ${found[0]}` });
      fill(store, taken);
    },
  };
}

function copied(store: Store): Store {
  const moment = emptyStore();
  fill(moment, store);
  return moment;
}

function fill(store: Store, from: Store): void {
  for (const [id, patch] of from.patches) store.patches.set(id, patch);
  store.entries.push(...from.entries);
  store.events.push(...from.events);
  for (const [chain, head] of from.heads) store.heads.set(chain, head);
  for (const [reader, position] of from.cursors) store.cursors.set(reader, position);
  for (const [name, lease] of from.leases) store.leases.set(name, lease);
  for (const [name, workspace] of from.workspaces) store.workspaces.set(name, workspace);
  for (const [id, token] of from.tokens) store.tokens.set(id, token);
}

function countsIn(store: Store): LedgerCounts {
  return {
    workspace: store.workspaces.size,
    token: store.tokens.size,
    lease: store.leases.size,
    cursor: store.cursors.size,
    patch: store.patches.size,
    entry: store.entries.length,
  };
}

async function* partsOf(store: Store): AsyncGenerator<LedgerPart> {
  for (const workspace of byKey(store.workspaces)) yield { kind: 'workspace', workspace };
  for (const token of byKey(store.tokens)) yield { kind: 'token', token };
  for (const lease of byKey(store.leases)) yield { kind: 'lease', lease };
  for (const [reader, position] of [...store.cursors].toSorted(byFirst))
    yield { kind: 'cursor', reader, position };
  const patches = [...store.patches.values()].toSorted((a, b) => a.patch.seq - b.patch.seq);
  for (const patch of patches) yield { kind: 'patch', ...patch };
  for (const [index, entry] of store.entries.entries()) {
    yield { kind: 'entry', position: index + 1, entry, news: store.events[index]?.data ?? null };
  }
}

function byKey<T>(map: ReadonlyMap<string, T>): readonly T[] {
  return [...map].toSorted(byFirst).map(([, value]) => value);
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function take(store: Store, part: LedgerPart): void {
  switch (part.kind) {
    case 'workspace':
      store.workspaces.set(part.workspace.name, part.workspace);
      return;
    case 'token':
      store.tokens.set(part.token.id, part.token);
      return;
    case 'lease':
      store.leases.set(part.lease.name, part.lease);
      return;
    case 'cursor':
      store.cursors.set(part.reader, part.position);
      return;
    case 'patch':
      store.patches.set(part.patch.id, storedPatch(part));
      return;
    case 'entry':
      store.entries.push(part.entry);
      store.events.push(eventOf(part.entry, part.position, part.news));
      store.heads.set(part.entry.chain, headOf(part.entry));
  }
}

function headOf({ chain, n, hash }: ChainHead): ChainHead {
  return { chain, n, hash };
}

function storedPatch({ patch, body, claim }: StoredPatch): StoredPatch {
  return { patch, body, claim };
}
