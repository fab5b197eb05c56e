import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { redisWakeUps } from '../../../src/adapters/redis/wake-ups.ts';
import { secret } from '../../../src/platform/secret.ts';
import type { WakeTopic, WakeUps } from '../../../src/ports/wake-ups.ts';
import { wakeUpsSuite } from '../../conformance/wake-ups.ts';
import { eventually } from '../../world/processes.ts';
import { startProxy } from '../../world/proxy.ts';
import { REDIS_MISSING, startRedis } from '../../world/servers/redis.ts';
import type { TestServer } from '../../world/servers/server.ts';

describe('wake-ups by a stream of Redis', { skip: REDIS_MISSING, timeout: 60_000 }, () => {
  let server: TestServer;
  let redis: Redis;
  let installations = 0;
  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url).on('error', () => undefined);
  });
  after(async () => {
    redis.disconnect();
    await server.close();
  });

  /** Of an installation that nobody else is, so that nobody else hears them. */
  function clients(t: TestContext, port = server.port): () => WakeUps {
    installations += 1;
    const installation = `i${installations}`;
    return () => {
      const connection = openRedis({ url: secret(`redis://127.0.0.1:${port}`), installation, name: 'test' });
      const wakeUps = redisWakeUps(connection);
      t.after(async () => {
        await wakeUps.close();
        await connection.close();
      });
      return wakeUps;
    };
  }

  wakeUpsSuite('redis', async (t) => {
    const open = clients(t);
    const reading = async () => readsAlready(open());
    return { open: reading, openAnother: reading };
  });

  it('goes on after the connection was lost, and wakes once whoever may have missed something', async (t) => {
    const proxy = await startProxy(server.port);
    t.after(() => proxy.close());
    const open = clients(t, proxy.port);
    const [receiver, sender] = [await readsAlready(open()), open()];
    await wakes(receiver, () => sender.notify('line'));
    proxy.weather({ kind: 'refuses' });
    await Promise.all([sender.notify('line'), sender.notify('outbox')]);
    proxy.weather({ kind: 'fair' });
    await again(receiver, 'line', sender);
  });

  wakeUpsSuite('redis behind a slow network', async (t) => {
    const proxy = await startProxy(server.port);
    t.after(() => proxy.close());
    proxy.weather({ kind: 'slow', delayMs: 20 });
    const open = clients(t, proxy.port);
    const reading = async () => readsAlready(open());
    return { open: reading, openAnother: reading };
  });

  it('wakes for what was told while the network said nothing to one end and kept the connection', async (t) => {
    const proxy = await startProxy(server.port);
    t.after(() => proxy.close());
    const receiver = await readsAlready(clients(t, proxy.port)());
    await wakes(receiver, () => receiver.notify('line'));
    proxy.weather({ kind: 'silent' });
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = receiver.subscribe('line', resolve);
    await redis.xadd(`ghost:i${installations}:wake-ups`, '*', 'topic', 'line');
    await redis.ping();
    proxy.weather({ kind: 'fair' });
    await promise;
    end();
  });

  it('goes on after Redis was killed, and after it forgot everything', async (t) => {
    const open = clients(t);
    const [receiver, sender] = [await readsAlready(open()), open()];
    await wakes(receiver, () => sender.notify('line'));
    await server.kill();
    await sender.notify('line');
    await server.restart();
    await again(receiver, 'line', sender);
    await redis.flushall();
    await again(receiver, 'outbox', sender);
  });

  it('is missed by nobody who reads while another clock begins the stream anew', async (t) => {
    const open = clients(t);
    const key = `ghost:i${installations}:wake-ups`;
    const receiver = await readsAlready(open());
    await wakes(receiver, () => receiver.notify('line'));
    assert.equal(await redis.xlen(key), 1);
    await wakes(receiver, async () => {
      await redis.del(key);
      await redis.xadd(key, '1-1', 'topic', 'line');
    });
  });

  it('wakes for a hint that was dropped behind many others before it was read', async (t) => {
    const key = `ghost:i${installations + 1}:wake-ups`;
    const receiver = await readsAlready(clients(t)());
    await wakes(receiver, () => receiver.notify('line'));
    await wakes(receiver, async () => {
      const burst = redis.multi().xadd(key, '*', 'topic', 'line');
      for (let n = 0; n < 500; n += 1) burst.xadd(key, 'MAXLEN', '~', 100, '*', 'topic', 'outbox');
      await burst.exec();
    });
  });

  it('keeps few hints however many are given, and costs who gives them no answer', async (t) => {
    const sender = clients(t)();
    const key = `ghost:i${installations}:wake-ups`;
    for (let n = 0; n < 2_000; n += 1) await redis.xadd(key, '*', 'topic', 'line');
    await sender.notify('line');
    await sender.close();
    assert.ok((await redis.xlen(key)) <= 300);
    server.pause();
    t.after(() => server.resume());
    const stopped = clients(t)();
    await Promise.all(Array.from({ length: 100 }, () => stopped.notify('line')));
    server.resume();
  });

  it('costs nobody anything where nobody listens, or the key is something else', async (t) => {
    const proxy = await startProxy(server.port);
    t.after(() => proxy.close());
    proxy.weather({ kind: 'refuses' });
    const gone = clients(t, proxy.port)();
    gone.subscribe('line', () => undefined)();
    await gone.notify('line');
    await gone.close();
    const wakeUps = clients(t)();
    await redis.set(`ghost:i${installations}:wake-ups`, 'something else');
    wakeUps.subscribe('line', () => undefined);
    await wakeUps.notify('line');
    await wakeUps.close();
  });
});

/** The first thing that is read wakes everybody once: whatever was told before is not known. */
async function readsAlready(wakeUps: WakeUps): Promise<WakeUps> {
  await wakes(wakeUps, async () => undefined, 'line');
  return wakeUps;
}

async function wakes(
  receiver: WakeUps,
  act: () => Promise<unknown>,
  topic: WakeTopic = 'line',
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = receiver.subscribe(topic, resolve);
  await act();
  await promise;
  end();
}

/** Hints that are lost are lost: another one comes. */
async function again(receiver: WakeUps, topic: WakeTopic, sender: WakeUps): Promise<void> {
  let woken = 0;
  const end = receiver.subscribe(topic, () => {
    woken += 1;
  });
  await eventually('a hint to arrive', async () => {
    await sender.notify(topic);
    return woken > 1;
  });
  end();
}
