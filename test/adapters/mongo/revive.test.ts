import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MongoClient } from 'mongodb';
import { reviveHungClient } from '../../../src/adapters/mongo/revive.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { eventually } from '../../world/processes.ts';
import { startProxy } from '../../world/proxy.ts';
import { MONGO_MISSING } from '../../world/servers/mongo.ts';
import { mongoWorld } from './world.ts';

const world = mongoWorld();

it('a driver that waits for ever on the connection by which it looks at its server connects anew', {
  skip: MONGO_MISSING,
}, async (t) => {
  const network = await startProxy((await world.server()).port);
  const { url } = await world.database(network.port);
  const options = { serverSelectionTimeoutMS: 300, connectTimeoutMS: 300, heartbeatFrequencyMS: 500 };
  const client = new MongoClient(url, options);
  const stop = reviveHungClient(client, systemClock, 1_000);
  t.after(async () => {
    await stop();
    await client.close();
    await network.close();
  });
  await client.connect();
  const answers = () => client.db().command({ ping: 1 });
  await answers();
  const connection = await eventually('it looks', () => looksBy(client));
  let isHung = false;
  connection.command = () => {
    isHung = true;
    return new Promise(() => undefined);
  };
  await eventually('it hangs', () => isHung);
  network.weather({ kind: 'deaf' });
  const [before, asked] = [network.harm(), answers()];
  await eventually('an answer is lost', () => network.harm() > before);
  network.weather({ kind: 'fair' });
  network.reset();
  await assert.rejects(asked);
  await eventually('it answers', () => answers().catch(() => false));
});

interface Looking {
  command: () => Promise<unknown>;
}

/** What the driver keeps to itself. */
function looksBy(client: MongoClient): Looking | null {
  const { topology } = client as unknown as {
    readonly topology: {
      readonly s: {
        readonly servers: Map<string, { readonly monitor: { readonly connection: Looking | null } }>;
      };
    };
  };
  const [server] = topology.s.servers.values();
  return server?.monitor.connection ?? null;
}
