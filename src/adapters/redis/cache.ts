import type { Clock } from '../../platform/clock.ts';
import { randomId } from '../../platform/ids.ts';
import { SharedCalls } from '../../platform/shared-calls.ts';
import type { Cache, CacheKey } from '../../ports/cache.ts';
import { cacheCalls } from './cache-calls.ts';
import type { RedisConnection } from './connection.ts';
import { OwedDrops } from './owed-drops.ts';

/** A value above this is worked out again rather than sent to and fro. */
const LARGEST_BYTES = 1024 * 1024;
const LOOK_EVERY_MS = 20;

/** Whatever goes wrong with Redis is a miss. */
export function redisCache(connection: RedisConnection, clock: Clock): Cache {
  const calls = cacheCalls(connection);
  const loads = new SharedCalls<Uint8Array>();
  const owed = new OwedDrops(calls);
  connection.onStatus(({ kind }) => {
    if (kind === 'ready') void owed.payAll();
  });

  return {
    get: find,
    async set(key, value, ttlMs) {
      leave(key);
      const claim = randomId();
      const took = await succeeded(calls.take(key, claim));
      if (took) await keep(key, claim, { value, ttlMs });
      else owed.owe(key);
    },
    async getOrLoad(key, ttlMs, load) {
      return (await find(key)) ?? loads.run(idOf(key), () => loadOnce(key, ttlMs, load));
    },
    async invalidate(key) {
      leave(key);
      if (!(await succeeded(calls.drop(key)))) owed.owe(key);
    },
    async invalidateNamespace(namespace) {
      const start = JSON.stringify([namespace, '']).slice(0, -3);
      loads.leave((id) => id.startsWith(start));
      if (!(await succeeded(calls.dropNamespace(namespace)))) owed.oweNamespace(namespace);
    },
  };

  function leave(key: CacheKey): void {
    const id = idOf(key);
    loads.leave((other) => other === id);
  }

  async function find(key: CacheKey): Promise<Uint8Array | null> {
    return (await owed.isPaid(key)) ? calls.find(key).catch(() => null) : null;
  }

  async function keep(key: CacheKey, claim: string, kept: { value: Uint8Array; ttlMs: number }) {
    const isKept = kept.value.byteLength <= LARGEST_BYTES && kept.ttlMs > 0;
    await succeeded(isKept ? calls.keep(key, claim, kept) : calls.giveUp(key, claim));
  }

  /** Alone in this process for its key. */
  async function loadOnce(key: CacheKey, ttlMs: number, load: () => Promise<Uint8Array>) {
    const claim = randomId();
    const standing = await claimed(key, claim);
    if (standing !== null) return standing;
    try {
      const value = await load();
      await keep(key, claim, { value, ttlMs });
      return value;
    } catch (error) {
      await succeeded(calls.giveUp(key, claim));
      throw error;
    }
  }

  /** What another process loaded meanwhile; null when it is ours to load, or when nothing can be known. */
  async function claimed(key: CacheKey, claim: string): Promise<Uint8Array | null> {
    while (await owed.isPaid(key)) {
      const answer = await calls.claim(key, claim).catch(() => null);
      if (answer?.kind === 'kept') return answer.value;
      if (answer?.kind !== 'theirs') return null;
      await clock.sleep(LOOK_EVERY_MS);
    }
    return null;
  }
}

function succeeded(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => true,
    () => false,
  );
}

function idOf({ namespace, name }: CacheKey): string {
  return JSON.stringify([namespace, name]);
}
