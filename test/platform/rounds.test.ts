import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startRounds } from '../../src/platform/rounds.ts';
import { HandClock } from '../world/clock.ts';

function heard() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, resolve };
}

describe('rounds', () => {
  it('come again after each pause, numbered, until they are stopped', async () => {
    const clock = new HandClock();
    const seen: number[] = [];
    let next = heard();
    const rounds = startRounds({
      clock,
      everyMs: 1_000,
      round: async (sequence) => {
        seen.push(sequence);
        next.resolve();
        return `${sequence}`;
      },
      failed: (error) => assert.fail(String(error)),
    });
    await next.promise;
    next = heard();
    // The pause begins a turn of the loop after the round has ended.
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
    await next.promise;
    await rounds.stop();
    assert.deepEqual(seen, [1, 2]);
    assert.deepEqual(rounds.facts(), { measuredAt: '2', problem: null });
  });

  it('go on after one that failed, which is told and shows until one works', async () => {
    const clock = new HandClock();
    const told: unknown[] = [];
    const worked = heard();
    const rounds = startRounds({
      clock,
      everyMs: 1_000,
      round: async (sequence) => {
        if (sequence === 1) throw new Error('the disk is full');
        worked.resolve();
        return 'now';
      },
      failed: (error) => told.push(error),
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(rounds.facts(), { measuredAt: null, problem: 'the disk is full' });
    clock.advance(1_000);
    await worked.promise;
    await rounds.stop();
    assert.equal(told.length, 1);
    assert.deepEqual(rounds.facts(), { measuredAt: 'now', problem: null });
  });
});
