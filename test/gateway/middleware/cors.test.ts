import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAllowedOrigin } from '../../../src/gateway/middleware/cors.ts';
import { DEFAULT_SETTINGS } from '../../../src/gateway/settings.ts';
import { serve } from '../serve.ts';

const CORS = /^access-control-/;

test('the listed hosts are allowed over https, loopback on every port', () => {
  const { corsOrigins } = DEFAULT_SETTINGS;
  for (const origin of [
    'https://ghost.fly.dev',
    'https://runner.thoughtmarks.app',
    'http://localhost',
    'http://localhost:3000',
    'https://localhost:8443',
    'http://127.0.0.1:5173',
    'http://[::1]:5173',
  ])
    assert.equal(isAllowedOrigin(origin, corsOrigins), true, origin);
});

test('what only looks like a listed origin is not allowed', () => {
  const { corsOrigins } = DEFAULT_SETTINGS;
  for (const origin of [
    'http://ghost.fly.dev',
    'https://ghost.fly.dev:8443',
    'https://evil.ghost.fly.dev',
    'https://ghost.fly.dev.evil.org',
    'https://evil.org/ghost.fly.dev',
    'https://localhost.evil.org',
    'https://ghost.fly.dev@evil.org',
    'https://GHOST.fly.dev',
    'null',
    '',
  ])
    assert.equal(isAllowedOrigin(origin, corsOrigins), false, origin);
});

test('an entry with a scheme is an exact origin', () => {
  assert.equal(isAllowedOrigin('http://tools.example:8080', ['http://tools.example:8080']), true);
  assert.equal(isAllowedOrigin('http://tools.example', ['http://tools.example:8080']), false);
});

test('a page of a listed origin may ask beforehand and read the answer', async (t) => {
  const { call } = await serve(t);
  const origin = 'http://localhost:3000';
  const preflight = await call('OPTIONS', '/api/v1/patches', {
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /Authorization/);
  const got = await call('GET', '/healthz', { headers: { origin } });
  assert.equal(got.headers.get('access-control-allow-origin'), origin);
  assert.equal(got.headers.get('access-control-allow-credentials'), null);
  assert.match(got.headers.get('vary') ?? '', /Origin/);
});

test('other origins, and requests without one, get no CORS header at all', async (t) => {
  const { call } = await serve(t);
  const origin = 'https://evil.example';
  const asking = { origin, 'access-control-request-method': 'POST' };
  for (const got of [
    await call('GET', '/healthz', { headers: { origin } }),
    await call('GET', '/healthz'),
    await call('OPTIONS', '/api/v1/patches', { headers: asking }),
    await call('OPTIONS', '/healthz', { headers: asking }),
  ]) {
    assert.deepEqual(
      [...got.headers.keys()].filter((name) => CORS.test(name)),
      [],
    );
    assert.match(got.headers.get('vary') ?? '', /Origin/);
  }
});
