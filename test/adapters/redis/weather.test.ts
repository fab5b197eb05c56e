import { describe, it } from 'node:test';
import { REDIS_MISSING } from '../../world/servers/redis.ts';
import { WALKS } from './walks.ts';
import { openWeather } from './weather.ts';

const SEEDS = [1];
const STEPS = 150;
/** Side by side: most of their time they wait. */
const HELD = { skip: REDIS_MISSING, concurrency: 6, timeout: 120_000 };

/** Connections are refused, reset, cut in mid answer, answers lost and the server killed, where a seed says so. */
describe('the stores of a Redis that dies, behind a network that fails', HELD, () => {
  for (const [promise, walk] of Object.entries(WALKS))
    for (const seed of SEEDS)
      it(`${promise}; seed ${seed}`, async (t) => {
        const weather = await openWeather(seed);
        t.after(() => weather.close());
        await walk(weather, STEPS);
        t.diagnostic(`seed ${seed}: ${weather.faults} faults`);
      });
});
