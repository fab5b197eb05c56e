import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { CloudEvent } from '../../src/core/ledger/cloud-event.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import type { EventPublisher } from '../../src/ports/event-publisher.ts';
import { pick, seeded } from './random.ts';

/** A publisher whose topic nobody else writes to, for one test. */
interface PublisherSubject {
  readonly publisher: EventPublisher;
  /** All that readers of one partition key have seen, in their order, repetitions included. */
  received(key: string): Promise<readonly CloudEvent[]>;
  /** What becomes of the events after the next `after` ones, until `recover`. */
  fail(how: Failure, after: number): void;
  recover(): void;
}

/** `refused`: it does not arrive. `unacknowledged`: it does, and nobody says so. */
export type Failure = 'refused' | 'unacknowledged';

type OpenPublisher = (test: TestContext) => Promise<PublisherSubject>;

const WORKSPACES = ['app', 'lib', null] as const;

/** What src/ports/event-publisher.ts promises, sentence by sentence. */
export function eventPublisherSuite(name: string, open: OpenPublisher): void {
  describe(`the event publisher of ${name}`, () => {
    it('tells all events of a workspace in their order, and those of none under `system`', async (t) => {
      const subject = await open(t);
      const events = given(30);
      assert.deepEqual(await subject.publisher.publish(events.slice(0, 10)), { kind: 'all' });
      assert.deepEqual(await subject.publisher.publish([]), { kind: 'all' });
      assert.deepEqual(await subject.publisher.publish(events.slice(10)), { kind: 'all' });
      for (const workspace of WORKSPACES) {
        const theirs = events.filter((event) => event.workspace === workspace);
        const seen = await subject.received(workspace ?? 'system');
        assert.deepEqual(
          seen.map(({ sequence }) => Number(sequence)),
          theirs.map(({ position }) => position),
        );
      }
    });

    it('writes CloudEvents 1.0 that say all that the event says', async (t) => {
      const subject = await open(t);
      const [event] = given(1);
      assert.ok(event);
      await subject.publisher.publish([event]);
      const [seen] = await subject.received('app');
      assert.ok(seen);
      const { id, source, ...rest } = seen;
      assert.ok(id !== '' && source !== '');
      assert.deepEqual(rest, {
        ...{ specversion: '1.0', type: 'dev.ghost.patch.landed.v1', subject: 'p_1', partitionkey: 'app' },
        ...{ time: '2026-11-22T10:00:00.001Z', datacontenttype: 'application/json' },
        ...{ data: { actor: 'ada', workspace: 'app', data: { n: 1, text: 'ä\u0000"' } } },
        sequence: '0000000000000001',
      });
    });

    for (const how of ['refused', 'unacknowledged'] as const) {
      it(`answers how far it came when the next is ${how}, and goes on from there`, async (t) => {
        const subject = await open(t);
        const events = given(12);
        subject.fail(how, 5);
        const answer = await subject.publisher.publish(events);
        assert.ok(answer.kind === 'part');
        assert.ok(answer.acknowledged <= 5, `${answer.acknowledged}`);
        assert.notEqual(answer.problem, '');
        subject.recover();
        const rest = events.slice(answer.acknowledged);
        assert.deepEqual(await subject.publisher.publish(rest), { kind: 'all' });
        await assertTold(subject, events);
      });
    }

    it('sends nothing of a workspace before all earlier ones were acknowledged', async (t) => {
      const subject = await open(t);
      subject.fail('refused', 0);
      const answer = await subject.publisher.publish(given(9));
      assert.equal(answer.kind === 'part' && answer.acknowledged, 0);
      subject.recover();
      for (const workspace of WORKSPACES) assert.deepEqual(await subject.received(workspace ?? 'system'), []);
    });

    for (const seed of [1, 20_261_122]) {
      it(`tells everything at least once and in order through faults at random (seed ${seed})`, async (t) => {
        const subject = await open(t);
        const events = given(200);
        const faults = await publishThroughFaults(subject, events, seeded(seed));
        assert.ok(faults > 10, `${faults} faults`);
        await assertTold(subject, events);
      });
    }

    it('is closed twice without harm', async (t) => {
      const { publisher } = await open(t);
      await publisher.close();
      await publisher.close();
    });
  });
}

/** Publishes until all is acknowledged, in batches of any size; tells how many of them went wrong. */
async function publishThroughFaults(
  subject: PublisherSubject,
  events: readonly LedgerEvent[],
  random: () => number,
): Promise<number> {
  let faults = 0;
  for (let at = 0; at < events.length; ) {
    if (random() < 0.7) subject.fail(pick(['refused', 'unacknowledged'], random), Math.floor(random() * 9));
    else subject.recover();
    const batch = events.slice(at, at + 1 + Math.floor(random() * 20));
    const answer = await subject.publisher.publish(batch);
    if (answer.kind === 'part') faults += 1;
    at += answer.kind === 'all' ? batch.length : answer.acknowledged;
  }
  return faults;
}

/** Everything arrived; told apart by their ids, the events of each key came in order; repetitions are the same. */
async function assertTold(subject: PublisherSubject, events: readonly LedgerEvent[]): Promise<void> {
  for (const workspace of WORKSPACES) {
    const seen = await subject.received(workspace ?? 'system');
    const first = new Map<string, CloudEvent>();
    for (const event of seen) {
      assert.deepEqual(first.get(event.id) ?? event, event);
      if (!first.has(event.id)) first.set(event.id, event);
    }
    assert.deepEqual(
      [...first.values()].map(({ sequence }) => Number(sequence)),
      events.filter((event) => event.workspace === workspace).map(({ position }) => position),
    );
  }
}

/** Events of three keys in turn, positions from 1. */
function given(count: number): readonly LedgerEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    position: index + 1,
    type: 'patch.landed',
    at: Date.parse('2026-11-22T10:00:00Z') + index + 1,
    workspace: WORKSPACES[index % WORKSPACES.length] ?? null,
    subject: `p_${index + 1}`,
    actor: 'ada',
    data: { n: index + 1, text: 'ä\u0000"' },
  }));
}
