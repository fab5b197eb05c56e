import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { aRepository, git } from '../../world/git.ts';
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
    ['POST', `${WORKSPACES}/alpha/accept`],
  ] as const)
    assert.equal((await call(method, path, { as: author })).status, 403, path);

  assert.equal((await call('DELETE', `${WORKSPACES}/alpha`, { as })).status, 204);
  const gone = await call('GET', `${WORKSPACES}/alpha`, { as: viewer });
  assert.deepEqual([gone.status, gone.body.code], [404, 'workspace_unknown']);
});

test('an operator accepts the branch of a paused workspace as it is, by the tip that was looked at', async (t) => {
  const repo = aRepository();
  t.after(() => rm(repo, { recursive: true }));
  const world = await openWorld();
  const { call } = await serve(t, { world });
  const as = await world.token('operator', 'ada');
  await call('POST', WORKSPACES, { as, json: { name: 'alpha', repo } });
  const accept = (json: object) => call('POST', `${WORKSPACES}/alpha/accept`, { as, json });
  const tip = git(repo, 'rev-parse', 'main');

  const running = await accept({ reason: 'squashed', tip });
  assert.deepEqual([running.status, running.body.code], [409, 'tip_not_accepted']);
  await call('POST', `${WORKSPACES}/alpha/pause`, { as, json: { reason: 'the branch was rewritten' } });
  for (const json of [
    {},
    { reason: '' },
    { reason: ' ' },
    { reason: 'x', tip: 7 },
    { reason: 'x', sure: true },
  ])
    assert.equal((await accept(json)).status, 400, JSON.stringify(json));
  const other = await accept({ reason: 'squashed', tip: '1'.repeat(40) });
  assert.deepEqual([other.status, other.body.code], [409, 'tip_not_accepted']);

  const accepted = await accept({ reason: 'squashed', tip });
  assert.deepEqual([accepted.status, accepted.body.paused], [200, null]);
  const entry = (await world.needs.chains.entries('alpha', 0, 99)).find(
    ({ type }) => type === 'workspace.tip_accepted',
  );
  assert.deepEqual(
    [entry?.actor, entry?.data],
    ['ada', { from: null, tip, landings: 0, reason: 'squashed', takenOff: { count: 0, patches: [] } }],
  );
  const unknown = await call('POST', `${WORKSPACES}/beta/accept`, { as, json: { reason: 'x' } });
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'workspace_unknown']);
});
