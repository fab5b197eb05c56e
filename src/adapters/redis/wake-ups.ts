import { systemClock } from '../../platform/clock.ts';
import type { WakeTopic, WakeUps } from '../../ports/wake-ups.ts';
import type { RedisConnection } from './connection.ts';

/** At least so many hints are kept for who reads a moment later; who reads later than that is woken once for all it missed. */
const KEPT = 100;
/** After so long without a hint it is looked whether the stream is still the one that is read. */
const BLOCK_MS = 2_000;
/** After a failure, where the connection does not come back sooner. */
const AGAIN_MS = 1_000;
const BEFORE_THE_FIRST = '0-0';

/**
 * Wake-ups between processes that share a Redis: one stream, an entry for each hint, and one connection of each process
 * that waits for entries. It remembers the last one it read, so that nothing is missed between two reads. Whenever the
 * stream is found elsewhere than where it was left, since the connection was lost, or somebody emptied Redis, or another one
 * took its place, everybody is woken once.
 *
 * Nobody waits for the answer to a hint: a Redis that says nothing would else hold up every step of every patch.
 */
export function redisWakeUps(connection: RedisConnection): WakeUps {
  const key = connection.key('wake-ups');
  const sender = hintSender((topic) =>
    connection.ask((redis) => redis.xadd(key, 'MAXLEN', '~', KEPT, '*', 'topic', topic)),
  );
  const subscribers = new Map<string, Set<() => void>>();
  const wake = (topics: Iterable<string>) => {
    for (const topic of new Set(topics)) for (const one of subscribers.get(topic) ?? []) one();
  };
  let reader: StreamReader | null = null;
  let closing: Promise<void> | null = null;

  return {
    notify: async (topic) => {
      if (closing === null) sender.send(topic);
    },
    subscribe: (topic, woken) => {
      if (closing !== null) return () => undefined;
      reader ??= readStream(connection.duplicate({ blockMs: BLOCK_MS }), key, {
        heard: wake,
        missed: () => wake(subscribers.keys()),
      });
      // Wrapped, so that the same function can subscribe twice and each answer ends one of them.
      const subscriber = () => woken();
      const others = subscribers.get(topic) ?? new Set();
      subscribers.set(topic, others.add(subscriber));
      return () => void others.delete(subscriber);
    },
    close: () => {
      subscribers.clear();
      closing ??= Promise.all([sender.sent(), reader?.close()]).then(() => undefined);
      return closing;
    },
  };
}

interface HintSender {
  send(topic: WakeTopic): void;
  /** Resolves when all that was handed over is sent or lost. */
  sent(): Promise<void>;
}

/** Of each topic one hint is on its way, and one more after it where something happened meanwhile. */
function hintSender(add: (topic: WakeTopic) => Promise<unknown>): HintSender {
  const sending = new Map<WakeTopic, Promise<void>>();
  const due = new Set<WakeTopic>();
  const send = (topic: WakeTopic) => {
    if (sending.has(topic)) return void due.add(topic);
    const done = () => {
      sending.delete(topic);
      if (due.delete(topic)) send(topic);
    };
    sending.set(topic, add(topic).then(done, done));
  };
  const sent = async () => {
    while (sending.size > 0) await Promise.all(sending.values());
  };
  return { send, sent };
}

interface StreamReader {
  close(): Promise<void>;
}

interface Listener {
  heard(topics: readonly string[]): void;
  /** Nobody knows what was told meanwhile. */
  missed(): void;
}

/** Reads until it is closed. The connection is its own: it is blocked nearly all the time. */
function readStream(connection: RedisConnection, key: string, listener: Listener): StreamReader {
  let position: string | null = null;
  const closed = new AbortController();
  const reading = read();

  return {
    close: async () => {
      closed.abort();
      // An orderly end would wait behind the read that blocks.
      await connection.ask(async (redis) => redis.disconnect()).catch(() => undefined);
      await connection.close();
      await reading;
    },
  };

  async function read(): Promise<void> {
    while (!closed.signal.aborted) {
      try {
        const from = await catchUp();
        for (let at: string | null = from; at !== null && !closed.signal.aborted; ) at = await next(at);
      } catch {
        await rest();
      }
    }
  }

  async function rest(): Promise<void> {
    const ready = new AbortController();
    const unlisten = connection.onStatus(({ kind }) => {
      if (kind === 'ready') ready.abort();
    });
    await systemClock.sleep(AGAIN_MS, AbortSignal.any([closed.signal, ready.signal]));
    unlisten();
  }

  async function catchUp(): Promise<string> {
    const [newest] = await connection.ask((redis) => redis.xrevrange(key, '+', '-', 'COUNT', 1));
    const now = newest?.[0] ?? BEFORE_THE_FIRST;
    if (now !== position) listener.missed();
    position = now;
    return now;
  }

  /** Null where there was nothing for a while. */
  async function next(from: string): Promise<string | null> {
    const told = await connection.ask((redis) => redis.xread('BLOCK', BLOCK_MS, 'STREAMS', key, from));
    const entries = told?.[0]?.[1] ?? [];
    position = entries.at(-1)?.[0] ?? from;
    // Nothing after `from` is dropped before so many follow it.
    if (entries.length >= KEPT) listener.missed();
    else listener.heard(entries.flatMap(([, [, topic = '']]) => [topic]));
    return entries.length > 0 ? position : null;
  }
}
