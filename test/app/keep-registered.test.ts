import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryRegistry } from '../../src/adapters/memory/registry.ts';
import { keepRegistered } from '../../src/app/keep-registered.ts';
import { listInstances } from '../../src/app/list-instances.ts';
import { fail } from '../../src/core/errors.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { HandClock } from '../world/clock.ts';

const SAID = {
  ...{ component: 'runner', instance: 'r-1', version: '0.1.0', pid: 4711, host: 'here' },
  ...{ address: 'http://127.0.0.1:5051', startedAt: Date.parse('2026-11-22T09:00:00Z'), details: null },
};

function scene(change: (registry: Registry) => Partial<Registry> = () => ({})) {
  const clock = new HandClock();
  const registry = memoryRegistry({ clock });
  const stop = new AbortController();
  const ended = keepRegistered({ registry: { ...registry, ...change(registry) }, clock }, SAID, stop.signal);
  /** Lets so much time pass, a beat at a time. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      await settled();
      clock.advance(1_000);
    }
    await settled();
  };
  return { registry, stop, ended, pass };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const names = async (registry: Registry) => (await registry.list(null)).map(({ instance }) => instance);

describe('a process that keeps itself registered', () => {
  it('is on the list while it lives, and off it when it has stopped', async () => {
    const { registry, stop, ended, pass } = scene();
    await pass(60_000);
    assert.deepEqual(await names(registry), ['r-1']);
    stop.abort();
    await ended;
    assert.deepEqual(await names(registry), []);
  });

  it('announces itself again when the list was lost, or could not be used', async () => {
    let broken = false;
    const orBroken = (registry: Registry): Partial<Registry> => ({
      refresh: (...args) => (broken ? unusable() : registry.refresh(...args)),
      announce: (...args) => (broken ? unusable() : registry.announce(...args)),
    });
    const { registry, pass } = scene(orBroken);
    await pass(2_000);
    await registry.withdraw(SAID);
    await pass(4_000);
    assert.deepEqual(await names(registry), ['r-1']);
    broken = true;
    await pass(20_000);
    assert.deepEqual(await names(registry), []);
    broken = false;
    await pass(4_000);
    assert.deepEqual(await names(registry), ['r-1']);
  });

  it('stops in order where the list cannot be used', async () => {
    const { stop, ended, pass } = scene(() => ({
      announce: unusable,
      refresh: unusable,
      withdraw: unusable,
    }));
    await pass(4_000);
    stop.abort();
    await ended;
  });
});

describe('the list of instances', () => {
  it('tells those alive with their times in words, or why nobody can tell', async () => {
    const clock = new HandClock();
    const registry = memoryRegistry({ clock });
    await registry.announce(SAID, 8_000);
    const { details: _, ...said } = SAID;
    assert.deepEqual(await listInstances({ registry }), {
      kind: 'listed',
      instances: [
        {
          ...{ ...said, startedAt: '2026-11-22T09:00:00.000Z' },
          ...{ at: '2026-11-22T10:00:00.000Z', expiresAt: '2026-11-22T10:00:08.000Z' },
        },
      ],
      mix: null,
    });
    const answer = await listInstances({ registry: { ...registry, list: unusable } });
    assert.ok(answer.kind === 'unknown' && /disk/.test(answer.problem));
  });
});

async function unusable(): Promise<never> {
  throw fail('store_unavailable', { problem: 'the disk is full' });
}
