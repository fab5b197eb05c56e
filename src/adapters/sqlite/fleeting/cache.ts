import type { Clock } from '../../../platform/clock.ts';
import { randomId } from '../../../platform/ids.ts';
import { SharedCalls } from '../../../platform/shared-calls.ts';
import type { Cache, CacheKey } from '../../../ports/cache.ts';
import type { CallThread } from '../call-thread.ts';
import type { FleetingCalls } from './calls.ts';

/** How long a load of another process is waited for: longer than a diff takes, shorter than a person waits. */
const CLAIM_MS = 3_000;
const LOOK_EVERY_MS = 20;

/** Whatever goes wrong with the file is a miss. */
export function sqliteCache(thread: CallThread<FleetingCalls>, clock: Clock): Cache {
  const loads = new SharedCalls<Uint8Array>();

  const find = (key: CacheKey) => thread.call('cached', clock.now(), key).catch(() => null);

  return {
    get: find,
    async set(key, value, ttlMs) {
      leave(idOf(key));
      await quiet(thread.call('keep', clock.now(), key, { value, ttlMs }));
    },
    async getOrLoad(key, ttlMs, load) {
      return (await find(key)) ?? loads.run(idOf(key), () => loadOnce(key, ttlMs, load));
    },
    async invalidate(key) {
      leave(idOf(key));
      await quiet(thread.call('drop', key));
    },
    async invalidateNamespace(namespace) {
      const start = JSON.stringify([namespace, '']).slice(0, -3);
      loads.leave((id) => id.startsWith(start));
      await quiet(thread.call('dropNamespace', namespace));
    },
  };

  function leave(id: string): void {
    loads.leave((other) => other === id);
  }

  /** Alone in this process for its key. */
  async function loadOnce(key: CacheKey, ttlMs: number, load: () => Promise<Uint8Array>) {
    const claim = randomId();
    const standing = await claimed(key, claim);
    if (standing !== null) return standing;
    try {
      const value = await load();
      await quiet(thread.call('keepLoaded', clock.now(), key, { value, ttlMs, claim }));
      return value;
    } catch (error) {
      await quiet(thread.call('giveUpLoad', key, claim));
      throw error;
    }
  }

  /** What another process loaded meanwhile; null when it is ours to load, or when nothing can be known. */
  async function claimed(key: CacheKey, claim: string): Promise<Uint8Array | null> {
    for (;;) {
      const request = { claim, forMs: CLAIM_MS };
      const answer = await thread.call('claimLoad', clock.now(), key, request).catch(() => null);
      if (answer?.kind === 'kept') return answer.value;
      if (answer?.kind !== 'theirs') return null;
      await clock.sleep(LOOK_EVERY_MS);
    }
  }
}

async function quiet(done: Promise<unknown>): Promise<void> {
  await done.catch(() => undefined);
}

function idOf({ namespace, name }: CacheKey): string {
  return JSON.stringify([namespace, name]);
}
