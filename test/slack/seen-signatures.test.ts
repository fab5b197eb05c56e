import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryRateCounters } from '../../src/adapters/memory/rate-counters.ts';
import { guardCounters } from '../../src/app/guard-counters.ts';
import { fail } from '../../src/core/errors.ts';
import { SeenSignatures } from '../../src/slack/seen-signatures.ts';
import { HandClock } from '../world/clock.ts';

const clock = new HandClock(0);

test('a signature is new once, and not again while it could be replayed anywhere', async () => {
  const seen = new SeenSignatures(memoryRateCounters({ clock }));
  assert.equal(await seen.remember('a', 1000, 500), 'new');
  assert.equal(await seen.remember('a', 1000, 600), 'seen');
  assert.equal(await seen.remember('a', 1000, 1000), 'seen');
  assert.equal(await seen.remember('b', 1000, 600), 'new');
});

test('a full memory forgets what has lapsed, and nothing that could still be replayed', async () => {
  const seen = new SeenSignatures(memoryRateCounters({ clock }), 2);
  await seen.remember('a', 100, 0);
  await seen.remember('b', 200, 0);
  assert.equal(await seen.remember('c', 300, 50), 'full');
  assert.equal(await seen.remember('c', 300, 101), 'new');
  assert.equal(await seen.remember('b', 200, 101), 'seen');
});

test('what another process took is seen, also by one whose clock is behind', async () => {
  const counters = memoryRateCounters({ clock });
  const [one, behind] = [new SeenSignatures(counters), new SeenSignatures(counters)];
  assert.equal(await one.remember('a', 600_000, 599_000), 'new');
  assert.equal(await behind.remember('a', 600_000, 400_000), 'seen');
});

test('a signature that comes to two processes at the same moment is new to one of them', async () => {
  const counters = memoryRateCounters({ clock });
  const told = await Promise.all([1, 2].map(() => new SeenSignatures(counters).remember('a', 1000, 500)));
  assert.deepEqual(told.toSorted(), ['new', 'seen']);
});

test('with the counters gone, this process is as strict as ever in what it took itself', async () => {
  const gone = () => Promise.reject(fail('store_unavailable', { problem: 'it is gone' }));
  const { counters } = guardCounters({ counters: { hit: gone, unhit: gone, reset: gone }, clock });
  const seen = new SeenSignatures(counters);
  assert.equal(await seen.remember('a', 1000, 500), 'new');
  assert.equal(await seen.remember('a', 1000, 600), 'seen');
});
