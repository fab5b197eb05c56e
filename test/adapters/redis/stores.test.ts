import { describe } from 'node:test';
import { redisCache } from '../../../src/adapters/redis/cache.ts';
import { openRedis, type RedisConnection } from '../../../src/adapters/redis/connection.ts';
import { redisRateCounters } from '../../../src/adapters/redis/rate-counters.ts';
import { redisRegistry } from '../../../src/adapters/redis/registry.ts';
import { redisSessions } from '../../../src/adapters/redis/sessions.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { secret } from '../../../src/platform/secret.ts';
import { cacheSuite } from '../../conformance/cache.ts';
import { rateCountersSuite } from '../../conformance/rate-counters.ts';
import { registrySuite } from '../../conformance/registry.ts';
import { sessionsSuite } from '../../conformance/sessions.ts';
import type { Store } from '../../conformance/store.ts';
import { startTurnedRedis, TURNED_REDIS_MISSING } from '../../world/servers/turned-redis.ts';

describe('Redis, whose clock is turned', { skip: TURNED_REDIS_MISSING }, () => {
  cacheSuite(
    'redis',
    storeOn((connection) => redisCache(connection, systemClock)),
  );
  registrySuite('redis', storeOn(redisRegistry));
  sessionsSuite('redis', storeOn(redisSessions));
  rateCountersSuite('redis', storeOn(redisRateCounters));
});

/** Each client has a connection of its own, as two processes have. */
function storeOn<Port>(make: (connection: RedisConnection) => Port): () => Promise<Store<Port>> {
  return async () => {
    const server = await startTurnedRedis();
    const connections: RedisConnection[] = [];
    const open = async () => {
      const connection = openRedis({ url: secret(server.url), installation: 'here', name: 'test' });
      connections.push(connection);
      return make(connection);
    };
    const turn = async (ms: number) => server.turn(ms);
    return {
      open,
      openAnother: open,
      time: { tickMs: 10_000, pass: turn, turnBack: (ms) => turn(-ms) },
      close: async () => {
        await Promise.all(connections.map((connection) => connection.close()));
        await server.close();
      },
    };
  };
}
