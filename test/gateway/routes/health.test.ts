import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaker } from '../../../src/platform/breaker.ts';
import { handClock } from '../../conformance/hand-clock.ts';
import { openWorld } from '../../world/needs.ts';
import { serve } from '../serve.ts';

test('alive is answered even when nothing behind it works', async (t) => {
  const world = await openWorld({
    dependencies: [
      {
        ...{ name: 'ledger', serves: ['ledger'], need: 'required' },
        measure: () => Promise.reject(new Error('gone')),
      },
    ],
  });
  const { call } = await serve(t, { world });
  const got = await call('GET', '/healthz');
  assert.deepEqual([got.status, got.body], [200, { status: 'alive' }]);
});

test('ready is answered with each check, and 503 when one fails, whose reason goes to the log only', async (t) => {
  const world = await openWorld();
  const readiness = [{ name: 'spool', check: () => Promise.reject(new Error('no space in /var/spool')) }];
  const ready = await serve(t, { world });
  const good = await ready.call('GET', '/readyz');
  assert.equal(good.status, 200);
  assert.equal(good.body.status, 'ready');
  assert.deepEqual(
    good.body.checks.map(({ name, ready: is }: { name: string; ready: boolean }) => [name, is]),
    [['ledger', true]],
  );
  const failing = await serve(t, { readiness });
  const bad = await failing.call('GET', '/readyz');
  assert.equal(bad.status, 503);
  assert.deepEqual(
    bad.body.checks.map(({ name, ready: is }: { name: string; ready: boolean }) => [name, is]),
    [
      ['ledger', true],
      ['spool', false],
    ],
  );
  assert.equal(JSON.stringify(bad.body).includes('/var/spool'), false);
  assert.ok(failing.log.some(({ problem }) => problem === 'no space in /var/spool'));
});

test('ready asks what is required, and not what may be lost', async (t) => {
  const gone = () => Promise.reject(new Error('gone'));
  const dependencies = [
    { ...{ name: 'ledger', serves: ['ledger'], need: 'required' as const }, measure: gone },
    { ...{ name: 'redis', serves: ['cache'], need: 'optional' as const }, measure: gone },
  ];
  const names = async (given: typeof dependencies) => {
    const { call } = await serve(t, { world: await openWorld({ dependencies: given }) });
    const { status, body } = await call('GET', '/readyz');
    return [status, body.checks.map(({ name }: { name: string }) => name)];
  };
  assert.deepEqual(await names(dependencies), [503, ['ledger']]);
  assert.deepEqual(await names(dependencies.slice(1)), [200, []]);
});

test('however many ask for status and readiness within 2 s, a store is looked at once, and each is told how old that is', async (t) => {
  const clock = { ...handClock(), sleep: () => new Promise<void>(() => undefined) };
  let looks = 0;
  const measure = async () => {
    looks += 1;
    return { latencyMs: 1, version: null, details: null, findings: [] };
  };
  const ledger = { name: 'ledger', serves: ['ledger'], need: 'required' as const, measure };
  const { call } = await serve(t, { world: await openWorld({ clock, dependencies: [ledger] }) });
  const ages = async () => [
    (await call('GET', '/status')).body.dependencies[0].ageMs,
    (await call('GET', '/readyz')).body.checks[0].ageMs,
  ];
  assert.deepEqual([await ages(), looks], [[0, 0], 1]);
  clock.turn(700);
  assert.deepEqual([await ages(), looks], [[700, 700], 1]);
  clock.turn(1_300);
  assert.deepEqual([await ages(), looks], [[0, 0], 2]);
});

test('checks run side by side and one that hangs has failed at the deadline', async (t) => {
  const hanging = { check: () => new Promise(() => undefined) };
  const readiness = ['a', 'b', 'c'].map((name) => ({ name, ...hanging }));
  const { call } = await serve(t, { readiness });
  const startedAt = performance.now();
  const got = await call('GET', '/readyz');
  assert.equal(got.status, 503);
  assert.ok(performance.now() - startedAt < 4000);
});

test('the status is short for strangers and whole for viewers', async (t) => {
  const world = await openWorld();
  await world.workspace('alpha');
  const calls = breaker('redis', async () => 1, { timeoutMs: 100 });
  t.after(() => calls.close());
  const said = { component: 'runner', instance: 'runner-1', version: '1.2.3', pid: 1, host: 'here' };
  const announced = { ...said, address: 'http://here:5051', startedAt: 0, details: { kept: 'back' } };
  await world.needs.registry.announce(announced, 60_000);
  const { call } = await serve(t, { world, breakers: () => [calls] });
  const open = await call('GET', '/status');
  assert.equal(open.status, 200);
  for (const kept of ['alpha', 'runner-1', 'here', '1.2.3'])
    assert.equal(JSON.stringify(open.body).includes(kept), false);
  assert.equal(open.body.breakers, undefined);
  const whole = await call('GET', '/status', { as: await world.token('viewer') });
  assert.equal(whole.body.workspaces[0].name, 'alpha');
  const [instance] = whole.body.instances.instances;
  assert.deepEqual(
    [instance.instance, instance.version, instance.address, instance.startedAt, instance.details],
    ['runner-1', '1.2.3', 'http://here:5051', '1970-01-01T00:00:00.000Z', undefined],
  );
  assert.deepEqual(whole.body.breakers, [
    { name: 'redis', state: 'closed', successes: 0, failures: 0, refused: 0, timeouts: 0 },
  ]);
});

test('the public keys hold no private part and may be kept for a while', async (t) => {
  const { call } = await serve(t);
  const got = await call('GET', '/.well-known/jwks.json');
  assert.equal(got.headers.get('cache-control'), 'public, max-age=300');
  assert.ok(got.body.keys.length > 0);
  for (const key of got.body.keys) {
    assert.equal(key.kty, 'EC');
    assert.equal(key.d, undefined);
  }
});
