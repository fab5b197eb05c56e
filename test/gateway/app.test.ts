import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Express, Router } from 'express';
import { callToken } from '../../src/app/call-token.ts';
import { gatewayApp, runnerApp } from '../../src/gateway/app.ts';
import { DEFAULT_SETTINGS } from '../../src/gateway/settings.ts';
import { slackRouter } from '../../src/slack/router.ts';
import { openWorld } from '../world/needs.ts';
import { keepingLogger, marker, serve } from './serve.ts';

/** What anybody may ask without a token: the whole list. Slack's route has its own signature. */
const PUBLIC = [
  ...['GET /.well-known/ghost-evidence-keys.json', 'GET /.well-known/jwks.json'],
  ...['GET /healthz', 'GET /readyz', 'GET /status'],
];

const PROTECTED = [
  'DELETE /api/v1/workspaces/:name',
  'GET /api/v1/events',
  'GET /api/v1/patches',
  'GET /api/v1/patches/:id',
  'GET /api/v1/patches/:id/artifacts/:digest',
  'GET /api/v1/patches/:id/diff',
  'GET /api/v1/patches/:id/evidence',
  'GET /api/v1/patches/:id/log',
  'GET /api/v1/patches/:id/log/stream',
  'GET /api/v1/patches/:id/summary',
  'GET /api/v1/phases',
  'GET /api/v1/webhooks',
  'GET /api/v1/workspaces',
  'GET /api/v1/workspaces/:name',
  'GET /api/v1/workspaces/:name/gate',
  'POST /api/v1/patches',
  'POST /api/v1/patches/:id/approve',
  'POST /api/v1/patches/:id/cancel',
  'POST /api/v1/patches/:id/reject',
  'POST /api/v1/patches/:id/retry',
  'POST /api/v1/patches/:id/revert',
  'POST /api/v1/phases/:phase/freeze',
  'POST /api/v1/phases/:phase/thaw',
  'POST /api/v1/rehearsals',
  'POST /api/v1/webhooks/:name/replay',
  'POST /api/v1/webhooks/:name/test',
  'POST /api/v1/workspaces',
  'POST /api/v1/workspaces/:name/accept',
  'POST /api/v1/workspaces/:name/mode',
  'POST /api/v1/workspaces/:name/pause',
  'POST /api/v1/workspaces/:name/resume',
];

/** Every method and path that Express itself knows, mounted routers aside. */
function routesOf(app: Express): string[] {
  const found = app.router.stack.flatMap(({ route }) => {
    if (route === undefined) return [];
    const methods = new Set(route.stack.map(({ method }) => method));
    return [...methods].filter((method) => method).map((method) => `${method.toUpperCase()} ${route.path}`);
  });
  return [...new Set(found)].sort();
}

test('the routes that Express knows are the ones listed here, and the public ones answer without a token', async (t) => {
  const world = await openWorld();
  const logger = keepingLogger([]);
  const app = gatewayApp({ needs: world.needs, logger, settings: DEFAULT_SETTINGS });
  const routes = routesOf(app);
  assert.deepEqual(routes, [...PUBLIC, ...PROTECTED].sort());

  const { call } = await serve(t, { world, app: () => app });
  const open: string[] = [];
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const { status } = await call(method, path.replace(':id', 'p_1').replace(':name', 'alpha'));
    if (status !== 401) open.push(route);
  }
  assert.deepEqual(open, PUBLIC);
});

const CALLED = { instance: 'runner-1', isStopping: () => false };

test("a runner's port has the probes, the status and what gateways ask of it, and nothing that changes anything", async (t) => {
  const world = await openWorld();
  const logger = keepingLogger([]);
  const facts = () => ({ lanes: ['alpha'] });
  const app = runnerApp({ needs: world.needs, logger, settings: DEFAULT_SETTINGS, facts, called: CALLED });
  const calls = ['POST /calls/rehearsals'];
  assert.deepEqual(routesOf(app), ['GET /healthz', 'GET /readyz', 'GET /status', ...calls]);

  const { call } = await serve(t, { world, app: () => app });
  assert.equal((await call('GET', '/status')).body.facts, undefined);
  const whole = await call('GET', '/status', { as: await world.token('viewer') });
  assert.deepEqual(whole.body.facts, { lanes: ['alpha'] });
  assert.equal((await call('GET', '/nothing')).body.code, 'route_unknown');
});

test('guessed tokens for calling a runner are counted by address, and gateways from there are not hurt by it', async (t) => {
  const world = await openWorld();
  const settings = { rateLimit: { limit: 3, windowMs: 60_000 } };
  const app = (options: Parameters<typeof gatewayApp>[0]) =>
    runnerApp({ ...options, facts: () => null, called: CALLED });
  const { call } = await serve(t, { world, app, settings });
  const calling = async (as: string) => (await call('POST', '/calls/rehearsals', { as, json: {} })).status;
  const token = await callToken(world.needs, { caller: 'gateway/test', runner: 'runner-1' });
  const elsewhere = await callToken(world.needs, { caller: 'gateway/test', runner: 'runner-2' });
  // What is let in is refused for its body alone.
  for (let time = 0; time < 5; time += 1) assert.equal(await calling(token), 400);
  const guesses = ['guess', elsewhere, await world.token('operator'), 'guess'];
  const refused: number[] = [];
  for (const guess of guesses) refused.push(await calling(guess));
  assert.deepEqual(refused, [401, 401, 401, 429]);
  assert.equal((await call('GET', '/nothing')).status, 429, 'one budget for all that is refused');
  assert.equal(await calling(token), 400);
});

