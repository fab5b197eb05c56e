import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import {
  MongoClient,
  type ServerClosedEvent,
  type ServerHeartbeatStartedEvent,
  type ServerHeartbeatSucceededEvent,
} from 'mongodb';
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

it('a driver that leaves out a server which it looked at stays as it is', async (t) => {
  const [leaving, hung] = [watched(t), watched(t)];
  for (const { client } of [leaving, hung]) {
    client.emit('serverHeartbeatStarted', { connectionId: 'a:1' } as ServerHeartbeatStartedEvent);
    client.emit('serverHeartbeatSucceeded', {
      ...{ connectionId: 'a:1', awaited: true },
    } as ServerHeartbeatSucceededEvent);
  }
  leaving.client.emit('serverClosed', { address: 'a:1' } as ServerClosedEvent);
  await eventually('the other one connects anew', () => hung.closed() > 0);
  assert.equal(leaving.closed(), 0);
});

/** One that is never connected: what the driver tells of real members is told here by hand. */
function watched(t: TestContext) {
  const client = new MongoClient('mongodb://127.0.0.1:1', { serverSelectionTimeoutMS: 1 });
  let closed = 0;
  client.close = async () => {
    closed += 1;
  };
  t.after(reviveHungClient(client, systemClock, 50));
  return { client, closed: () => closed };
}

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
