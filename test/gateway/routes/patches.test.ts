import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fail } from '../../../src/core/errors.ts';
import { creating } from '../../world/diffs.ts';
import { openWorld, type World } from '../../world/needs.ts';
import { serve } from '../serve.ts';

const PATCHES = '/api/v1/patches';
const DIFF = { 'content-type': 'text/x-diff' };

async function worldWith(...workspaces: string[]): Promise<World> {
  const world = await openWorld();
  for (const name of workspaces) await world.workspace(name);
  return world;
}

test('a new patch is answered 202 with its place, the same one again 200 with the first receipt', async (t) => {
  const world = await worldWith('alpha');
  const { call } = await serve(t, { world });
  const as = await world.token('author', 'ada');
  const first = await call('POST', PATCHES, { as, json: { patch: creating('a.txt'), title: 'Say hello' } });
  assert.equal(first.status, 202);
  assert.equal(first.headers.get('location'), `${PATCHES}/${first.body.id}`);
  const { state, workspace, author, origin, title, repeated } = first.body;
  assert.deepEqual(
    { state, workspace, author, origin, title, repeated },
    {
      state: 'queued',
      workspace: 'alpha',
      author: 'ada',
      origin: 'http',
      title: 'Say hello',
      repeated: false,
    },
  );
  const again = await call('POST', PATCHES, { as, json: { patch: creating('a.txt') } });
  assert.equal(again.status, 200);
  assert.deepEqual([again.body.id, again.body.repeated], [first.body.id, true]);
  const forced = await call('POST', `${PATCHES}?force=true`, { as, json: { patch: creating('a.txt') } });
  assert.equal(forced.status, 202);
  assert.notEqual(forced.body.id, first.body.id);
});

test('raw text of every type is taken byte for byte', async (t) => {
  const world = await worldWith('alpha', 'beta');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  const types = ['text/x-diff', 'text/x-patch', 'text/plain; charset=latin1', 'application/octet-stream'];
  for (const [n, type] of types.entries()) {
    const text = Buffer.from(creating(`${n}.txt`, 'na\u00efve'), 'latin1');
    const query = `?workspace=beta&title=Number%20${n}`;
    const headers = { 'content-type': type };
    const got = await call('POST', PATCHES + query, { as, headers, body: Uint8Array.from(text) });
    assert.equal(got.status, 202, JSON.stringify(got.body));
    assert.deepEqual([got.body.workspace, got.body.title], ['beta', `Number ${n}`]);
    const diff = await fetch(`${(await serve(t, { world })).url}${PATCHES}/${got.body.id}/diff`, {
      headers: { authorization: `Bearer ${as}` },
    });
    assert.deepEqual(Buffer.from(await diff.arrayBuffer()), text);
  }
});

test('an idempotency key comes back, answers for its first patch, and refuses other content', async (t) => {
  const world = await worldWith('alpha');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  const headers = { ...DIFF, 'idempotency-key': 'build-42/a' };
  const first = await call('POST', PATCHES, { as, headers, body: creating('a.txt') });
  assert.equal(first.status, 202);
  assert.equal(first.headers.get('idempotency-key'), 'build-42/a');
  const again = await call('POST', PATCHES, { as, headers, body: creating('a.txt') });
  assert.deepEqual([again.status, again.body.id], [200, first.body.id]);
  const other = await call('POST', PATCHES, { as, headers, body: creating('b.txt') });
  assert.deepEqual([other.status, other.body.code], [409, 'idempotency_conflict']);
});

test('an idempotency key that is none is refused by its name', async (t) => {
  const world = await worldWith('alpha');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  for (const key of ['', 'a b', 'a'.repeat(256), 'caf\u00e9']) {
    const got = await call('POST', PATCHES, {
      as,
      headers: { ...DIFF, 'idempotency-key': key },
      body: creating('a'),
    });
    assert.equal(got.status, 400, key);
    assert.match(got.body.message, /^headers\.Idempotency-Key: /);
  }
});

