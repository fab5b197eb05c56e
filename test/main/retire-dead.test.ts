import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { it } from 'node:test';
import { retireDead } from '../../src/main/retire-dead.ts';
import { openWorld } from '../world/needs.ts';

it('those who died without a word on this machine are on the list of the living no more, and nobody else is taken off', async (test) => {
  const world = await openWorld();
  test.after(() => world.close());
  const { needs } = world;
  const startedAt = needs.clock.now();
  const { pid: dead } = spawnSync('true');
  const said = { component: 'runner', version: '1', address: null, startedAt, details: null };
  for (const [instance, pid, host] of [
    ['dead', dead, hostname()],
    ['alive', process.pid, hostname()],
    ['elsewhere', dead, 'another.example'],
  ] as const)
    await needs.registry.announce({ ...said, instance, pid, host }, 60_000);
  await retireDead(needs);
  const listed = (await needs.registry.list(null)).map(({ instance }) => instance);
  assert.deepEqual(listed, ['alive', 'elsewhere']);
});
