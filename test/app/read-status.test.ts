import assert from 'node:assert/strict';
import { it } from 'node:test';
import { publicStatus, readStatus } from '../../src/app/read-status.ts';
import { fail } from '../../src/core/errors.ts';
import { openWorld } from '../world/needs.ts';

it('a ledger that is away hides the workspaces, and nothing else of the picture', async (t) => {
  const world = await openWorld();
  t.after(() => world.close());
  const list = () => Promise.reject(fail('ledger_unavailable', { problem: 'connection refused' }));
  const needs = { ...world.needs, workspaces: { ...world.needs.workspaces, list } };
  const status = await readStatus(needs);
  assert.deepEqual([status.health, status.workspaces], ['unhealthy', []]);
  assert.match(`${status.unread}`, /connection refused/);
  assert.deepEqual(
    publicStatus(status).dependencies.map(({ name }) => name),
    world.needs.dependencies.map(({ name }) => name),
  );
  assert.equal((await readStatus(world.needs)).unread, null);
});
