import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { PatchId } from '../../../src/core/patch/id.ts';
import { claimed, moved, rejected } from '../../conformance/given.ts';
import { violations } from '../../workers/schema.ts';
import { aRepository, git, patchOf } from '../../world/git.ts';
import { openWorld } from '../../world/needs.ts';
import { serve } from '../serve.ts';

const PATCHES = '/api/v1/patches';
const REHEARSALS = '/api/v1/rehearsals';
const SCHEMA = JSON.parse(
  readFileSync(new URL('../../../docs/schemas/repair-request.schema.json', import.meta.url), 'utf8'),
);

/** A gateway whose workspace `app` is a real repository. */
async function served(t: TestContext) {
  const world = await openWorld();
  const repository = aRepository();
  const gitDir = `${repository}/.git`;
  const place = { gitDir, workTree: repository, branch: 'main' };
  await world.needs.workspaces.add({
    name: 'app',
    ...place,
    addedAt: 0,
    addedBy: 'test',
    paused: null,
    remote: null,
    baseline: null,
  });
  const { call } = await serve(t, { world });
  const as = await world.token('author', 'ada');
  const send = (path: string, body: string) =>
    call('POST', path, { as, headers: { 'content-type': 'text/x-diff' }, body });
  return { world, repository, call, as, send };
}

test('a rehearsal that fits tells how each file was placed, and stores nothing', async (t) => {
  const { world, repository, send } = await served(t);
  const patch = patchOf(repository, { 'greeting.txt': 'hello\nthere\n' });
  const { status, body } = await send(REHEARSALS, patch);
  const base = git(repository, 'rev-parse', 'HEAD');
  assert.equal(status, 200);
  assert.deepEqual(body, {
    ...{ kind: 'fits', base, files: [{ path: 'greeting.txt', fit: 'exact' }], notes: [], ungated: null },
  });
  assert.deepEqual(await world.needs.ledger.list({ limit: 9 }), []);
});

test('a rehearsal that does not fit answers with a repair request as its schema says', async (t) => {
  const { repository, send } = await served(t);
  const patch = patchOf(repository, { 'greeting.txt': 'hello\nthere\n' }).replace('-world', '-World');
  const { status, body } = await send(`${REHEARSALS}?workspace=app&format=git-diff`, patch);
  assert.deepEqual([status, body.kind], [200, 'faulty']);
  assert.deepEqual(violations(body.repair, SCHEMA), []);
  const { patch: id, workspace, base, round, roundsLeft, format, files } = body.repair;
  const blob = git(repository, 'rev-parse', 'HEAD:greeting.txt');
  assert.deepEqual(
    { id, workspace, base, round, roundsLeft, format, files },
    {
      ...{ id: null, workspace: 'app', base: git(repository, 'rev-parse', 'HEAD'), round: 0, roundsLeft: 5 },
      ...{ format: 'git-diff', files: [{ path: 'greeting.txt', lines: 2, blob }] },
    },
  );
});

test('text that is no patch is rehearsed as well, and a word that no rule knows is refused', async (t) => {
  const { send } = await served(t);
  const { status, body } = await send(REHEARSALS, 'good morning\n');
  assert.deepEqual([status, body.kind, body.repair.format], [200, 'faulty', null]);
  assert.deepEqual(violations(body.repair, SCHEMA), []);
  assert.equal((await send(`${REHEARSALS}?merge=always`, 'good morning\n')).status, 400);
});

test('three-way is asked for by parameter or body, and told by the patch', async (t) => {
  const { call, as, repository, send } = await served(t);
  const patch = patchOf(repository, { 'greeting.txt': 'hello\nthere\n' });
  assert.equal((await send(`${PATCHES}?merge=three-way`, patch)).body.merge, 'three-way');
  const json = { patch: `${patch}\n`, merge: 'three-way' };
  assert.equal((await call('POST', PATCHES, { as, json })).body.merge, 'three-way');
  assert.equal((await send(PATCHES, `${patch}\n\n`)).body.merge, 'never');
});

test('a rejected patch asks for its repair, and the repair is linked, counted and told', async (t) => {
  const { world, call, as, repository, send } = await served(t);
  const { ledger } = world.needs;
  const patch = patchOf(repository, { 'greeting.txt': 'hello\nthere\n' });
  const first = await send(PATCHES, patch);
  assert.equal(first.body.repair, null);
  await moved(ledger, await found(first.body.id), claimed, rejected);
  const { body: asked } = await call('GET', `${PATCHES}/${first.body.id}`, { as });
  assert.deepEqual(violations(asked.repair, SCHEMA), []);
  assert.deepEqual([asked.repair.patch, asked.repair.round, asked.repair.roundsLeft], [first.body.id, 0, 5]);
  const summary = await call('GET', `${PATCHES}/${first.body.id}/summary`, {
    as,
    headers: { accept: 'application/json' },
  });
  assert.deepEqual(summary.body.repair, asked.repair);

  const repaired = patch.replace('+there', '+everybody');
  const second = await send(`${PATCHES}?repairs=${first.body.id}`, repaired);
  assert.equal(second.status, 202);
  assert.deepEqual(second.body.lineage, { kind: 'repairs', patch: first.body.id, round: 1 });
  await moved(ledger, await found(second.body.id), claimed, rejected);
  const { body: again } = await call('GET', `${PATCHES}/${second.body.id}`, { as });
  assert.deepEqual([again.repair.round, again.repair.roundsLeft], [1, 4]);
  const third = await send(`${PATCHES}?repairs=${first.body.id}`, `${repaired}\n`);
  assert.deepEqual([third.status, third.body.code], [409, 'repair_taken']);

  async function found(id: PatchId) {
    const stored = await ledger.find(id);
    assert.ok(stored !== null);
    return stored;
  }
});

test('text that cannot be read is refused with the same request', async (t) => {
  const { send } = await served(t);
  const { status, body } = await send(`${PATCHES}?workspace=app`, '--- a/x\n+++ b/x\n@@ -1 +1 @@\n?what\n');
  assert.deepEqual([status, body.code], [422, 'patch_unparsable']);
  assert.deepEqual(violations(body.repair, SCHEMA), []);
  const { patch, workspace, base, round, faults } = body.repair;
  assert.deepEqual(
    { patch, workspace, base, round },
    { patch: null, workspace: 'app', base: null, round: 0 },
  );
  assert.deepEqual(faults, body.faults);
});
