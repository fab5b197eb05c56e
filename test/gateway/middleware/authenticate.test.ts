import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issueToken, revokeToken } from '../../../src/app/issue-token.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { openWorld } from '../../world/needs.ts';
import { serve } from '../serve.ts';

const LIST = '/api/v1/patches';

test('without a token the API answers 401 and says which scheme it takes', async (t) => {
  const { call } = await serve(t);
  const got = await call('GET', LIST);
  assert.equal(got.status, 401);
  assert.equal(got.body.code, 'token_missing');
  assert.equal(got.headers.get('www-authenticate'), 'Bearer realm="ghost"');
});

test('a header that is no bearer token, and one that is none of ours, are refused', async (t) => {
  const { call, world } = await serve(t);
  const token = await world.token('operator');
  const [head, body, signature = ''] = token.split('.');
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  const tampered = Buffer.from(`${body}`, 'base64url').toString().replace('operator', 'operatos');
  for (const authorization of [
    'Basic b3BlcmF0b3I6eA==',
    'Bearer',
    'Bearer x',
    `Bearer ${token} ${token}`,
    `Bearer ${head}.${Buffer.from(tampered).toString('base64url')}.${signature}`,
    `Bearer ${none}.${body}.`,
    `Bearer ${head}.${body}.${signature.slice(0, -4)}AAAA`,
  ]) {
    const got = await call('GET', LIST, { headers: { authorization } });
    assert.equal(got.status, 401, authorization);
    assert.equal(got.body.code, 'token_invalid');
    assert.match(got.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
  }
});

test('a token of another installation is refused', async (t) => {
  const other = await openWorld();
  t.after(() => other.close());
  const { call } = await serve(t);
  const got = await call('GET', LIST, { as: await other.token('operator') });
  assert.equal(got.status, 401);
  assert.equal(got.body.code, 'token_invalid');
});

test('a token is refused from the moment it expires', async (t) => {
  let now = Date.now();
  const clock: Clock = { ...systemClock, now: () => now };
  const world = await openWorld({ clock });
  const { call } = await serve(t, { world });
  const request = { subject: 'ada', role: 'viewer', ttlMs: 60_000, actor: 'test' } as const;
  const { token } = await issueToken(world.needs, request);
  assert.equal((await call('GET', LIST, { as: token })).status, 200);
  now += 61_000;
  const got = await call('GET', LIST, { as: token });
  assert.equal(got.status, 401);
  assert.match(got.body.message, /expired/);
});

test('a revoked token is refused at the next request', async (t) => {
  const world = await openWorld();
  const { call } = await serve(t, { world });
  const request = { subject: 'ada', role: 'viewer', ttlMs: 60_000, actor: 'test' } as const;
  const { token, record } = await issueToken(world.needs, request);
  assert.equal((await call('GET', LIST, { as: token })).status, 200);
  await revokeToken(world.needs, { id: record.id, actor: 'test' });
  const got = await call('GET', LIST, { as: token });
  assert.equal(got.status, 401);
  assert.match(got.body.message, /revoked/);
});

test('a role too low is answered 403, which names the act and both roles', async (t) => {
  const { call, world } = await serve(t);
  const got = await call('POST', '/api/v1/patches/p_1/cancel', { as: await world.token('viewer') });
  assert.equal(got.status, 403);
  assert.equal(got.body.code, 'role_insufficient');
  assert.match(got.body.message, /^Cancelling a patch needs the role author; this token has viewer/);
});

test('strangers cannot tell a route that exists from one that does not', async (t) => {
  const { call, world } = await serve(t);
  assert.equal((await call('GET', '/api/v1/secrets')).status, 401);
  assert.equal((await call('GET', '/api/v1/secrets', { as: await world.token('viewer') })).status, 404);
});

test('a bad token is refused on a public route that shows more with a good one', async (t) => {
  const { call } = await serve(t);
  assert.equal((await call('GET', '/status')).status, 200);
  assert.equal((await call('GET', '/status', { as: 'x' })).status, 401);
});
