import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryEventPublisher } from '../../src/adapters/memory/event-publisher.ts';
import { startRelay } from '../../src/workers/relay/relay.ts';
import { keepingLogger } from '../gateway/serve.ts';
import { faultyTopic } from '../world/faulty-topic.ts';
import { openWorld } from '../world/needs.ts';
import { eventually } from '../world/processes.ts';

describe('a relay with a publisher', { timeout: 60_000 }, () => {
  it('publishes what happens, says so while it cannot, and carries the audit log all the same', async (t) => {
    const world = await openWorld();
    t.after(() => world.close());
    const { outbox } = world.needs;
    const topic = faultyTopic();
    topic.fail('refused', 1);
    const publishing = { publisher: memoryEventPublisher(topic, '/ghost/test'), random: () => 0 };
    const relay = startRelay(world.needs, {
      ...{ owner: 'relay-1', leaseTtlMs: 60_000, publishing, logger: keepingLogger([]) },
    });
    t.after(() => relay.stop());
    await world.workspace('app');
    await eventually('it says that it cannot', () =>
      /not published.*takes nothing/.test(`${relay.facts().problem}`),
    );
    await eventually('the audit log has everything', async () => {
      return (await outbox.cursor('audit-log')) === (await outbox.newest());
    });
    assert.equal(await outbox.cursor('publisher'), 1);
    topic.recover();
    await eventually('all is published', async () => {
      return (await outbox.cursor('publisher')) === (await outbox.newest()) && relay.facts().problem === null;
    });
    assert.deepEqual(
      topic.events.map(({ type, partitionkey }) => `${type} ${partitionkey}`),
      ['dev.ghost.lease.taken.v1 system', 'dev.ghost.workspace.added.v1 app'],
    );
    await relay.stop();
    assert.equal(relay.facts().doing, 'stopped');
  });
});
