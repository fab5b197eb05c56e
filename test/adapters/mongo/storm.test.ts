import { describe, it, type TestContext } from 'node:test';
import { PATIENCE } from '../../../src/adapters/mongo/connection.ts';
import type { MongoLedger } from '../../../src/adapters/mongo/open.ts';
import { givenWorkspace } from '../../conformance/given.ts';
import { seeded } from '../../conformance/random.ts';
import { eventually } from '../../world/processes.ts';
import { startProxy } from '../../world/proxy.ts';
import { assertNothingLost, inBadWeather, submitUntilAnswered } from './storm.ts';
import { MISSING, mongoWorld } from './world.ts';

const world = mongoWorld();
/** So that what has no answer is found out while the test runs. */
const SHORT = { connectMs: 800, answerMs: 500, fateMs: 1_500 };
const CALLERS = 6;
const EACH = 3;
const KILLS = 2;

async function opened(t: TestContext, url: string, patience = PATIENCE): Promise<MongoLedger> {
  const ledger = await world.open({ url, patience });
  t.after(() => ledger.close());
  return ledger;
}

/** Callers who each submit one text after the other on one of the ledgers. */
function submissions(ledgers: readonly MongoLedger[], random: () => number) {
  const caller = async (n: number) => {
    const told = [];
    const ledger = ledgers[n % ledgers.length];
    if (ledger === undefined) throw new RangeError('no ledger');
    for (let at = 0; at < EACH; at++)
      told.push(await submitUntilAnswered(ledger, 'main', `key-${n}-${at}`, random));
    return told;
  };
  return Promise.all(Array.from({ length: CALLERS }, (_, n) => caller(n)));
}

describe('a ledger on MongoDB', { skip: MISSING }, () => {
  for (const seed of [20_261_123]) {
    it(`keeps every answered receipt once through resets, cuts and silence (seed ${seed})`, async (t) => {
      const random = seeded(seed);
      const proxy = await startProxy((await world.server()).port);
      t.after(() => proxy.close());
      const { url } = await world.database();
      const direct = await opened(t, url);
      await direct.workspaces.add(givenWorkspace({ name: 'main' }));
      const shaken = new URL(url);
      shaken.port = `${proxy.port}`;
      const work = submissions([await opened(t, shaken.href, SHORT), direct], random);
      const faults = await inBadWeather(proxy, random, work);
      t.diagnostic(`${faults} faults`);
      await assertNothingLost(direct, (await work).flat());
    });
  }

  it('keeps every answered receipt once when the server is killed under load and comes back', async (t) => {
    const server = await world.server();
    const { url } = await world.database();
    const [one, other] = [await opened(t, url, SHORT), await opened(t, url)];
    await one.workspaces.add(givenWorkspace({ name: 'main' }));
    const work = submissions([one, other], seeded(1));
    for (let kill = 1; kill <= KILLS; kill++) {
      await eventually('more was written', async () => {
        return (await one.outbox.newest().catch(() => 0)) > kill * 8;
      });
      await server.restart();
    }
    await assertNothingLost(other, (await work).flat());
  });
});
