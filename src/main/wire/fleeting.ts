import { fileWakeUps } from '../../adapters/files/wake-ups.ts';
import { redisAdmission } from '../../adapters/redis/admission.ts';
import { redisCache } from '../../adapters/redis/cache.ts';
import { redisDependency } from '../../adapters/redis/check.ts';
import { openRedis } from '../../adapters/redis/connection.ts';
import { redisRateCounters } from '../../adapters/redis/rate-counters.ts';
import { redisRegistry } from '../../adapters/redis/registry.ts';
import { redisWakeUps } from '../../adapters/redis/wake-ups.ts';
import { openFleetingStore } from '../../adapters/sqlite/fleeting/open.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Secret } from '../../platform/secret.ts';
import type { Config } from '../config.ts';
import { homeDependency } from './home-dependency.ts';
import type { Wiring } from './wiring.ts';

type FleetingPort = 'admission' | 'wakeUps' | 'registry' | 'cache' | 'counters';

interface FleetingOptions {
  /** Whose keys they are, where others use the same store. */
  readonly installation: string;
  readonly component: string;
  readonly clock: Clock;
}

/** What may be lost: files in the home, or the Redis that GHOST_REDIS_URL names. */
export async function openFleeting(config: Config, options: FleetingOptions): Promise<Wiring<FleetingPort>> {
  return config.redisUrl === null ? inFiles(config, options) : onRedis(config.redisUrl, options);
}

function inFiles({ home }: Config, { clock }: FleetingOptions): Wiring<FleetingPort> {
  const store = openFleetingStore({ file: home.fleetingFile, clock });
  const wakeUps = fileWakeUps(home.wake);
  return {
    ports: {
      admission: null,
      wakeUps,
      registry: store.registry,
      cache: store.cache,
      counters: store.counters,
    },
    dependencies: [
      homeDependency({
        home,
        registry: store.registry,
        serves: ['wake-ups', 'registry', 'cache', 'counters'],
        clock,
      }),
    ],
    close: async () => {
      await wakeUps.close();
      await store.close();
    },
  };
}

/** Nothing here waits for Redis: one that is gone as Ghost starts is used when it comes. */
function onRedis(url: Secret, { installation, component, clock }: FleetingOptions): Wiring<FleetingPort> {
  const connection = openRedis({ url, installation, name: `ghost-${component}` });
  const wakeUps = redisWakeUps(connection);
  const serves = ['admission', 'wake-ups', 'registry', 'cache', 'counters'];
  return {
    ports: {
      admission: redisAdmission(connection),
      wakeUps,
      registry: redisRegistry(connection),
      cache: redisCache(connection, clock),
      counters: redisRateCounters(connection),
    },
    dependencies: [redisDependency(connection, { serves, clock })],
    close: async () => {
      await wakeUps.close();
      await connection.close();
    },
  };
}
