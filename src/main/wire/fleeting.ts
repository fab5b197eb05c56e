import { fileWakeUps } from '../../adapters/files/wake-ups.ts';
import { openFleetingStore } from '../../adapters/sqlite/fleeting/open.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../config.ts';
import { notBuilt, type Wiring } from './wiring.ts';

type FleetingPort = 'admission' | 'wakeUps' | 'registry' | 'cache';

/** What may be lost: files in the home, or the Redis that GHOST_REDIS_URL names. */
export async function openFleeting(config: Config, clock: Clock): Promise<Wiring<FleetingPort>> {
  if (config.redisUrl !== null) throw notBuilt('GHOST_REDIS_URL');
  return inFiles(config, clock);
}

function inFiles({ home }: Config, clock: Clock): Wiring<FleetingPort> {
  const store = openFleetingStore({ file: home.fleetingFile, clock });
  const wakeUps = fileWakeUps(home.wake);
  return {
    ports: { admission: null, wakeUps, registry: store.registry, cache: store.cache },
    dependencies: [],
    close: async () => {
      await wakeUps.close();
      await store.close();
    },
  };
}