test('what is no patch is answered 422 with its faults', async (t) => {
  const world = await worldWith('alpha');
  const { call } = await serve(t, { world });
  const got = await call('POST', PATCHES, {
    as: await world.token('author'),
    json: { patch: 'no patch at all' },
  });
  assert.equal(got.status, 422);
  assert.equal(got.body.code, 'patch_unparsable');
  assert.ok(got.body.faults.length > 0 && got.body.faults[0].code);
});

test('workspaces that are unknown or not named are told apart', async (t) => {
  const world = await worldWith('alpha', 'beta');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  const unknown = await call('POST', PATCHES, { as, json: { patch: creating('a'), workspace: 'gamma' } });
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'workspace_unknown']);
  const unnamed = await call('POST', PATCHES, { as, json: { patch: creating('a') } });
  assert.deepEqual([unnamed.status, unnamed.body.code], [400, 'workspace_unnamed']);
  const torn = await call('POST', `${PATCHES}?workspace=alpha`, {
    as,
    json: { patch: creating('a'), workspace: 'beta' },
  });
  assert.match(torn.body.message, /^body\.workspace: is not what query\.workspace says/);
});

test('text that UTF-8 cannot hold is refused, never replaced', async (t) => {
  const world = await worldWith('alpha');
  const { call } = await serve(t, { world });
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ patch: creating('a', 'half: HERE') }).replace('HERE', '\\ud83d');
  const got = await call('POST', PATCHES, { as: await world.token('author'), headers, body });
  assert.equal(got.status, 400);
  assert.match(got.body.message, /^body\.patch: .*surrogate/);
});

test('a block that is nested too deeply is the caller’s fault', async (t) => {
  const world = await worldWith('alpha');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const body = `{"patch":{"a":${open.repeat(60_000)}1${close.repeat(60_000)}}}`;
    const got = await call('POST', PATCHES, { as, body, headers: { 'content-type': 'application/json' } });
    assert.deepEqual([got.status, got.body.code], [400, 'input_invalid']);
    assert.match(got.body.message, /nested too deeply/);
  }
});

test('patches are listed newest page first to last, by workspace and state', async (t) => {
  const world = await worldWith('alpha', 'beta');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  const ids: string[] = [];
  for (const [n, workspace] of ['alpha', 'beta', 'alpha'].entries())
    ids.push((await call('POST', PATCHES, { as, json: { patch: creating(`${n}`), workspace } })).body.id);
  const listed = async (query: string) => {
    const { body } = await call('GET', PATCHES + query, { as });
    return { ids: body.patches.map(({ id }: { id: string }) => id), next: body.next };
  };
  assert.deepEqual(await listed(''), { ids, next: null });
  assert.deepEqual((await listed('?workspace=alpha&state=queued,held')).ids, [ids[0], ids[2]]);
  const newest = await listed('?limit=2');
  assert.deepEqual(newest.ids, ids.slice(1));
  assert.deepEqual(await listed(`?limit=2&before=${newest.next}`), { ids: [ids[0]], next: null });
  assert.equal((await call('GET', `${PATCHES}?workspace=gamma`, { as })).status, 404);
});

test('a patch is shown, cancelled once, and retried as a new one', async (t) => {
  const world = await worldWith('alpha');
  const { call } = await serve(t, { world });
  const as = await world.token('author', 'ada');
  const { id } = (await call('POST', PATCHES, { as, json: { patch: creating('a') } })).body;
  assert.equal((await call('GET', `${PATCHES}/${id}`, { as })).body.state, 'queued');
  const early = await call('POST', `${PATCHES}/${id}/retry`, { as });
  assert.deepEqual([early.status, early.body.code], [409, 'act_impossible']);
  const cancelled = await call('POST', `${PATCHES}/${id}/cancel`, { as, json: {} });
  assert.deepEqual(
    [cancelled.status, cancelled.body.state, cancelled.body.detail],
    [200, 'cancelled', 'by ada'],
  );
  assert.equal((await call('POST', `${PATCHES}/${id}/cancel`, { as })).status, 409);
  const retried = await call('POST', `${PATCHES}/${id}/retry`, { as });
  assert.equal(retried.status, 202);
  assert.deepEqual(retried.body.lineage, { kind: 'retries', patch: id });
  assert.equal(retried.headers.get('location'), `${PATCHES}/${retried.body.id}`);
  assert.equal((await call('POST', `${PATCHES}/${id}/revert`, { as })).body.code, 'act_impossible');
});

