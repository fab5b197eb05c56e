import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { aRepository } from '../../world/git.ts';
import { openWorld } from '../../world/needs.ts';
import { serve } from '../serve.ts';

const WORKSPACES = '/api/v1/workspaces';

test('an operator adds, pauses, resumes and removes a workspace; everyone else only reads', async (t) => {
  const repo = aRepository();
  t.after(() => rm(repo, { recursive: true }));
  const world = await openWorld();
  const { call } = await serve(t, { world });
  const [as, viewer, author] = [
    await world.token('operator', 'ada'),
    await world.token('viewer'),
    await world.token('author'),
  ];
  const added = await call('POST', WORKSPACES, { as, json: { name: 'alpha', repo } });
  assert.equal(added.status, 201, JSON.stringify(added.body));
  assert.equal(added.headers.get('location'), `${WORKSPACES}/alpha`);
  assert.deepEqual([added.body.name, added.body.branch, added.body.addedBy], ['alpha', 'main', 'ada']);
  const twice = await call('POST', WORKSPACES, { as, json: { name: 'alpha', repo } });
  assert.deepEqual([twice.status, twice.body.code], [409, 'workspace_exists']);

  const listed = await call('GET', WORKSPACES, { as: viewer });
  assert.deepEqual(
    listed.body.workspaces.map(({ name }: { name: string }) => name),
    ['alpha'],
  );
  const paused = await call('POST', `${WORKSPACES}/alpha/pause`, { as, json: { reason: 'maintenance' } });
  assert.deepEqual([paused.status, paused.body.paused], [200, 'maintenance']);
  const resumed = await call('POST', `${WORKSPACES}/alpha/resume`, { as });
  assert.equal(resumed.body.paused, null);

  for (const [method, path] of [
    ['POST', WORKSPACES],
    ['DELETE', `${WORKSPACES}/alpha`],
    ['POST', `${WORKSPACES}/alpha/pause`],
    ['POST', `${WORKSPACES}/alpha/resume`],
  ] as const)
    assert.equal((await call(method, path, { as: author })).status, 403, path);

  assert.equal((await call('DELETE', `${WORKSPACES}/alpha`, { as })).status, 204);
  const gone = await call('GET', `${WORKSPACES}/alpha`, { as: viewer });
  assert.deepEqual([gone.status, gone.body.code], [404, 'workspace_unknown']);
});
