import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryRateCounters } from '../../src/adapters/memory/rate-counters.ts';
import { guardCounters } from '../../src/app/guard-counters.ts';
import { fail } from '../../src/core/errors.ts';
import type { RateCounters } from '../../src/ports/rate-counters.ts';
import { HandClock } from '../world/clock.ts';

const KEY = { namespace: 'requests', name: 'ada' };
const MINUTE_MS = 60_000;

describe('guarded counters', () => {
  it('count with everybody, and say nothing', async () => {
    const { one, other } = given();
    assert.equal((await one.counters.hit(KEY, MINUTE_MS)).count, 1);
    assert.deepEqual(await other.counters.hit(KEY, MINUTE_MS), { count: 2, leftMs: MINUTE_MS });
    await other.counters.unhit(KEY);
    assert.equal((await one.counters.hit(KEY, MINUTE_MS)).count, 2);
    await one.counters.reset(KEY);
    assert.equal((await other.counters.hit(KEY, MINUTE_MS)).count, 1);
    assert.deepEqual([one.problem(), other.problem()], [null, null]);
  });

  it('go on with what this process has counted while the store is gone, and tell why', async () => {
    const { store, one, other } = given();
    for (const guarded of [one, other, one]) await guarded.counters.hit(KEY, MINUTE_MS);
    store.isGone = true;
    assert.equal((await one.counters.hit(KEY, MINUTE_MS)).count, 3);
    assert.equal((await other.counters.hit(KEY, MINUTE_MS)).count, 2);
    assert.match(one.problem() ?? '', /this process alone.*the wire is cut/);
    await one.counters.unhit(KEY);
    assert.equal((await one.counters.hit(KEY, MINUTE_MS)).count, 3);
    await one.counters.reset(KEY);
    assert.equal((await one.counters.hit(KEY, MINUTE_MS)).count, 1);
  });

  it('leave a store that failed alone for a second, and count together again when it is back', async () => {
    const { store, one, clock } = given();
    store.isGone = true;
    await one.counters.hit(KEY, MINUTE_MS);
    const asked = store.asked;
    await one.counters.hit(KEY, MINUTE_MS);
    assert.equal(store.asked, asked);
    store.isGone = false;
    clock.advance(1_000);
    assert.equal((await one.counters.hit(KEY, MINUTE_MS)).count, 1, 'the first that the store has seen');
    assert.equal(one.problem(), null);
  });

  it('have one request wait for a store that says nothing, and no other beside it', async () => {
    const { store, one, clock } = given();
    store.isGone = true;
    await one.counters.hit(KEY, MINUTE_MS);
    clock.advance(1_000);
    const { promise, resolve } = Promise.withResolvers<void>();
    store.isGone = false;
    store.silence = promise;
    const waiting = one.counters.hit(KEY, MINUTE_MS);
    assert.equal((await one.counters.hit(KEY, MINUTE_MS)).count, 3, 'what it has counted itself');
    resolve();
    assert.equal((await waiting).count, 1, 'the first that the store has seen');
  });

  it('find out that the store is back when they are asked how they are', async () => {
    const { store, one, clock } = given();
    store.isGone = true;
    await one.counters.hit(KEY, MINUTE_MS);
    store.isGone = false;
    clock.advance(1_000);
    assert.ok(one.problem());
    await new Promise(setImmediate);
    assert.equal(one.problem(), null);
  });
});

/** Two processes on one store. */
function given() {
  const clock = new HandClock(0);
  const shared = memoryRateCounters({ clock });
  const store = { isGone: false, asked: 0, silence: Promise.resolve() };
  const unlessGone = async <T>(ask: () => Promise<T>) => {
    store.asked += 1;
    await store.silence;
    if (store.isGone) throw fail('store_unavailable', { problem: 'the wire is cut' });
    return ask();
  };
  const counters: RateCounters = {
    hit: (key, windowMs) => unlessGone(() => shared.hit(key, windowMs)),
    unhit: (key) => unlessGone(() => shared.unhit(key)),
    reset: (key) => unlessGone(() => shared.reset(key)),
  };
  const [one, other] = [guardCounters({ counters, clock }), guardCounters({ counters, clock })];
  return { clock, store, one, other };
}
