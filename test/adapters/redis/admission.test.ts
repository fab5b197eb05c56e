import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Redis } from 'ioredis';
import { redisAdmission } from '../../../src/adapters/redis/admission.ts';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { secret } from '../../../src/platform/secret.ts';
import type { Admission } from '../../../src/ports/admission.ts';
import { admissionSuite } from '../../conformance/admission.ts';
import type { Store } from '../../conformance/store.ts';
import { startProxy, type Weather } from '../../world/proxy.ts';
import { REDIS_MISSING, startRedis } from '../../world/servers/redis.ts';
import type { TestServer } from '../../world/servers/server.ts';

describe('Redis as admission', { skip: REDIS_MISSING }, () => {
  admissionSuite('redis', () => storeOnRedis({ kind: 'fair' }));
  admissionSuite('redis behind a slow network', () => storeOnRedis({ kind: 'slow', delayMs: 10 }));

  let server: TestServer;
  let redis: Redis;
  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  after(async () => {
    redis.disconnect();
    await server.close();
  });
  const open = () => openRedis({ url: secret(server.url), installation: 'here', name: 'test' });

  it('keeps the owner alone under a key that tells installation and workspace, with an expiry', async (t) => {
    const connection = open();
    t.after(() => connection.close());
    const admission = redisAdmission(connection);
    const entrance = await admission.enter({ name: 'main', owner: 'runner/1' }, 5_000);
    assert.equal(entrance.kind === 'admitted' && entrance.admitted.key, 'ghost:here:admission:main');
    assert.equal(await redis.get('ghost:here:admission:main'), 'runner/1');
    const left = await redis.pttl('ghost:here:admission:main');
    assert.ok(left > 0 && left <= 5_000);
  });

  it('believes what somebody wrote by hand without an expiry for as long as a refusal, and no longer', async (t) => {
    const connection = open();
    t.after(() => connection.close());
    const admission = redisAdmission(connection);
    const key = connection.key('admission', 'by hand');
    await redis.set(key, 'somebody');
    assert.ok(await admission.find('by hand'));
    const entrance = await admission.enter({ name: 'by hand', owner: 'runner/1' }, 5_000);
    assert.equal(entrance.kind === 'busy' && entrance.by.owner, 'somebody');
    const left = await redis.pttl(key);
    assert.ok(left > 0 && left <= 5_000);
  });

  it('says that it cannot be used where the key holds something else, or nobody answers', async (t) => {
    const connection = open();
    t.after(() => connection.close());
    const admission = redisAdmission(connection);
    await redis.lpush(connection.key('admission', 'list'), 'x');
    const who = { name: 'list', owner: 'runner/1' };
    await assert.rejects(admission.enter(who, 5_000), { code: 'store_unavailable' });
    await server.kill();
    for (const act of [admission.enter(who, 5_000), admission.leave(who), admission.find('list')])
      await assert.rejects(act, { code: 'store_unavailable' });
    await server.restart();
  });
});

/** Nobody can turn the clock of a Redis; that all keys have less time left is the same to them. */
async function storeOnRedis(weather: Weather): Promise<Store<Admission>> {
  const server = await startRedis();
  const proxy = await startProxy(server.port);
  proxy.weather(weather);
  const redis = new Redis(server.url);
  const connections = ['one', 'two'].map((name) =>
    openRedis({ url: secret(`redis://127.0.0.1:${proxy.port}`), installation: 'here', name }),
  );
  const age = async (ms: number) => {
    for (const key of await redis.keys('*')) await redis.pexpire(key, (await redis.pttl(key)) - ms);
  };
  const clientOf = (n: number) => {
    const connection = connections[n];
    if (connection === undefined) throw new RangeError('there are two');
    return redisAdmission(connection);
  };
  return {
    open: async () => clientOf(0),
    openAnother: async () => clientOf(1),
    time: { tickMs: 10_000, pass: age, turnBack: (ms) => age(-ms) },
    close: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      redis.disconnect();
      await proxy.close();
      await server.close();
    },
  };
}
