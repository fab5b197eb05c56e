import assert from 'node:assert/strict';
import { redisCache } from '../../../src/adapters/redis/cache.ts';
import { redisRateCounters } from '../../../src/adapters/redis/rate-counters.ts';
import { redisRegistry } from '../../../src/adapters/redis/registry.ts';
import { redisSessions } from '../../../src/adapters/redis/sessions.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import type { Cache, CacheKey } from '../../../src/ports/cache.ts';
import type { Registry } from '../../../src/ports/registry.ts';
import type { Sessions } from '../../../src/ports/sessions.ts';
import { bytes, textOf } from '../../conformance/cache-given.ts';
import { pick } from '../../conformance/random.ts';
import { eventually } from '../../world/processes.ts';
import { Known, orGone, type Weather } from './weather.ts';

const HOUR_MS = 3_600_000;
const LIMITS = { idleMs: HOUR_MS, mostMs: HOUR_MS };
const SAID = {
  ...{ version: '1', pid: 1, host: 'here', address: null },
  ...{ startedAt: 1, details: null },
};

type Walk = (weather: Weather, steps: number) => Promise<void>;

/** What each store promises where nobody knows what became of a command. A walk throws where that was broken. */
export const WALKS: Readonly<Record<string, Walk>> = {
  'a cache never answers what was dropped before': async ({ random, connection, turn, calm }, steps) => {
    const told = tellingOf(redisCache(connection(), systemClock));
    for (let step = 0; step < steps; step++) {
      await turn();
      await told.step(random);
    }
    await calm();
    await told.lookAtAll();
    await told.isSeenBy(redisCache(connection(), systemClock));
  },

  'sessions are as they were left, or nobody can tell': async ({ random, connection, turn, calm }, steps) => {
    const sessions = redisSessions(connection());
    const known = new Known();
    for (let step = 0; step < steps; step++) {
      await turn();
      await stepOfSessions(sessions, known, random);
    }
    await calm();
    for (const id of known.names) known.check(id, (await sessions.find(id)) !== null);
  },

  'a registry lists who is there, or nobody can tell': async ({ random, connection, turn, calm }, steps) => {
    const registry = redisRegistry(connection());
    const known = new Known();
    for (let step = 0; step < steps; step++) {
      await turn();
      await stepOfRegistry(registry, known, random);
    }
    await calm();
    await checkList(registry, known);
  },

  'counters count each one that was answered, and no more than came': async (
    { random, connection, turn, calm },
    steps,
  ) => {
    const counters = [redisRateCounters(connection()), redisRateCounters(connection())];
    let answered = 0;
    for (let came = 1; came <= steps; came++) {
      await turn();
      const counted = await orGone(pick(counters, random).hit({ namespace: 'n', name: 'a' }, HOUR_MS));
      if (counted === 'gone') continue;
      answered += 1;
      assert.ok(counted.count >= answered && counted.count <= came, `${counted.count} of ${came}`);
    }
    await calm();
    assert.ok(answered > 0, 'none was answered');
  },
};

const KEYS: readonly CacheKey[] = ['a', 'b', 'c'].map((name) => ({ namespace: 'n', name }));

/** A cache of what changes, and is dropped each time that it has changed. */
function tellingOf(cache: Cache) {
  const truth = new Map<string, number>();
  const now = ({ name }: CacheKey) => `${truth.get(name) ?? 0}`;
  const change = ({ name }: CacheKey) => truth.set(name, (truth.get(name) ?? 0) + 1);
  const look = async (key: CacheKey) => {
    const got = await cache.getOrLoad(key, HOUR_MS, async () => bytes(now(key)));
    assert.equal(textOf(got), now(key), key.name);
  };
  return {
    async step(random: () => number) {
      const key = pick(KEYS, random);
      const act = random();
      if (act < 0.6) return look(key);
      const changed = act < 0.9 ? [key] : KEYS;
      for (const each of changed) change(each);
      await (act < 0.9 ? cache.invalidate(key) : cache.invalidateNamespace('n'));
    },
    async lookAtAll() {
      for (const key of KEYS) await look(key);
    },
    isSeenBy: (other: Cache) =>
      eventually('what was owed is dropped for everybody', async () => {
        const got = await Promise.all(KEYS.map(async (key) => [await other.get(key), now(key)] as const));
        return got.every(([value, expected]) => value === null || textOf(value) === expected);
      }),
  };
}

async function stepOfSessions(sessions: Sessions, known: Known, random: () => number): Promise<void> {
  const [first] = known.names;
  const act = random();
  if (first === undefined || act < 0.2) {
    const made = await orGone(sessions.create({ subject: 'ada', role: 'author' }, LIMITS));
    if (made !== 'gone') known.acted(made.id, 'there', made);
    return;
  }
  const id = pick(known.names, random);
  if (act < 0.4) return known.acted(id, 'away', await orGone(sessions.end(id)));
  const found = await orGone(sessions.find(id));
  if (found !== 'gone') known.check(id, found !== null);
}

const INSTANCES = ['1', '2', '3', '4'];

async function stepOfRegistry(registry: Registry, known: Known, random: () => number): Promise<void> {
  const instance = pick(INSTANCES, random);
  const who = { component: 'runner', instance };
  const act = random();
  if (act < 0.3)
    return known.acted(instance, 'there', await orGone(registry.announce({ ...SAID, ...who }, HOUR_MS)));
  if (act < 0.5) return known.acted(instance, 'away', await orGone(registry.withdraw(who)));
  if (act < 0.7) {
    const kept = await orGone(registry.refresh(who, HOUR_MS));
    if (kept !== 'gone') known.check(instance, kept);
    return;
  }
  await checkList(registry, known);
}

async function checkList(registry: Registry, known: Known): Promise<void> {
  const listed = await orGone(registry.list('runner'));
  if (listed === 'gone') return;
  const names = new Set(listed.map(({ instance }) => instance));
  for (const name of INSTANCES) known.check(name, names.has(name));
}
