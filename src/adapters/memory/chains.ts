import type { Chains, Outbox } from '../../ports/chain.ts';
import { append, type Store } from './store.ts';

export function memoryChains(store: Store): Chains {
  return {
    async append(draft) {
      return append(store, draft);
    },
    async entries(chain, after, limit) {
      return store.entries.filter((entry) => entry.chain === chain && entry.n > after).slice(0, limit);
    },
    async entriesAbout(subject) {
      return store.entries.filter((entry) => entry.subject === subject);
    },
    async heads() {
      return [...store.heads.values()].toSorted((a, b) => (a.chain < b.chain ? -1 : 1));
    },
  };
}

export function memoryOutbox(store: Store): Outbox {
  return {
    async after(position, limit) {
      return store.events.slice(position, position + limit);
    },
    async newest() {
      return store.events.length;
    },
    async entryAt(position) {
      return store.entries[position - 1] ?? null;
    },
    async cursor(reader) {
      return store.cursors.get(reader) ?? 0;
    },
    async moveCursor(reader, position) {
      store.cursors.set(reader, position);
    },
  };
}
