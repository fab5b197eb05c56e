import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fullJitter } from '../../src/platform/backoff.ts';
import {
  planRestart,
  type RestartHistory,
  type RestartPolicy,
  withStart,
} from '../../src/platform/restart-budget.ts';

const POLICY: RestartPolicy = {
  starts: 3,
  withinMs: 1_000,
  backoff: { baseMs: 100, capMs: 300 },
  degradedRetryMs: 5_000,
};
const NEVER: RestartHistory = { startedAt: [], degraded: false };
/** The most that full jitter can answer. */
const most = () => 0.999_999;

describe('the restart budget', () => {
  it('waits longer with each start, up to the cap', () => {
    assert.deepEqual(
      [1, 2, 3, 9].map((n) => fullJitter(POLICY.backoff, n, most)),
      [99, 199, 299, 299],
    );
    assert.equal(
      fullJitter(POLICY.backoff, 3, () => 0),
      0,
      'jitter is full: it goes down to nothing',
    );
  });

  it('is spent by the given number of starts within the window', () => {
    let history = NEVER;
    const waits = [0, 10, 20].map((now) => {
      history = withStart(history, now);
      const planned = planRestart(POLICY, history, { now: now + 5, random: most });
      history = planned.history;
      return planned.waitMs;
    });
    assert.deepEqual(waits, [99, 199, 5_000]);
    assert.equal(history.degraded, true);
  });

  it('stays spent while runs are short, and is whole again after one that lasted', () => {
    const spent: RestartHistory = { startedAt: [10_000], degraded: true };
    const short = planRestart(POLICY, spent, { now: 10_500, random: most });
    assert.deepEqual([short.waitMs, short.history.degraded], [5_000, true]);
    const long = planRestart(POLICY, spent, { now: 11_000, random: most });
    assert.deepEqual([long.waitMs, long.history.degraded], [99, false]);
  });

  it('forgets starts that are older than the window', () => {
    const history: RestartHistory = { startedAt: [0, 10, 1_500], degraded: false };
    const { history: after } = planRestart(POLICY, history, { now: 1_600, random: most });
    assert.deepEqual(after.startedAt, [1_500]);
  });
});
