import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { redisCache } from '../../../src/adapters/redis/cache.ts';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { redisRateCounters } from '../../../src/adapters/redis/rate-counters.ts';
import { redisRegistry } from '../../../src/adapters/redis/registry.ts';
import { redisSessions } from '../../../src/adapters/redis/sessions.ts';
import { keepRegistered } from '../../../src/app/keep-registered.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { secret } from '../../../src/platform/secret.ts';
import { bytes, textOf } from '../../conformance/cache-given.ts';
import { hasCode } from '../../conformance/given.ts';
import { eventually } from '../../world/processes.ts';
import { REDIS_MISSING, startRedis } from '../../world/servers/redis.ts';

const HOUR_MS = 3_600_000;
const LIMITS = { idleMs: HOUR_MS, mostMs: HOUR_MS };
const KEY = { namespace: 'n', name: 'a' };
const SAID = {
  ...{ component: 'runner', instance: '1', version: '1', pid: 1, host: 'here', address: null },
  ...{ startedAt: 1, details: null },
};
const GONE = hasCode('store_unavailable');

describe('the stores of a Redis that comes and goes', { skip: REDIS_MISSING, timeout: 60_000 }, () => {
  it('are as they were when it was killed in the middle of their use and started again', async (t) => {
    // With `everysec` a write may be put off while the disk is busy, and die with the process.
    const durable = { appendfsync: 'always' };
    const { server, cache, registry, sessions, counters, back } = await given(t, durable);
    const { id } = await sessions.create({ subject: 'ada', role: 'operator' }, LIMITS);
    await registry.announce(SAID, HOUR_MS);
    await counters.hit(KEY, HOUR_MS);
    await cache.set(KEY, bytes('kept'), HOUR_MS);
    await server.kill();
    for (const gone of [sessions.find(id), registry.list(null), counters.hit(KEY, HOUR_MS)])
      await assert.rejects(gone, GONE);
    assert.equal(await cache.get(KEY), null);
    assert.equal(textOf(await cache.getOrLoad(KEY, HOUR_MS, async () => bytes('loaded'))), 'loaded');
    await server.restart();
    await back();
    assert.deepEqual([(await sessions.find(id))?.role, (await registry.list(null)).length], ['operator', 1]);
    assert.equal((await counters.hit(KEY, HOUR_MS)).count, 2);
    assert.equal(textOf(await cache.get(KEY)), 'kept');
  });

  it('are empty when it forgets on restart: people sign in again, processes announce themselves again', async (t) => {
    const { server, cache, registry, sessions, counters, back } = await given(t, { appendonly: 'no' });
    const { id } = await sessions.create({ subject: 'ada', role: 'operator' }, LIMITS);
    await counters.hit(KEY, HOUR_MS);
    await cache.set(KEY, bytes('kept'), HOUR_MS);
    const over = new AbortController();
    const keeping = keepRegistered({ registry, clock: systemClock }, SAID, over.signal);
    await eventually('it is listed', async () => (await registry.list(null)).length === 1);
    await server.restart();
    await back();
    assert.deepEqual([await sessions.find(id), await cache.get(KEY)], [null, null]);
    assert.equal((await counters.hit(KEY, HOUR_MS)).count, 1);
    assert.equal(textOf(await cache.getOrLoad(KEY, HOUR_MS, async () => bytes('anew'))), 'anew');
    await eventually('it is listed again', async () => (await registry.list(null)).length === 1);
    over.abort();
    await keeping;
    assert.deepEqual(await registry.list(null), []);
  });

  it('cost one command its second when it stops, the next ones nothing, and go on when it goes on', async (t) => {
    const { server, cache, counters, connection, back } = await given(t);
    await counters.hit(KEY, HOUR_MS);
    server.pause();
    t.after(() => server.resume());
    await assert.rejects(counters.hit(KEY, HOUR_MS), GONE);
    await eventually('it is given up', () => connection.status.kind === 'gone');
    const asked = Array.from({ length: 100 }, () => counters.hit(KEY, HOUR_MS));
    for (const each of asked) await assert.rejects(each, GONE);
    assert.equal(textOf(await cache.getOrLoad(KEY, HOUR_MS, async () => bytes('own'))), 'own');
    server.resume();
    await back();
    const { count } = await counters.hit(KEY, HOUR_MS);
    assert.ok(count === 2 || count === 3, `${count}: nobody knew of the one`);
  });

  it('were dropped from while it was gone, and answer nothing of that when it is back', async (t) => {
    const { server, cache, open, back } = await given(t);
    const other = redisCache(open(), systemClock);
    const [single, whole] = [KEY, { namespace: 'all', name: 'of it' }];
    for (const key of [single, whole]) await cache.set(key, bytes('old'), HOUR_MS);
    assert.equal(textOf(await other.get(single)), 'old');
    await server.kill();
    await cache.invalidate(single);
    await cache.invalidateNamespace('all');
    await server.restart();
    await back();
    for (const key of [single, whole]) assert.equal(await cache.get(key), null);
    await eventually('it is gone for others too', async () => {
      const got = await Promise.all([single, whole].map((key) => other.get(key)));
      return got.every((value) => value === null);
    });
  });

  it('hold no id of a session, and no word of a subject in a key that is not its own', async (t) => {
    const { sessions, connection } = await given(t);
    const { id } = await sessions.create({ subject: 'ada:*', role: 'operator' }, LIMITS);
    const keys = await connection.ask((redis) => redis.keys('*'));
    const kept = await Promise.all(
      keys
        .filter((key) => key.includes(':session:'))
        .map((key) => connection.ask((redis) => redis.hgetall(key))),
    );
    assert.equal(kept.length, 1);
    assert.ok(!JSON.stringify([keys, kept]).includes(id));
    assert.ok(keys.every((key) => key.startsWith('ghost:here:session')));
  });
});

async function given(t: TestContext, settings: Readonly<Record<string, string>> = {}) {
  const server = await startRedis(settings);
  t.after(() => server.close());
  const open = () => {
    const opened = openRedis({ url: secret(server.url), installation: 'here', name: 'test' });
    t.after(() => opened.close());
    return opened;
  };
  const connection = open();
  const back = () => eventually('it is back', () => connection.status.kind === 'ready');
  return {
    ...{ server, open, connection, back },
    cache: redisCache(connection, systemClock),
    registry: redisRegistry(connection),
    sessions: redisSessions(connection),
    counters: redisRateCounters(connection),
  };
}
