import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryEventPublisher } from '../../src/adapters/memory/event-publisher.ts';
import type { Needs } from '../../src/app/needs.ts';
import { fail } from '../../src/core/errors.ts';
import type { EventPublisher } from '../../src/ports/event-publisher.ts';
import { startRelay } from '../../src/workers/relay/relay.ts';
import { keepingLogger } from '../gateway/serve.ts';
import { HandClock } from '../world/clock.ts';
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
    const { problem, publishing: facts } = relay.facts();
    assert.match(`${problem}`, /^events are not published since \d{4}-.*Z: /);
    assert.ok(facts?.failingSince && facts.waitingSince && facts.behind > 0, JSON.stringify(facts));
    topic.recover();
    await eventually('all is published', async () => {
      return (await outbox.cursor('publisher')) === (await outbox.newest()) && relay.facts().problem === null;
    });
    assert.deepEqual(
      topic.events.map(({ type, partitionkey }) => `${type} ${partitionkey}`),
      ['dev.ghost.lease.taken.v1 system', 'dev.ghost.workspace.added.v1 app'],
    );
    const { behind, waitingSince, failingSince } = relay.facts().publishing ?? {};
    assert.deepEqual([behind, waitingSince, failingSince], [0, null, null]);
    await relay.stop();
    assert.equal(relay.facts().doing, 'stopped');
    assert.equal(relay.facts().publishing, null, 'whoever publishes now tells of it');
  });
});

describe('a relay whose audit log cannot be written on', { timeout: 60_000 }, () => {
  it('says so, publishes all the same, and keeps its lease instead of taking it again each second', async (t) => {
    const world = await openWorld();
    t.after(() => world.close());
    const open = () => Promise.reject(fail('audit_log_held', { path: 'audit.log', afterMs: 0 }));
    const needs = { ...world.needs, auditLog: { ...world.needs.auditLog, open } };
    const topic = faultyTopic();
    const relay = startRelay(needs, {
      ...{ owner: 'relay-1', leaseTtlMs: 60_000, logger: keepingLogger([]) },
      publishing: { publisher: memoryEventPublisher(topic, '/ghost/test'), random: () => 0 },
    });
    t.after(() => relay.stop());
    await eventually('it says so', () => relay.facts().problem !== null);
    await world.workspace('app');
    await eventually('what happens is published', () => topic.events.length === 2);
    assert.equal(relay.facts().doing, 'projecting');
    assert.equal((await world.needs.leaser.find('relay'))?.token, 1);
  });
});

class WatchedClock extends HandClock {
  readonly pauses: number[] = [];

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.pauses.push(ms);
    return super.sleep(ms, signal);
  }
}

describe('a relay that loses its lease', { timeout: 60_000 }, () => {
  it('gives up what it is publishing, so that it does not wait for a broker that is gone', async (t) => {
    const world = await openWorld();
    t.after(() => world.close());
    const waiting = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const publisher: EventPublisher = {
      publish: async () => {
        waiting.resolve();
        await closed.promise;
        return { kind: 'part', acknowledged: 0, problem: 'it was ended' };
      },
      close: async () => closed.resolve(),
    };
    const relay = startRelay(world.needs, {
      ...{ owner: 'relay-1', leaseTtlMs: 60_000, logger: keepingLogger([]) },
      publishing: { publisher, random: () => 0 },
    });
    await waiting.promise;
    await relay.stop();
    assert.deepEqual(relay.facts(), { doing: 'stopped', problem: null, publishing: null, webhooks: null });
  });
});

describe('a relay', { timeout: 60_000 }, () => {
  it('carries in one round all that is told within 50 ms of the one before, and looks by itself after a second', async (t) => {
    const clock = new WatchedClock();
    const world = await openWorld({ clock });
    t.after(() => world.close());
    let rounds = 0;
    const auditLog: Needs['auditLog'] = {
      ...world.needs.auditLog,
      open: (written) => {
        rounds += 1;
        return world.needs.auditLog.open(written);
      },
    };
    const relay = startRelay(
      { ...world.needs, auditLog },
      { owner: 'relay-1', leaseTtlMs: 600_000, logger: keepingLogger([]) },
    );
    t.after(() => relay.stop());
    const { outbox, wakeUps } = world.needs;
    const paused = (ms: number, times: number) =>
      eventually(
        `pause ${times} of ${ms} ms`,
        () => clock.pauses.filter((one) => one === ms).length === times,
      );
    await paused(50, 1);
    assert.equal(rounds, 1);
    for (const name of ['a', 'b', 'c']) {
      await world.workspace(name);
      await wakeUps.notify('outbox');
    }
    assert.equal(rounds, 1);
    clock.advance(50);
    await paused(50, 2);
    assert.equal(rounds, 2);
    assert.equal(await outbox.cursor('audit-log'), await outbox.newest());

    clock.advance(50);
    await paused(1_000, 2);
    assert.equal(rounds, 2, 'nothing was told');
    await world.workspace('d');
    clock.advance(1_000);
    await paused(50, 3);
    assert.equal(rounds, 3, 'the hint was lost');
    assert.equal(await outbox.cursor('audit-log'), await outbox.newest());
  });
});
