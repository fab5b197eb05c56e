import type { Tokens } from '../../ports/tokens.ts';
import type { Store } from './store.ts';

export function memoryTokens({ tokens }: Store): Tokens {
  return {
    async add(token) {
      if (tokens.has(token.id)) throw new Error(`token ${token.id} was added before`);
      tokens.set(token.id, token);
    },
    async find(id) {
      return tokens.get(id) ?? null;
    },
    async list() {
      return [...tokens.values()].toSorted((a, b) => a.issuedAt - b.issuedAt || (a.id < b.id ? -1 : 1));
    },
    async revoke(id, _actor, at) {
      const token = tokens.get(id);
      if (!token) return false;
      tokens.set(id, { ...token, revokedAt: token.revokedAt ?? at });
      return true;
    },
  };
}
