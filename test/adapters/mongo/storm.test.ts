import { describe, it } from 'node:test';
import { MONGO_MISSING } from '../../world/servers/mongo.ts';
import { weather } from './weather.ts';
import { mongoWorld } from './world.ts';

const world = mongoWorld();
const SEED = 20_261_123;

describe('a ledger on MongoDB', { skip: MONGO_MISSING }, () => {
  it(`keeps what it answered through resets, cuts and silence (seed ${SEED})`, async (t) => {
    const storm = { seed: SEED, callers: 6, texts: 2, shaken: 1, kills: 0 };
    t.diagnostic(JSON.stringify(await weather(await world.server(), storm)));
  });

  it('keeps what it answered when the server is killed under load and comes back', async (t) => {
    const storm = { seed: 1, callers: 6, texts: 2, shaken: 0, kills: 2 };
    t.diagnostic(JSON.stringify(await weather(await world.server(), storm)));
  });
});
