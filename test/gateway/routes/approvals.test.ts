import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { aRepository, git, patchOf } from '../../world/git.ts';
import { openWorld } from '../../world/needs.ts';
import { serve } from '../serve.ts';

const PATCHES = '/api/v1/patches';

test('people approve and turn down over HTTP, set modes and freeze phases; each only by their role', async (t) => {
  const repo = aRepository();
  t.after(() => rm(repo, { recursive: true }));
  const world = await openWorld();
  const { call } = await serve(t, { world });
  const [author, approver, operator] = [
    await world.token('author', 'eve'),
    await world.token('approver', 'ada'),
    await world.token('operator', 'opal'),
  ];
  await call('POST', '/api/v1/workspaces', { as: operator, json: { name: 'alpha', repo } });
  writeFileSync(join(world.directory, 'policy.yml'), 'approvals:\n  - count: 2\n');
  const submitted = await call('POST', `${PATCHES}?phase=p14.02`, {
    as: author,
    body: patchOf(repo, { 'a.txt': 'a\n' }),
    headers: { 'content-type': 'text/x-diff' },
  });
  assert.deepEqual(
    [submitted.status, submitted.body.terms.phase],
    [202, 'P14'],
    JSON.stringify(submitted.body),
  );
  const act = (as: string, name: string, json?: object) =>
    call('POST', `${PATCHES}/${submitted.body.id}/${name}`, { as, ...(json === undefined ? {} : { json }) });

  const bob = await world.token('author', 'bob');
  for (const refused of [await act(bob, 'approve'), await act(bob, 'reject', { reason: 'x' })])
    assert.deepEqual([refused.status, refused.body.code], [403, 'role_insufficient']);
  for (const json of [{ effect: 'x' }, { base: 7 }, { paths: [] }])
    assert.equal((await act(approver, 'approve', json)).status, 400, JSON.stringify(json));
  const stale = await act(approver, 'approve', { base: '1'.repeat(40) });
  assert.deepEqual([stale.status, stale.body.code], [409, 'approval_outdated']);
  const approved = await act(approver, 'approve');
  assert.equal(approved.status, 200, JSON.stringify(approved.body));
  const { base, paths, repeated, wanting } = approved.body.approved;
  assert.deepEqual([base, paths, repeated], [git(repo, 'rev-parse', 'main'), ['a.txt'], false]);
  assert.match(wanting, /needs 2 approvals .*; has 1, of ada/);
  const own = await act(await world.token('admin', 'eve'), 'approve');
  assert.deepEqual([own.status, own.body.code], [403, 'approval_own']);

  for (const json of [{}, { reason: '' }, { reason: ' ' }, { reason: 'x', sure: true }])
    assert.equal((await act(approver, 'reject', json)).status, 400, JSON.stringify(json));
  const rejected = await act(approver, 'reject', { reason: 'wrong place' });
  assert.deepEqual([rejected.body.state, rejected.body.reason], ['rejected', 'turned_down']);
  assert.match(rejected.body.repair.text, /ada turned it down: wrong place/);

  const freeze = (as: string) =>
    call('POST', '/api/v1/phases/P14/freeze', { as, json: { reason: 'measured' } });
  assert.equal((await freeze(approver)).status, 403);
  assert.deepEqual((await freeze(operator)).body.atWork, []);
  const phases = await call('GET', '/api/v1/phases', { as: author });
  assert.deepEqual([phases.body.phases[0].phase, phases.body.phases[0].frozen.reason], ['P14', 'measured']);
  const status = await call('GET', '/status', { as: author });
  assert.deepEqual(status.body.frozen[0].phase, 'P14');
  assert.equal((await call('POST', '/api/v1/phases/P14/thaw', { as: operator })).body.frozen, null);
  const bad = await call('POST', '/api/v1/phases/no%20phase/freeze', { as: operator, json: { reason: 'x' } });
  assert.deepEqual([bad.status, bad.body.code], [400, 'input_invalid']);

  const mode = (as: string, json: object) => call('POST', '/api/v1/workspaces/alpha/mode', { as, json });
  assert.equal((await mode(approver, { mode: 'manual', reason: 'x' })).status, 403);
  for (const json of [{}, { mode: 'fast' }, { mode: 'manual' }, { mode: 'lockdown', reason: '' }])
    assert.equal((await mode(operator, json)).status, 400, JSON.stringify(json));
  const locked = await mode(operator, { mode: 'lockdown', reason: 'found a hole' });
  assert.deepEqual([locked.body.mode, locked.body.modeOrder.by], ['lockdown', 'opal']);
  const refused = await call('POST', PATCHES, {
    as: author,
    body: patchOf(repo, { 'b.txt': 'b\n' }),
    headers: { 'content-type': 'text/x-diff' },
  });
  assert.deepEqual([refused.status, refused.body.code], [423, 'workspace_locked']);
  assert.match(refused.body.message, /by opal: found a hole/);
});
