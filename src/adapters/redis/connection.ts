import { setTimeout as sleep } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { fullJitter } from '../../platform/backoff.ts';
import type { Secret } from '../../platform/secret.ts';
import { firstProblemOf, problemOf, unavailable } from './problem.ts';

/** Nothing in Redis is worth waiting longer for: what it would have answered is found out in another way. */
const COMMAND_MS = 1_000;
const CONNECT_MS = 2_000;
/** For whoever asks first. Longer than a connection may take, so that its problem is known. */
const FIRST_MS = 2_500;
/** Of a connection that is given up and whose other end says nothing. */
const DISCONNECT_MS = 250;
const BACKOFF = { baseMs: 50, capMs: 2_000 };
/** A replica that was made of a primary keeps its connections; its name may lead to the new primary meanwhile. */
const LOOK_FOR_PRIMARY_MS = 2_000;
const STANDARD_PORT = 6379;
/** How the client words that there was no connection to send on. */
const NOT_SENT = /isn't writeable/;

export type RedisStatus =
  | { readonly kind: 'ready' }
  /** Commands fail at once until it is ready again. */
  | { readonly kind: 'gone'; readonly problem: string };

const BEGUN: RedisStatus = {
  kind: 'gone',
  problem: 'it was reached and is not ready: it is silent, or reading its data after a start (LOADING)',
};

/** One connection that comes back by itself, for ever. It is made when something is asked of it first. */
export interface RedisConnection {
  /** Host and port. */
  readonly at: string;
  /** A key of this installation: `ghost:<installation>:a:b`, with parts that may hold any character. */
  key(...parts: readonly string[]): string;
  /**
   * Runs commands, none of which waits for a server that is gone. What was under way when the connection was lost may
   * have happened or not: nothing is sent again.
   * @throws GhostError store_unavailable
   */
  ask<T>(run: (redis: Redis) => Promise<T>): Promise<T>;
  readonly status: RedisStatus;
  /** Tells of each change from now on, until the answer is called. */
  onStatus(listen: (status: RedisStatus) => void): () => void;
  /** Another connection to the same server, whose commands may block for so long. Its owner closes it. */
  duplicate(options?: { readonly blockMs: number }): RedisConnection;
  /** What was asked before is finished where the server answers. Closing twice is fine. */
  close(): Promise<void>;
}

export interface RedisSettings {
  /** `redis://` or `rediss://`, with user, password and the number of a database where there are any. */
  readonly url: Secret;
  readonly installation: string;
  /** Shown by `CLIENT LIST`. */
  readonly name: string;
  readonly blockMs?: number;
}

export function openRedis(settings: RedisSettings): RedisConnection {
  const options = optionsOf(settings);
  const at = `${options.host}:${options.port}`;
  const redis = new Redis(options);
  const listeners = new Set<(status: RedisStatus) => void>();
  let status: RedisStatus = { kind: 'gone', problem: 'nothing was asked of it yet' };
  let first: Promise<void> | null = null;
  let isBegun = false;
  let closing: Promise<void> | null = null;

  const standing = (): RedisStatus => (redis.status === 'connect' && status.kind === 'gone' ? BEGUN : status);
  const turn = (next: RedisStatus) => {
    if (JSON.stringify(next) === JSON.stringify(status)) return;
    status = next;
    for (const listen of [...listeners]) listen(next);
  };
  let wasReady = false;
  redis.on('ready', () => {
    wasReady = true;
    turn({ kind: 'ready' });
  });
  redis.on('error', (error: unknown) => {
    const problem = wasReady ? problemOf(error) : firstProblemOf(error, options.tls ? 'tls' : 'plain');
    turn({ kind: 'gone', problem });
  });
  redis.on('close', () => {
    if (status.kind === 'ready') turn({ kind: 'gone', problem: 'the connection was lost' });
  });

  /** Who comes before the first connection stands or has failed waits for that, and for no later one. */
  const begin = async () => {
    first ??= redis.connect().catch(() => undefined);
    await Promise.race([first, sleep(FIRST_MS, undefined, { ref: false })]);
    isBegun = true;
  };
  const failed = (error: unknown) => {
    const now = standing();
    const isOld = now.kind === 'gone' && NOT_SENT.test(String(error));
    return unavailable(at, isOld ? now.problem : problemOf(error), error);
  };

  return {
    at,
    key: (...parts) => ['ghost', settings.installation, ...parts].map(keyPart).join(':'),
    async ask(run) {
      if (closing) throw unavailable(at, 'it was closed');
      if (!isBegun) await begin();
      try {
        return await run(redis);
      } catch (error) {
        throw failed(error);
      }
    },
    get status() {
      return standing();
    },
    onStatus(listen) {
      listeners.add(listen);
      return () => void listeners.delete(listen);
    },
    duplicate: ({ blockMs } = { blockMs: 0 }) => openRedis({ ...settings, blockMs }),
    close() {
      listeners.clear();
      closing ??= close(redis);
      return closing;
    },
  };
}

async function close(redis: Redis): Promise<void> {
  if (redis.status === 'ready') await redis.quit().catch(() => undefined);
  redis.disconnect();
}

function optionsOf({ url, name, blockMs = 0 }: RedisSettings) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url.expose());
  const answerMs = COMMAND_MS + blockMs;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1',
    port: Number(port) || STANDARD_PORT,
    ...(username ? { username: plain(username) } : {}),
    ...(password ? { password: plain(password) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
    db: Number(pathname.slice(1)) || 0,
    connectionName: name,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // With 0, what is under way fails as soon as the connection is lost.
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    commandTimeout: answerMs,
    // A connection whose other end has gone without a word is made anew.
    socketTimeout: answerMs,
    disconnectTimeout: DISCONNECT_MS,
    maxLoadingRetryTime: BACKOFF.capMs,
    retryStrategy: (times: number) => fullJitter(BACKOFF, times, Math.random) + 1,
    reconnectOnError: (error: Error) => {
      const now = performance.now();
      if (!error.message.startsWith('READONLY') || now - lookedAt < LOOK_FOR_PRIMARY_MS) return false;
      lookedAt = now;
      return true;
    },
  } satisfies RedisOptions;
}

/** Without its percent signs, unless they encode nothing. */
function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The same text gives the same part and no other does; none holds a character that a pattern or a key gives a meaning. */
function keyPart(text: string): string {
  return text.replace(/[^\w.-]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
