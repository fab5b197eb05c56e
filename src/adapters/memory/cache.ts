import { lasts } from '../../core/expiry.ts';
import type { Clock } from '../../platform/clock.ts';
import { SharedCalls } from '../../platform/shared-calls.ts';
import type { Cache, CacheKey } from '../../ports/cache.ts';

interface Kept {
  readonly value: Uint8Array;
  readonly at: number;
  readonly ttlMs: number;
}

/** A cache of one process. */
export function memoryCache({ clock }: { readonly clock: Clock }): Cache {
  const kept = new Map<string, Kept>();
  const loads = new SharedCalls<Uint8Array>();
  /** The load that may still keep what it brings. */
  const claims = new Map<string, symbol>();

  const find = (id: string): Uint8Array | null => {
    const found = kept.get(id);
    if (found && lasts(found.at, found.ttlMs, clock.now())) return found.value.slice();
    kept.delete(id);
    return null;
  };
  const keep = (id: string, value: Uint8Array, ttlMs: number) =>
    void kept.set(id, { value: value.slice(), at: clock.now(), ttlMs });
  const drop = (matches: (id: string) => boolean) => {
    for (const ids of [kept, claims]) for (const id of [...ids.keys()].filter(matches)) ids.delete(id);
    loads.leave(matches);
  };
  const loadOnce = async (id: string, ttlMs: number, load: () => Promise<Uint8Array>) => {
    const claim = Symbol(id);
    claims.set(id, claim);
    const mayKeep = () => claims.get(id) === claim;
    try {
      const value = await load();
      if (mayKeep()) keep(id, value, ttlMs);
      return value;
    } finally {
      if (mayKeep()) claims.delete(id);
    }
  };

  return {
    async get(key) {
      return find(idOf(key));
    },
    async set(key, value, ttlMs) {
      const id = idOf(key);
      drop((other) => other === id);
      keep(id, value, ttlMs);
    },
    async getOrLoad(key, ttlMs, load) {
      const id = idOf(key);
      return find(id) ?? loads.run(id, () => loadOnce(id, ttlMs, load));
    },
    async invalidate(key) {
      const id = idOf(key);
      drop((other) => other === id);
    },
    async invalidateNamespace(namespace) {
      const start = JSON.stringify([namespace, '']).slice(0, -3);
      drop((id) => id.startsWith(start));
    },
  };
}

function idOf({ namespace, name }: CacheKey): string {
  return JSON.stringify([namespace, name]);
}