test('summary, evidence and log are there by patch, the summary in the form that was asked for', async (t) => {
  const world = await worldWith('alpha');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  const { id } = (await call('POST', PATCHES, { as, json: { patch: creating('a'), title: 'Say it' } })).body;
  const markdown = await call('GET', `${PATCHES}/${id}/summary`, { as });
  assert.equal(markdown.headers.get('content-type'), 'text/markdown; charset=utf-8');
  assert.match(markdown.body, /Say it/);
  const json = await call('GET', `${PATCHES}/${id}/summary`, { as, headers: { accept: 'application/json' } });
  assert.equal(json.headers.get('content-type'), 'application/json; charset=utf-8');
  const evidence = await call('GET', `${PATCHES}/${id}/evidence`, { as });
  assert.deepEqual(
    evidence.body.entries.map(({ type }: { type: string }) => type),
    ['patch.accepted'],
  );
  const log = await call('GET', `${PATCHES}/${id}/log`, { as });
  assert.deepEqual([log.status, log.body.code], [404, 'not_stored']);
  for (const path of ['', '/summary', '/diff', '/log', '/evidence'])
    assert.equal((await call('GET', `${PATCHES}/p_unknown${path}`, { as })).body.code, 'patch_unknown');
});

test('waiting is answered as soon as the patch is over', async (t) => {
  const world = await worldWith('alpha');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  const newest = await world.needs.outbox.newest();
  const waiting = call('POST', PATCHES, {
    as,
    headers: { prefer: 'wait=8' },
    json: { patch: creating('a') },
  });
  const [accepted] = await eventually(() => world.needs.outbox.after(newest, 1));
  assert.ok(accepted);
  await call('POST', `${PATCHES}/${accepted.subject}/cancel`, { as });
  const got = await waiting;
  assert.deepEqual([got.status, got.body.state], [202, 'cancelled']);
  assert.equal(got.headers.get('preference-applied'), 'wait=8');
});

test('waiting is answered with what is true when the time is over', async (t) => {
  const world = await worldWith('alpha');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  const startedAt = performance.now();
  const got = await call('POST', PATCHES, {
    as,
    headers: { prefer: 'wait=1' },
    json: { patch: creating('a') },
  });
  assert.deepEqual([got.status, got.body.state], [202, 'queued']);
  assert.ok(performance.now() - startedAt >= 990);
});

test('a ledger that cannot write is answered 503 with Retry-After, any other failure 500 without its reason', async (t) => {
  const world = await worldWith('alpha');
  const failingWith = async (error: Error) => {
    const accept = () => Promise.reject(error);
    const needs = { ...world.needs, ledger: { ...world.needs.ledger, accept } };
    const { call } = await serve(t, { world: { ...world, needs } });
    return call('POST', PATCHES, { as: await world.token('author'), json: { patch: creating('a') } });
  };
  const full = await failingWith(fail('ledger_unavailable', { problem: 'the disk is full' }));
  assert.deepEqual([full.status, full.body.code], [503, 'ledger_unavailable']);
  assert.equal(full.headers.get('retry-after'), '5');
  const broken = await failingWith(new Error('disk I/O error at /var/secret'));
  assert.deepEqual([broken.status, broken.headers.get('retry-after')], [500, null]);
  assert.equal(JSON.stringify(broken.body).includes('/var/secret'), false);
});

/** Polls at the edge of another task: what is asked for is on its way already. */
async function eventually<T>(look: () => Promise<readonly T[]>): Promise<readonly T[]> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const found = await look();
    if (found.length > 0 || Date.now() > deadline) return found;
    await new Promise(setImmediate);
  }
}
