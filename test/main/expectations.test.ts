import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { memoryRegistry } from '../../src/adapters/memory/registry.ts';
import { readConfig } from '../../src/main/config.ts';
import { expectationsOf } from '../../src/main/expectations.ts';
import { systemClock } from '../../src/platform/clock.ts';

const TTL_MS = 60_000;
const CONFIG = readConfig(
  { GHOST_HOME: join(tmpdir(), 'ghost-that-nobody-runs') },
  join(import.meta.dirname, '..', '..'),
);

/** The address of a service that says that it is alive, or that it is not. */
async function aService(t: TestContext, status: number): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function probed(addresses: readonly (string | null)[]) {
  const registry = memoryRegistry({ clock: systemClock });
  for (const [index, address] of addresses.entries()) {
    const who = { component: 'runner', instance: `runner-${index}`, version: '0.0.0', pid: 1, host: 'here' };
    await registry.announce({ ...who, address, startedAt: 0, details: null }, TTL_MS);
  }
  const expectations = expectationsOf(CONFIG, { dependencies: [], registry, clock: systemClock });
  const runner = expectations.find(({ component }) => component === 'runner');
  return runner?.probe?.(AbortSignal.timeout(5_000));
}

describe('the components of an installation that no supervisor runs', () => {
  it('are asked where the list of the living says that they listen', async (t) => {
    const well = await aService(t, 200);
    assert.equal((await probed([well, null, well]))?.kind, 'answered');
  });

  it('answer only when each of them does', async (t) => {
    const [well, ill] = [await aService(t, 200), await aService(t, 503)];
    assert.deepEqual(await probed([well, ill]), { kind: 'failed', problem: '/healthz answered 503' });
  });

  it('were not asked where nobody is on the list', async () => {
    assert.deepEqual(await probed([]), { kind: 'missed', problem: 'nobody knows where it listens' });
  });
});
