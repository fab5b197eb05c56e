import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventPublisherSuite } from '../../conformance/event-publisher.ts';
import { type FaultyBroker, startFaultyBroker } from '../../world/faulty-broker.ts';
import { KAFKA_MISSING } from '../../world/servers/kafka.ts';
import { firstSeen } from '../../world/topic.ts';
import { events, positionsByKey, publisherTo } from './given.ts';
import { publishAll, publishInWeather } from './weather.ts';

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

  for (const seed of [2, 20_261_123])
    it(`gets everything in order from two publishers at once, in any weather (seed ${seed})`, async () => {
      const { failedCalls } = await publishInWeather(broker, { seed, events: 400, kills: 'none' });
      assert.ok(failedCalls > 0);
    });

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