test('an unknown route is answered 404 in the envelope', async (t) => {
  const { call, world } = await serve(t);
  const got = await call('GET', '/api/v1/nothing?secret=x', { as: await world.token('viewer') });
  assert.equal(got.status, 404);
  const { timestamp, requestId, ...rest } = got.body;
  assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
  assert.equal(requestId, got.headers.get('x-request-id'));
  assert.deepEqual(rest, {
    status: 404,
    message: 'GET /api/v1/nothing is not a route of this service.',
    type: 'urn:ghost:problem:route_unknown',
    title: 'No such route',
    detail: 'GET /api/v1/nothing is not a route of this service.',
    instance: '/api/v1/nothing',
    code: 'route_unknown',
    hint: 'docs/http.md lists the routes.',
  });
  assert.equal(got.headers.get('content-type'), 'application/problem+json; charset=utf-8');
});

test('another method of a known route is answered 405, with the ones it has', async (t) => {
  const { call, world } = await serve(t);
  const as = await world.token('operator');
  const got = await call('PUT', '/api/v1/patches', { as });
  assert.equal(got.status, 405);
  assert.equal(got.body.code, 'method_not_allowed');
  assert.equal(got.headers.get('allow'), 'POST, GET, HEAD, OPTIONS');
  assert.equal((await call('DELETE', '/healthz')).status, 405);
  const options = await call('OPTIONS', '/api/v1/workspaces/alpha', { as });
  assert.equal(options.status, 204);
  assert.equal(options.headers.get('allow'), 'GET, DELETE, HEAD, OPTIONS');
});

test('an error that nobody expected leaks nothing, and the log has it under the request id', async (t) => {
  const secret = marker();
  const broken = Router().get('/sync', () => {
    throw new Error(`select ${secret} from tokens`);
  });
  broken.get('/async', async () => Promise.reject(new TypeError(secret)));
  broken.get('/odd', () => {
    throw Object.assign(new Error(secret), { status: 418, expose: true, headers: { 'x-leak': secret } });
  });
  broken.get('/text', () => {
    throw secret;
  });
  const { call, log } = await serve(t, { mounts: [{ path: '/broken', router: broken }] });
  for (const path of ['sync', 'async', 'odd', 'text']) {
    const got = await call('GET', `/broken/${path}`);
    assert.equal(got.status, 500, path);
    assert.equal(got.body.code, 'internal');
    assert.equal(JSON.stringify([got.body, ...got.headers]).includes(secret), false, path);
    const line = log.find(
      ({ message, requestId }) => message === 'request failed' && requestId === got.body.requestId,
    );
    assert.ok(
      line?.error instanceof Error ? line.error.stack?.includes(secret) : line?.error === secret,
      path,
    );
  }
});

test('a path that is no valid percent-encoding is a malformed request', async (t) => {
  const { call, world } = await serve(t);
  const got = await call('GET', '/api/v1/patches/%E0%A4%A', { as: await world.token('viewer') });
  assert.equal(got.status, 400);
  assert.equal(got.body.code, 'request_malformed');
});

test('a mounted edge answers for its own access and errs in our envelope', async (t) => {
  const world = await openWorld();
  const logger = keepingLogger([]);
  const router = slackRouter({ needs: world.needs, secret: null, logger, clock: world.needs.clock });
  const { call } = await serve(t, { world, mounts: [{ path: '/slack', router }] });
  const got = await call('POST', '/slack/commands', { body: 'text=help' });
  assert.equal(got.status, 401);
  assert.equal(got.body.code, 'signature_refused');
  assert.equal(got.body.requestId, got.headers.get('x-request-id'));
});

test('a sane request id is kept and comes back, any other is replaced', async (t) => {
  const { call } = await serve(t);
  const id = 'trace-0123.abc';
  assert.equal(
    (await call('GET', '/healthz', { headers: { 'x-request-id': id } })).headers.get('x-request-id'),
    id,
  );
  for (const bad of ['short', 'a'.repeat(65), 'with space', '<script>']) {
    const { headers } = await call('GET', '/healthz', { headers: { 'x-request-id': bad } });
    assert.match(headers.get('x-request-id') ?? '', /^r_[0-9A-Z]{26}$/);
  }
});

test('every answer forbids browsers to run, frame, sniff or keep it', async (t) => {
  const { call } = await serve(t);
  for (const path of ['/healthz', '/api/v1/patches', '/nothing']) {
    const { headers } = await call('GET', path);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none';.*frame-ancestors 'none'/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('x-frame-options'), 'DENY');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-powered-by'), null);
  }
});

test('the access log has one line per request, without query, token or body', async (t) => {
  const world = await openWorld();
  const { call, log } = await serve(t, { world });
  const secret = marker();
  const as = await world.token('author', 'ada');
  await call('POST', `/api/v1/patches?title=${secret}`, { as, json: { patch: secret } });
  await call('GET', `/healthz?${secret}`);
  const lines = log.filter(({ message }) => message === 'request');
  assert.deepEqual(
    lines.map(({ method, route, status, subject, code }) => ({ method, route, status, subject, code })),
    [
      { method: 'POST', route: '/api/v1/patches', status: 404, subject: 'ada', code: 'workspace_unnamed' },
      { method: 'GET', route: '/healthz', status: 400, subject: null, code: 'input_invalid' },
    ].map((line) => (line.code === 'workspace_unnamed' ? { ...line, status: 400 } : line)),
  );
  const text = JSON.stringify(log);
  assert.equal(text.includes(secret), false);
  assert.equal(text.includes(as), false);
});
