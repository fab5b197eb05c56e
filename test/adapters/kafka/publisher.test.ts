import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LedgerEvent } from '../../../src/core/ledger/event.ts';
import type { EventPublisher } from '../../../src/ports/event-publisher.ts';
import { eventPublisherSuite } from '../../conformance/event-publisher.ts';
import { pick, seeded } from '../../conformance/random.ts';
import { type FaultyBroker, startFaultyBroker } from '../../world/faulty-broker.ts';
import { KAFKA_MISSING } from '../../world/servers/kafka.ts';
import { firstSeen } from '../../world/topic.ts';
import { events, positionsByKey, publisherTo } from './given.ts';

describe('a topic of Kafka, behind a network that fails', { skip: KAFKA_MISSING, timeout: 300_000 }, () => {
  let broker: FaultyBroker;
  before(async () => {
    broker = await startFaultyBroker();
  });
  after(() => broker.close());

  eventPublisherSuite('kafka', async (t) => {
    broker.recover();
    const topic = await broker.topics.make();
    const publisher = publisherTo(broker.settingsFor(topic));
    t.after(() => publisher.close());
    await broker.warmUp(publisher);
    return {
      publisher,
      received: async (key) => {
        broker.recover();
        return (await broker.topics.read(topic)).filter((one) => one.key === key).map(({ event }) => event);
      },
      fail: broker.fail,
      recover: broker.recover,
    };
  });

  for (const seed of [2, 20_261_123]) {
    it(`gets everything in order from two publishers at once, in any weather (seed ${seed})`, async (t) => {
      const given = events(400);
      const topic = await broker.topics.make();
      const publishers = [0, 1].map(() => publisherTo(broker.settingsFor(topic)));
      t.after(() => Promise.all(publishers.map((publisher) => publisher.close())));
      const random = seeded(seed);
      const changing = new AbortController();
      const weather = changeWeather(broker, random, changing.signal);
      const faults = await Promise.all(publishers.map((publisher) => publishAll(publisher, given, random)));
      changing.abort();
      await weather;
      assert.ok(Math.min(...faults) > 3, `faults: ${faults}`);
      assert.deepEqual(firstSeen(await broker.topics.read(topic)), positionsByKey(given));
    });
  }

  it('has everything once its broker is back from a kill', async (t) => {
    const given = events(200);
    const topic = await broker.topics.make();
    const publisher = publisherTo(broker.settingsFor(topic));
    t.after(() => publisher.close());
    assert.deepEqual(await publisher.publish(given.slice(0, 100)), { kind: 'all' });
    const [answer] = await Promise.all([publisher.publish(given.slice(100)), broker.server.kill()]);
    const arrived = answer.kind === 'all' ? 200 : 100 + answer.acknowledged;
    const gone = await publisher.publish(given.slice(arrived));
    assert.ok(gone.kind === 'part' && gone.acknowledged === 0, JSON.stringify(gone));
    assert.match(gone.problem, /^no broker of .* can be reached: ECONN|ended the connection/);
    await broker.server.restart();
    await publishAll(publisher, given.slice(arrived), () => 0.5);
    assert.deepEqual(firstSeen(await broker.topics.read(topic)), positionsByKey(given));
  });
});

/** Publishes until all is acknowledged, in batches of any size; tells how often something went wrong. */
async function publishAll(
  publisher: EventPublisher,
  given: readonly LedgerEvent[],
  random: () => number,
): Promise<number> {
  let faults = 0;
  for (let at = 0; at < given.length; ) {
    const batch = given.slice(at, at + 1 + Math.floor(random() * 25));
    const answer = await publisher.publish(batch);
    if (answer.kind === 'part') faults += 1;
    at += answer.kind === 'all' ? batch.length : answer.acknowledged;
    // A refused connection fails within the same turn of the loop: the weather has to get its own.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return faults;
}

async function changeWeather(broker: FaultyBroker, random: () => number, signal: AbortSignal): Promise<void> {
  const { network } = broker;
  const weathers = [
    () => broker.recover(),
    () => broker.fail('refused'),
    () => broker.fail('unacknowledged'),
    () => network.weather({ kind: 'slow', delayMs: 10 + Math.floor(random() * 40) }),
    () => network.cutAfter(Math.floor(random() * 3_000)),
    () => network.reset(),
  ];
  while (!signal.aborted) {
    pick(weathers, random)();
    await new Promise((resolve) => setTimeout(resolve, 20 + random() * 150));
    broker.recover();
    await new Promise((resolve) => setTimeout(resolve, 20 + random() * 150));
  }
  broker.recover();
}
