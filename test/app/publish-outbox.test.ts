import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryEventPublisher } from '../../src/adapters/memory/event-publisher.ts';
import { memoryLedger } from '../../src/adapters/memory/ledger.ts';
import { publishOutbox } from '../../src/app/publish-outbox.ts';
import type { EventPublisher } from '../../src/ports/event-publisher.ts';
import { pick, seeded } from '../conformance/random.ts';
import { HandClock } from '../world/clock.ts';
import { faultyTopic } from '../world/faulty-topic.ts';

const SYSTEM = { chain: 'system', at: 1, actor: 'ada', type: 'token.issued', subject: 't_1', data: null };
const READER = 'publisher';

/** An outbox of `count` events, and a topic that takes them. */
async function scene(count: number) {
  const clock = new HandClock();
  const { chains, outbox } = memoryLedger({ clock });
  const tell = async (more: number) => {
    for (let n = 0; n < more; n++) await chains.append({ ...SYSTEM, data: n });
  };
  await tell(count);
  const topic = faultyTopic();
  const publisher = memoryEventPublisher(topic, '/ghost/test');
  const slept: number[] = [];
  const needs = {
    outbox,
    clock: { ...clockOf(clock), sleep: async (ms: number) => void slept.push(ms) },
  };
  const publish = (by: EventPublisher = publisher, signal = new AbortController().signal) =>
    publishOutbox(needs, { publisher: by, random: () => 0.999 }, signal);
  const told = () => topic.events.map(({ sequence }) => Number(sequence));
  return { outbox, topic, publisher, slept, publish, told, tell };
}

const clockOf = (clock: HandClock) => ({ now: () => clock.now(), monotonic: () => clock.monotonic() });
const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, n) => from + n);

describe('publishing the outbox', () => {
  it('tells everything after the cursor once, in order, and comes back for what is new', async () => {
    const { outbox, publish, told, tell } = await scene(1_100);
    assert.equal(await publish(), null);
    assert.deepEqual([told(), await outbox.cursor(READER)], [upTo(1_100), 1_100]);
    assert.equal(await publish(), null);
    assert.equal(told().length, 1_100);
    await tell(3);
    assert.equal(await publish(), null);
    assert.deepEqual([told(), await outbox.cursor(READER)], [upTo(1_103), 1_103]);
  });

  it('moves its cursor past what was acknowledged, and nothing else', async () => {
    const { outbox, topic, publish, told, slept } = await scene(20);
    topic.fail('unacknowledged', 7);
    assert.match((await publish()) ?? '', /does not answer/);
    assert.equal(await outbox.cursor(READER), 7);
    topic.recover();
    assert.equal(await publish(), null);
    assert.deepEqual([await outbox.cursor(READER), told().slice(-13)], [20, upTo(20, 8)]);
    assert.deepEqual(new Set(told()), new Set(upTo(20)));
    assert.ok(slept.length > 0);
  });

  it('waits longer after each failure, and gives up after some without a step forward', async () => {
    const { topic, publish, slept, outbox } = await scene(5);
    topic.fail('refused', 0);
    assert.match((await publish()) ?? '', /takes nothing/);
    assert.deepEqual(slept, [199, 399, 799, 1_598, 3_196, 6_393, 9_990, 9_990]);
    assert.equal(await outbox.cursor(READER), 0);
  });

  it('does not give up while it comes forward', async () => {
    const { publish, publisher, told } = await scene(40);
    const one: EventPublisher = {
      close: () => publisher.close(),
      publish: async ([first, ...rest]) => {
        if (first) await publisher.publish([first]);
        return rest.length === 0 ? { kind: 'all' } : { kind: 'part', acknowledged: 1, problem: 'slow' };
      },
    };
    assert.equal(await publish(one), null);
    assert.deepEqual(told(), upTo(40));
  });

  it('ends when it is told to', async () => {
    const { publish, publisher, topic, told } = await scene(5);
    topic.fail('refused', 2);
    const stop = new AbortController();
    const stopping: EventPublisher = {
      close: () => publisher.close(),
      publish: (events) => {
        stop.abort();
        return publisher.publish(events);
      },
    };
    assert.equal(await publish(stopping, stop.signal), null);
    assert.deepEqual(told(), [1, 2]);
  });

  for (const seed of [3, 20_261_122]) {
    it(`loses and reorders nothing when it dies at any moment (seed ${seed})`, async () => {
      const { outbox, topic, publish, publisher, told, tell } = await scene(0);
      const random = seeded(seed);
      for (let round = 0; round < 60; round++) {
        await tell(Math.floor(random() * 5));
        if (random() < 0.5) topic.fail(pick(['refused', 'unacknowledged'], random), Math.floor(random() * 4));
        else topic.recover();
        // A process that dies after it published and before its cursor moved.
        if (random() < 0.3) await publisher.publish(await outbox.after(await outbox.cursor(READER), 5));
        else await publish();
      }
      topic.recover();
      assert.equal(await publish(), null);
      const first = [...new Set(topic.events.map(({ id }) => id))];
      assert.deepEqual(
        first.map((id) => Number(id.split('-')[0])),
        upTo(await outbox.newest()),
      );
      assert.ok(told().length > first.length, 'some came again');
    });
  }
});
