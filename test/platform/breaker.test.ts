import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { BreakerOpen, BreakerTimeout, breaker } from '../../src/platform/breaker.ts';

test('it passes arguments, results and errors through while closed', async () => {
  const calls = breaker('sum', async (a: number, b: number) => a + b, { timeoutMs: 1000 });
  assert.equal(await calls.run(1, 2), 3);
  assert.equal(calls.state(), 'closed');
  const broken = new RangeError('mine');
  const failing = breaker('failing', () => Promise.reject(broken), { timeoutMs: 1000 });
  await assert.rejects(failing.run(), broken);
  calls.close();
  failing.close();
});

test('it opens after enough failures, refuses without calling, and closes after a success', async () => {
  let called = 0;
  let works = false;
  const calls = breaker(
    'flaky',
    async () => {
      called += 1;
      if (!works) throw new Error('down');
    },
    { timeoutMs: 1000, volume: 3, resetMs: 20 },
  );
  for (let n = 0; n < 3; n++) await assert.rejects(calls.run(), /down/);
  assert.equal(calls.state(), 'open');
  await assert.rejects(calls.run(), BreakerOpen);
  assert.equal(called, 3);
  assert.deepEqual(calls.stats(), { successes: 0, failures: 3, refused: 1, timeouts: 0 });
  works = true;
  const deadline = Date.now() + 5000;
  while (calls.state() === 'open' && Date.now() < deadline) await new Promise(setImmediate);
  assert.equal(calls.state(), 'half-open');
  await calls.run();
  assert.equal(calls.state(), 'closed');
  calls.close();
});

test('a server that never answers counts as a timeout', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const gone = new AbortController();
  const calls = breaker('silent', () => fetch(`http://127.0.0.1:${port}`, { signal: gone.signal }), {
    timeoutMs: 50,
  });
  await assert.rejects(calls.run(), BreakerTimeout);
  assert.equal(calls.stats().timeouts, 1);
  calls.close();
  gone.abort();
  silent.closeAllConnections();
  silent.close();
});
