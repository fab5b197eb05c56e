import { type Proxy as Network, startProxy } from './proxy.ts';
import { KAFKA_MISSING, startKafka } from './servers/kafka.ts';
import { MONGO_MISSING, startMongo } from './servers/mongo.ts';
import { REDIS_MISSING, startRedis } from './servers/redis.ts';
import { freePort, type TestServer } from './servers/server.ts';
import { type Topics, topicsOf } from './topic.ts';

/** For `skip`: false where all three servers are there. */
export const RUNG_MISSING = MONGO_MISSING || REDIS_MISSING || KAFKA_MISSING;

export const STORES = ['mongo', 'redis', 'kafka'] as const;
export type Store = (typeof STORES)[number];

/** What the production rung stands on, each server behind a network of its own. */
export interface ProductionRung {
  readonly servers: Readonly<Record<Store, TestServer>>;
  readonly networks: Readonly<Record<Store, Network>>;
  /** By which processes reach the stores: through the networks. */
  readonly settings: Readonly<Record<string, string>>;
  /** By which a judge does, to whom nothing happens. */
  readonly direct: Readonly<Record<string, string>>;
  readonly topics: Topics;
  readonly topic: string;
  close(): Promise<void>;
}

const PARTITIONS = 6;

export async function startProductionRung(): Promise<ProductionRung> {
  // A broker tells its clients where to go: the network has to stand there.
  const advertised = await freePort();
  const [mongo, redis, kafka] = await Promise.all([startMongo(), startRedis(), startKafka({}, advertised)]);
  const servers = { mongo, redis, kafka };
  const networks = {
    mongo: await startProxy(mongo.port),
    redis: await startProxy(redis.port),
    kafka: await startProxy(kafka.port, advertised),
  };
  const broker = `127.0.0.1:${advertised}`;
  const topics = topicsOf(broker);
  const topic = await topics.make({ partitions: PARTITIONS });
  const settingsAt = (mongoPort: number, redisPort: number) => ({
    GHOST_LEDGER: `mongodb://127.0.0.1:${mongoPort}/ghost`,
    GHOST_REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    GHOST_KAFKA_BROKERS: broker,
    GHOST_KAFKA_TOPIC: topic,
  });
  return {
    ...{ servers, networks, topics, topic },
    settings: settingsAt(networks.mongo.port, networks.redis.port),
    direct: settingsAt(mongo.port, redis.port),
    close: async () => {
      await topics.close();
      for (const store of STORES) {
        await networks[store].close();
        await servers[store].close();
      }
    },
  };
}
