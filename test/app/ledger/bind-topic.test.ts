import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryLedger } from '../../../src/adapters/memory/ledger.ts';
import { bindingOf, bindTopic } from '../../../src/app/ledger/bind-topic.ts';
import type { FoundTopic } from '../../../src/ports/event-publisher.ts';
import { HandClock } from '../../world/clock.ts';

const FOUND: FoundTopic = { cluster: 'c', topic: 'events', id: 'one', partitions: 3 };

function scene() {
  const clock = new HandClock();
  const needs = { ...memoryLedger({ clock }), clock };
  const bind = (more: Partial<FoundTopic> = {}) => bindTopic(needs, { ...FOUND, ...more }, 'relay');
  const entries = () => needs.chains.entriesAbout('topic:events');
  return { needs, bind, entries };
}

describe('a topic', () => {
  it('keeps the number of partitions that it had at first, with an entry that says so', async () => {
    const { needs, bind, entries } = scene();
    assert.equal(await bindingOf(needs, FOUND), null);
    assert.equal(await bind(), 3);
    assert.equal(await bind({ partitions: 12 }), 3);
    const [entry, ...more] = await entries();
    assert.deepEqual([entry?.type, entry?.actor, more], ['topic.bound', 'relay', []]);
    assert.deepEqual(entry?.data, { cluster: 'c', id: 'one', partitions: 3, after: 0 });
  });

  it('is another one when it was made anew, or stands in another cluster', async () => {
    const { bind, entries, needs } = scene();
    await bind();
    await needs.outbox.moveCursor('publisher', 1);
    assert.equal(await bind({ id: 'two', partitions: 6 }), 6);
    assert.equal(await bind({ cluster: 'd', partitions: 9 }), 9);
    assert.equal(await bind(), 3);
    const after = (await entries()).map(({ data }) => (data as { after: number }).after);
    assert.deepEqual(after, [0, 1, 1]);
  });

  it('that has fewer partitions than before is another one, also where brokers give no ids', async () => {
    const { bind } = scene();
    assert.equal(await bind({ id: null, partitions: 6 }), 6);
    assert.equal(await bind({ id: null, partitions: 2 }), 2);
    assert.equal(await bind({ id: null, partitions: 8 }), 2);
  });

  it('is bound once, whoever comes first', async () => {
    const { bind } = scene();
    const [one, other] = await Promise.all([bind({ partitions: 4 }), bind({ partitions: 5 })]);
    assert.deepEqual([one, other], [4, 4]);
  });
});
