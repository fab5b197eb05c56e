import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Redis } from 'ioredis';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { redisRegistry } from '../../../src/adapters/redis/registry.ts';
import { secret } from '../../../src/platform/secret.ts';
import { REDIS_MISSING, startRedis } from '../../world/servers/redis.ts';

it('the list of a Redis goes on without what nobody of ours wrote there', {
  skip: REDIS_MISSING,
}, async (t) => {
  const server = await startRedis();
  const redis = new Redis(server.url);
  const connection = openRedis({ url: secret(server.url), installation: 'here', name: 'test' });
  t.after(async () => {
    redis.disconnect();
    await connection.close();
    await server.close();
  });
  const registry = redisRegistry(connection);
  const who = { component: 'runner', instance: 'r1', version: '0.1.0', pid: 1, host: 'here' };
  await registry.announce({ ...who, address: null, startedAt: 0, details: null }, 60_000);
  const foreign = ['', 'nothing', '{half', 'null', '[]', '{"component":"runner"}'];
  for (const [n, words] of foreign.entries())
    await redis.hset('ghost:here:registry', `f${n}`, `${Date.now()} 60000 ${words}`);
  const listed = await registry.list(null);
  assert.deepEqual(
    listed.map(({ instance }) => instance),
    ['r1'],
  );
});
