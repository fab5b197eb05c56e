import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { creating } from '../../world/diffs.ts';
import { openWorld } from '../../world/needs.ts';
import { serve } from '../serve.ts';

const PATCHES = '/api/v1/patches';
const JSON_TYPE = { 'content-type': 'application/json' };

const EDITS = { title: 'Say hello', edits: [{ kind: 'write', path: 'a.txt', content: 'hello\n' }] };
const MUTATIONS = [{ path: 'a.txt', contents: 'hello\n' }];
const STAGES = { id: 'd-1', kind: 'fix', mutations: MUTATIONS, validation: ['test -s a.txt'] };

/** Every JSON form, posted as it is. */
const FORMS: readonly (readonly [format: string, body: unknown])[] = [
  ['json-edits', EDITS],
  ['json-edits', { type: 'delete_file', path: 'a.txt' }],
  ['json-edits', [{ type: 'create_file', path: 'a.txt', diff: '+hello\n+' }]],
  ['json-edits', { type: 'apply_patch_call', operation: { type: 'delete_file', path: 'a.txt' } }],
  ['block-a', { id: 'a-1', target_file: 'a.txt', patch: { pattern: 'x', replacement: 'y' } }],
  ['block-b', { blockId: 'b-1', version: '1', mutations: MUTATIONS }],
  ['block-c', { blockId: 'c-1', mutations: MUTATIONS, final: { git: { push: true } } }],
  ['block-d', { patch: STAGES }],
  ['block-d', { patch: STAGES, metadata: {} }],
  ['block-e', { role: 'command_patch', target: 'MAIN', mutations: MUTATIONS }],
  ['block-f', { meta: { id: 'f-1' }, routing: {}, mutations: MUTATIONS, gates: [] }],
];

async function poster(t: TestContext) {
  const world = await openWorld();
  await world.workspace('alpha');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  return (body: unknown, query = '') => call('POST', `${PATCHES}${query}`, { as, json: body as object });
}

test('every JSON form is a body of its own, and the same inside the JSON around a patch', async (t) => {
  const post = await poster(t);
  for (const [format, body] of FORMS) {
    const bare = await post(body, '?force=true');
    assert.equal(bare.status, 202, `${format}: ${JSON.stringify(bare.body)}`);
    assert.equal(bare.body.format, format);
    const wrapped = await post({ patch: body, workspace: 'alpha' }, '?force=true');
    assert.equal(wrapped.status, 202, `${format}: ${JSON.stringify(wrapped.body)}`);
    assert.deepEqual(
      [wrapped.body.format, wrapped.body.title, wrapped.body.externalId],
      [bare.body.format, bare.body.title, bare.body.externalId],
    );
  }
});

test('a bare form takes workspace, title and id from the parameters', async (t) => {
  const post = await poster(t);
  const got = await post(EDITS, '?workspace=alpha&title=Better&externalId=ticket-7');
  assert.deepEqual([got.body.title, got.body.externalId], ['Better', 'ticket-7']);
});

test('the author’s own id is kept: of the JSON around a patch, of the parameters, of the block, in this order', async (t) => {
  const post = await poster(t);
  const block = { blockId: 'b-1', version: '1', mutations: MUTATIONS };
  const said = await post({ patch: block, externalId: 'mine' });
  assert.equal(said.body.externalId, 'mine');
  const silent = await post({ patch: block }, '?force=true');
  assert.equal(silent.body.externalId, 'b-1');
  const diff = await post({ patch: creating('b.txt'), externalId: 'mine' });
  assert.equal(diff.body.externalId, 'mine');
  const torn = await post({ patch: block, externalId: 'mine' }, '?externalId=yours');
  assert.deepEqual([torn.status, torn.body.message.split(':')[0]], [400, 'body.externalId']);
  const long = await post({ patch: block, externalId: 'x'.repeat(201) });
  assert.match(long.body.message, /^body\.externalId: .*200/);
});

test('a slip in the JSON around a patch is named, not taken for a block', async (t) => {
  const post = await poster(t);
  const got = await post({ patch: creating('a.txt'), worksapce: 'alpha' });
  assert.deepEqual([got.status, got.body.code], [400, 'input_invalid']);
  assert.match(got.body.message, /worksapce/);
});

test('a bare form is read as it was sent: two members of one name are refused', async (t) => {
  const world = await openWorld();
  await world.workspace('alpha');
  const { call } = await serve(t, { world });
  const as = await world.token('author');
  const body = '{"edits": [],\n "edits": [{"kind": "delete", "path": "a"}]}';
  const got = await call('POST', PATCHES, { as, headers: JSON_TYPE, body });
  assert.deepEqual([got.status, got.body.code], [422, 'patch_unparsable']);
  assert.match(got.body.faults[0].message, /Line 2, column 2 .*two members "edits"/);
});
