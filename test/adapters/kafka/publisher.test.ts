import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventPublisherSuite } from '../../conformance/event-publisher.ts';
import { type GuardedBroker, startGuardedBroker } from '../../world/guarded-broker.ts';
import { KAFKA_MISSING } from '../../world/servers/kafka.ts';
import { faultSuite } from './faults.ts';
import { publisherTo } from './given.ts';
import { publishInWeather } from './weather.ts';

describe('a topic of Kafka, behind a network that fails', { skip: KAFKA_MISSING, timeout: 300_000 }, () => {
  let broker: GuardedBroker;
  before(async () => {
    broker = await startGuardedBroker();
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

  for (const seed of [2])
    it(`gets everything in order from two publishers at once, in any weather (seed ${seed})`, async () => {
      const { failedCalls } = await publishInWeather(broker, { seed, events: 400, kills: 'none' });
      assert.ok(failedCalls > 0);
    });

  faultSuite(() => {
    broker.recover();
    return broker;
  });
});
