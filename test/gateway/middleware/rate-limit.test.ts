import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardCounters } from '../../../src/app/guard-counters.ts';
import { fail } from '../../../src/core/errors.ts';
import { openWorld } from '../../world/needs.ts';
import { serve } from '../serve.ts';

const THREE = { rateLimit: { limit: 3, windowMs: 60_000 }, statusRateLimit: 5 };
const LIST = '/api/v1/patches';

test('above the budget a client is answered 429, with the headers that say when to come back', async (t) => {
  const world = await openWorld();
  const { call } = await serve(t, { world, settings: THREE });
  const as = await world.token('viewer');
  const first = await call('GET', LIST, { as });
  assert.equal(first.status, 200);
  assert.match(first.headers.get('ratelimit-policy') ?? '', /"requests"; q=3; w=60/);
  assert.match(first.headers.get('ratelimit') ?? '', /"requests"; r=2; t=\d+/);
  await call('GET', LIST, { as });
  await call('GET', LIST, { as });
  const refused = await call('GET', LIST, { as });
  assert.equal(refused.status, 429);
  assert.equal(refused.body.code, 'rate_limited');
  assert.equal(refused.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  const after = Number(refused.headers.get('retry-after'));
  assert.ok(after > 0 && after <= 60, `Retry-After is ${after}`);
});

test('each token subject has its own budget, whichever of its tokens it uses', async (t) => {
  const world = await openWorld();
  const { call } = await serve(t, { world, settings: THREE });
  const [one, two, other] = [
    await world.token('viewer', 'ada'),
    await world.token('viewer', 'ada'),
    await world.token('viewer', 'bob'),
  ];
  for (const as of [one, two, one]) assert.equal((await call('GET', LIST, { as })).status, 200);
  assert.equal((await call('GET', LIST, { as: two })).status, 429);
  assert.equal((await call('GET', LIST, { as: other })).status, 200);
});

test('guessing tokens is counted by address, and tokens that hold are not hurt by it', async (t) => {
  const world = await openWorld();
  const { call } = await serve(t, { world, settings: THREE });
  const guesses = await Promise.all(
    ['a', 'b', 'c', 'd'].map((guess) => call('GET', LIST, { as: `guess-${guess}` })),
  );
  assert.deepEqual(guesses.map(({ status }) => status).sort(), [401, 401, 401, 429]);
  assert.equal((await call('GET', LIST, { as: await world.token('viewer') })).status, 200);
});

test('a forged X-Forwarded-For opens no new budget', async (t) => {
  const { call } = await serve(t, { settings: THREE });
  const statuses: number[] = [];
  for (let n = 0; n < 4; n++)
    statuses.push((await call('GET', LIST, { headers: { 'x-forwarded-for': `203.0.113.${n}` } })).status);
  assert.deepEqual(statuses, [401, 401, 401, 429]);
});

test('health probes are never limited and /status has a budget of its own', async (t) => {
  const { call } = await serve(t, { settings: THREE });
  for (let n = 0; n < 10; n++) {
    assert.equal((await call('GET', '/healthz')).status, 200);
    assert.equal((await call('GET', '/readyz')).status, 200);
  }
  const statuses: number[] = [];
  for (let n = 0; n < 6; n++) statuses.push((await call('GET', '/status')).status);
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
  assert.equal((await call('GET', '/.well-known/jwks.json')).status, 200);
});

test('a limit of 0 is none', async (t) => {
  const { call } = await serve(t, { settings: { rateLimit: { limit: 0, windowMs: 60_000 } } });
  for (let n = 0; n < 100; n++) assert.equal((await call('GET', '/.well-known/jwks.json')).status, 200);
});

test('several gateways on the same counters share the budget of a client', async (t) => {
  const world = await openWorld();
  const gateways = [await serve(t, { world, settings: THREE }), await serve(t, { world, settings: THREE })];
  const as = await world.token('viewer');
  const statuses = [];
  for (const n of [0, 1, 0, 1]) statuses.push((await gateways[n]?.call('GET', LIST, { as }))?.status);
  assert.deepEqual(statuses, [200, 200, 200, 429]);
});

test('with the counters gone each gateway counts alone: no request fails of it, and none is let through for nothing', async (t) => {
  const gone = () => Promise.reject(fail('store_unavailable', { problem: 'it is gone' }));
  const whole = await openWorld();
  const { counters } = guardCounters({ ...whole.needs, counters: { hit: gone, unhit: gone, reset: gone } });
  const world = { ...whole, needs: { ...whole.needs, counters } };
  const { call } = await serve(t, { world, settings: THREE });
  const as = await world.token('viewer');
  const statuses = [];
  for (let n = 0; n < 4; n++) statuses.push((await call('GET', LIST, { as })).status);
  assert.deepEqual(statuses, [200, 200, 200, 429]);
});
