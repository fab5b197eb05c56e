import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cancelPatch } from '../../../src/app/cancel-patch.ts';
import { creating } from '../../world/diffs.ts';
import { eventually } from '../../world/processes.ts';
import { mailsOf } from '../../world/series.ts';
import { serve } from '../serve.ts';

const SERIES = mailsOf(creating('a'), creating('b'), creating('c'));

async function setting(t: Parameters<typeof serve>[0]) {
  const served = await serve(t);
  await served.world.workspace('main');
  const as = await served.world.token('author');
  const submit = (body: string, type: string, more: Readonly<Record<string, string>> = {}, query = '') =>
    served.call('POST', `/api/v1/patches${query}`, { as, body, headers: { 'content-type': type, ...more } });
  return { served, submit, patches: () => served.world.needs.ledger.list({ limit: 50 }) };
}

test('a series is answered with the receipt of its first patch and those of the rest', async (t) => {
  const { submit, patches } = await setting(t);
  const got = await submit(SERIES, 'text/plain');
  const stored = await patches();
  assert.equal(got.status, 202);
  assert.equal(got.headers.get('location'), `/api/v1/patches/${stored[0]?.id}`);
  assert.deepEqual(
    [got.body, ...got.body.rest].map(({ id, series }) => [id, series]),
    stored.map(({ id, series }) => [id, series]),
  );
  const again = await submit(SERIES, 'text/plain');
  assert.deepEqual(
    [again.status, again.body.repeated, again.body.rest[1].repeated, again.body.id],
    [200, true, true, got.body.id],
  );
  assert.equal((await patches()).length, 3);
});

test('one key stands for a whole series, and for nothing but it', async (t) => {
  const { submit, patches } = await setting(t);
  const key = { 'Idempotency-Key': 'k' };
  const first = await submit(SERIES, 'text/plain', key);
  const again = await submit(SERIES, 'application/mbox', key);
  assert.deepEqual([again.status, again.body.id], [200, first.body.id]);
  for (const other of [creating('a'), mailsOf(creating('a'), creating('b'))]) {
    const refused = await submit(other, 'text/plain', key);
    assert.deepEqual([refused.status, refused.body.code], [409, 'idempotency_conflict']);
  }
  // What a member's own key looks like is no key that can be sent.
  const member = await submit(creating('b'), 'text/plain', { 'Idempotency-Key': 'k 2/3' });
  assert.deepEqual([member.status, member.body.code], [400, 'input_invalid']);
  assert.equal((await patches()).length, 3);
});

test('a series with one patch that cannot be read is refused whole, each fault at its line of the whole text', async (t) => {
  const { submit, patches } = await setting(t);
  const torn = mailsOf(creating('a'), '--- a/x\n+++ b/x\n@@ -1 +1 @@\n?what\n');
  const { status, body } = await submit(torn, 'text/plain');
  assert.deepEqual([status, body.code], [422, 'patch_unparsable']);
  const line = torn.split('\n').indexOf('?what') + 1;
  assert.ok(
    body.faults.some(({ patchLine }: { patchLine: number }) => Math.abs(patchLine - line) <= 1),
    JSON.stringify(body.faults),
  );
  assert.deepEqual(await patches(), []);
});

test('a title for several patches is refused, and so is the author’s own id', async (t) => {
  const { submit, patches } = await setting(t);
  for (const query of ['?title=All', '?externalId=x']) {
    const { status, body } = await submit(SERIES, 'text/plain', {}, query);
    assert.deepEqual([status, body.code], [400, 'input_invalid'], query);
  }
  assert.deepEqual(await patches(), []);
});

test('waiting for a series is waiting for all of its patches', async (t) => {
  const { submit, patches, served } = await setting(t);
  const waiting = submit(SERIES, 'text/plain', { Prefer: 'wait=8' });
  const [first] = await eventually('the series', async () => {
    const stored = await patches();
    return stored.length === 3 && stored;
  });
  await cancelPatch(served.world.needs, { id: first?.id ?? '', actor: 'ada', role: 'admin' });
  const { body } = await waiting;
  assert.deepEqual(
    [body, ...body.rest].map(({ state, reason }) => [state, reason]),
    [
      ['cancelled', 'cancelled'],
      ['cancelled', 'series_broken'],
      ['cancelled', 'series_broken'],
    ],
  );
});

test('a content type says what its body may be', async (t) => {
  const { submit, patches } = await setting(t);
  const chat = (name: string) => `Here you are:\n\n\`\`\`diff\n${creating(name)}\`\`\`\n`;
  const taken: readonly (readonly [string, string])[] = [
    ['text/x-diff', creating('a')],
    ['text/x-patch; charset=iso-8859-1', creating('b')],
    ['text/markdown', chat('c')],
    ['text/plain', chat('d')],
    ['application/octet-stream', creating('e')],
    ['message/rfc822', mailsOf(creating('f'))],
    ['application/mbox', mailsOf(creating('g'), creating('h'))],
  ];
  for (const [type, body] of taken) assert.equal((await submit(body, type)).status, 202, type);
  assert.deepEqual(
    (await patches()).map(({ format }) => format),
    ['git-diff', 'git-diff', 'git-diff', 'git-diff', 'git-diff', 'mail', 'mail', 'mail'],
  );
  const other = await submit(creating('i'), 'application/mbox', {}, '?format=git-diff');
  assert.deepEqual([other.status, other.body.code], [400, 'input_invalid']);
  const unknown = await submit(creating('j'), 'text/html');
  assert.deepEqual([unknown.status, unknown.body.code], [415, 'content_type_unknown']);
});
