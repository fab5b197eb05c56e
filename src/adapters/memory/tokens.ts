import { tokenIssued, tokenRevoked } from '../../core/ledger/token-entry.ts';
import type { Tokens } from '../../ports/tokens.ts';
import { append, type Store } from './store.ts';

export function memoryTokens(store: Store): Tokens {
  const { tokens } = store;
  return {
    async add(token) {
      if (tokens.has(token.id)) throw new Error(`token ${token.id} was added before`);
      tokens.set(token.id, token);
      append(store, tokenIssued(token));
    },
    async find(id) {
      return tokens.get(id) ?? null;
    },
    async list() {
      return [...tokens.values()].toSorted((a, b) => a.issuedAt - b.issuedAt || (a.id < b.id ? -1 : 1));
    },
    async revoke(id, actor, at) {
      const token = tokens.get(id);
      if (!token) return false;
      if (token.revokedAt !== null) return true;
      tokens.set(id, { ...token, revokedAt: at });
      append(store, tokenRevoked(token, actor, at));
      return true;
    },
  };
}
