import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { freshnessOf } from '../../../src/core/health/freshness.ts';
import { HEALTHS, type Health, type Heartbeat } from '../../../src/core/health/heartbeat.ts';
import {
  type ComponentReading,
  type Probe,
  rollUp,
  rollUpComponent,
  worstOf,
} from '../../../src/core/health/roll-up.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

function beat(instance: string, agoMs: number, status: Health = 'healthy') {
  const at = new Date(NOW - agoMs).toISOString();
  const heartbeat: Heartbeat = {
    component: 'gateway',
    instance,
    pid: 7,
    startedAt: at,
    at,
    sequence: 3,
    status,
    staleAfterMs: 8_000,
    details: null,
  };
  return { heartbeat, freshness: freshnessOf(heartbeat, NOW) };
}

const ANSWERED: Probe = { kind: 'answered', latencyMs: 2 };

function gateway(reading: Partial<ComponentReading>) {
  const nothing = { component: 'gateway', expected: true, beats: true, instances: [], probe: ANSWERED };
  return rollUpComponent({ ...nothing, ...reading });
}

describe('rolling health up', () => {
  it('takes the worst, and of nothing says that it is unknown', () => {
    assert.equal(worstOf([]), 'unknown');
    assert.equal(worstOf(['healthy']), 'healthy');
    assert.equal(worstOf(['healthy', 'degraded']), 'degraded');
    assert.equal(worstOf(['degraded', 'unknown', 'healthy']), 'unknown');
    assert.equal(worstOf(['unknown', 'unhealthy', 'degraded']), 'unhealthy');
  });

  it('never makes a group healthier than any of its members, whatever the order', () => {
    for (const a of HEALTHS) {
      for (const b of HEALTHS) {
        assert.equal(worstOf([a, b]), worstOf([b, a]));
        if (worstOf([a, b]) === 'healthy') assert.deepEqual([a, b], ['healthy', 'healthy']);
      }
    }
  });

  it('needs both the heartbeat and the answer of a component that has both', () => {
    assert.equal(gateway({ instances: [beat('a', 100)] }).health, 'healthy');
    const silent = gateway({
      instances: [beat('a', 100)],
      probe: { kind: 'failed', problem: 'ECONNREFUSED' },
    });
    assert.deepEqual([silent.health, silent.reason], ['unhealthy', 'did not answer well: ECONNREFUSED']);
    const missed = gateway({ instances: [beat('a', 100)], probe: { kind: 'missed', problem: 'no address' } });
    assert.deepEqual([missed.health, missed.reason], ['unknown', 'was not asked: no address']);
    const absent = gateway({});
    assert.deepEqual(
      [absent.health, absent.ageMs, absent.reason],
      ['unknown', null, 'there is no heartbeat of it'],
    );
  });

  it('counts a stale heartbeat as unknown, whatever it says', () => {
    const stale = gateway({ instances: [beat('a', 8_001)] });
    assert.equal(stale.health, 'unknown');
    assert.match(stale.reason, /^a: silent for 8001 ms/);
    assert.equal(gateway({ instances: [beat('a', 8_000)] }).health, 'healthy', 'up to the limit it counts');
  });

  it('repeats the problem that a component tells, as the inbox does of files that stay', () => {
    const { heartbeat, freshness } = beat('a', 0, 'degraded');
    const told = { ...heartbeat, details: { problem: 'app: x.diff cannot be read' } };
    assert.equal(
      gateway({ instances: [{ heartbeat: told, freshness }] }).reason,
      'a: app: x.diff cannot be read',
    );
  });

  it('repeats what a component says of itself', () => {
    assert.equal(gateway({ instances: [beat('a', 0, 'degraded')] }).health, 'degraded');
    assert.equal(gateway({ instances: [beat('a', 0), beat('b', 0, 'unhealthy')] }).health, 'unhealthy');
  });

  it('lets a silent instance weigh until a restart would be over, and after that only beside a fresh one', () => {
    const waiting = gateway({ instances: [beat('old', 60_000), beat('new', 0)] });
    assert.equal(waiting.health, 'unknown');
    const departed = gateway({ instances: [beat('old', 60_001), beat('new', 0)] });
    assert.equal(departed.health, 'healthy');
    assert.deepEqual(
      departed.instances.map(({ instance, weighs }) => [instance, weighs]),
      [
        ['old', false],
        ['new', true],
      ],
    );
    assert.equal(gateway({ instances: [beat('old', 900_000)] }).health, 'unknown', 'alone it always weighs');
  });

  it('asks nothing of a component that owes nothing but an answer', () => {
    const ledger = { component: 'ledger', beats: false, instances: [] };
    assert.equal(gateway({ ...ledger, probe: ANSWERED }).health, 'healthy');
    assert.equal(gateway({ ...ledger, probe: { kind: 'none' } }).health, 'unknown', 'nothing was measured');
  });

  it('takes the worst of what is expected, and of strangers only while they speak', () => {
    const well = gateway({ instances: [beat('a', 0)] });
    const lost = gateway({});
    assert.equal(rollUp([]), 'unknown');
    assert.equal(rollUp([well]), 'healthy');
    assert.equal(rollUp([well, lost]), 'unknown');
    assert.equal(rollUp([well, { ...lost, expected: false }]), 'healthy');
    const ill = gateway({ expected: false, instances: [beat('x', 0, 'unhealthy')] });
    assert.equal(rollUp([well, ill]), 'unhealthy');
  });
});
