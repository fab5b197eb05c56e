import { randomId } from '../../platform/ids.ts';
import type { CacheKey } from '../../ports/cache.ts';
import { CLAIM, FIND, GIVE_UP, KEEP, TAKE } from './cache-scripts.ts';
import type { RedisConnection } from './connection.ts';

/** How long a load of another process is waited for: longer than a diff takes, shorter than a person waits. */
const WAIT_MS = 3_000;
/** What is brought later than this is not kept. */
const CLAIM_MS = 60_000;
/** Nothing is kept for longer, so that the mark of a namespace may lapse after twice as long. */
const LONGEST_MS = 24 * 3_600_000;
const SCANNED_AT_ONCE = 500;

type Claimed =
  | { readonly kind: 'kept'; readonly value: Uint8Array }
  | { readonly kind: 'ours' }
  | { readonly kind: 'theirs' };

/** What the cache asks of the server. Every method throws GhostError store_unavailable. */
export interface CacheCalls {
  find(key: CacheKey): Promise<Uint8Array | null>;
  /** Takes the right to load a key, where it is not there and nobody else loads it. */
  claim(key: CacheKey, claim: string): Promise<Claimed>;
  /** Drops what is there, and takes the right to keep something else. */
  take(key: CacheKey, claim: string): Promise<void>;
  /** Keeps the value, if the claim still stands. */
  keep(key: CacheKey, claim: string, kept: { value: Uint8Array; ttlMs: number }): Promise<void>;
  giveUp(key: CacheKey, claim: string): Promise<void>;
  drop(key: CacheKey): Promise<void>;
  dropNamespace(namespace: string): Promise<void>;
}

export function cacheCalls(connection: RedisConnection): CacheCalls {
  const valueKey = ({ namespace, name }: CacheKey) => connection.key('cache', namespace, name);
  const claimKey = ({ namespace, name }: CacheKey) => connection.key('cache-claim', namespace, name);
  const markKey = (namespace: string) => connection.key('cache-mark', namespace);
  const run = (script: string, key: CacheKey, ...words: readonly (string | Buffer)[]) => {
    const keys = [valueKey(key), claimKey(key), markKey(key.namespace)];
    return connection.ask((redis) => redis.callBuffer('EVAL', [script, '3', ...keys, ...words]));
  };
  const dropSome = (cursor: string, match: string) =>
    connection.ask(async (redis) => {
      const [next, keys] = await redis.scan(cursor, 'MATCH', match, 'COUNT', SCANNED_AT_ONCE);
      if (keys.length > 0) await redis.unlink(...keys);
      return next;
    });

  return {
    find: async (key) => bytesIn(await run(FIND, key)),
    async claim(key, claim) {
      const reply = await run(CLAIM, key, claim, `${CLAIM_MS}`, `${WAIT_MS}`);
      const [word, value] = Array.isArray(reply) ? reply : [];
      const kept = bytesIn(value);
      if (kept) return { kind: 'kept', value: kept };
      return { kind: `${word}` === 'ours' ? 'ours' : 'theirs' };
    },
    async take(key, claim) {
      await run(TAKE, key, claim, `${CLAIM_MS}`);
    },
    async keep(key, claim, { value, ttlMs }) {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      await run(KEEP, key, claim, bytes, `${Math.min(LONGEST_MS, Math.ceil(ttlMs))}`);
    },
    async giveUp(key, claim) {
      await run(GIVE_UP, key, claim);
    },
    async drop(key) {
      await connection.ask((redis) => redis.unlink(valueKey(key), claimKey(key)));
    },
    /** With its new mark nothing of before counts any more, nor what is being loaded; then the keys go, batch by batch. */
    async dropNamespace(namespace) {
      await connection.ask((redis) => redis.set(markKey(namespace), randomId(), 'PX', 2 * LONGEST_MS));
      const match = `${connection.key('cache', namespace, '')}*`;
      let cursor = '0';
      do cursor = await dropSome(cursor, match);
      while (cursor !== '0');
    },
  };
}

/** A copy: what the client gives is a part of what it read from the network. */
function bytesIn(reply: unknown): Uint8Array | null {
  return reply instanceof Uint8Array ? new Uint8Array(reply) : null;
}
