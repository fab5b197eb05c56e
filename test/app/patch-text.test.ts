import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { patchText } from '../../src/app/patch-text.ts';
import { fail } from '../../src/core/errors.ts';
import type { Cache } from '../../src/ports/cache.ts';
import { accepted } from '../conformance/given.ts';
import { openWorld } from '../world/needs.ts';

const CONTENT = '+a line\n';

test('the text of a patch is asked of the ledger once, however often it is looked at, and by however many', async (t) => {
  const { patch, needs, asked } = await given(t);
  const looks = await Promise.all(Array.from({ length: 10 }, () => patchText(needs, patch)));
  for (const text of [...looks, await patchText(needs, patch)])
    assert.equal(new TextDecoder().decode(text), CONTENT);
  assert.equal(asked(), 1);
});

test('a text that the cache has exchanged is not shown', async (t) => {
  const { patch, needs } = await given(t);
  const key = { namespace: 'texts of patches', name: patch.digest };
  await needs.cache.set(key, new TextEncoder().encode('+another line\n'), 60_000);
  assert.equal(new TextDecoder().decode(await patchText(needs, patch)), CONTENT);
});

test('with a cache that keeps nothing the ledger is asked each time', async (t) => {
  const nothing: Cache = {
    get: async () => null,
    set: async () => undefined,
    getOrLoad: (_key, _ttlMs, load) => load(),
    invalidate: async () => undefined,
    invalidateNamespace: async () => undefined,
  };
  const { patch, needs, asked } = await given(t);
  for (const _ of [1, 2, 3])
    assert.equal(new TextDecoder().decode(await patchText({ ...needs, cache: nothing }, patch)), CONTENT);
  assert.equal(asked(), 3);
});

test('what the ledger says of a text that it cannot read is not kept', async (t) => {
  const { patch, needs } = await given(t);
  const broken = { ...needs.ledger, body: () => Promise.reject(fail('patch_unknown', { id: patch.id })) };
  await assert.rejects(patchText({ ...needs, ledger: broken }, patch), { code: 'patch_unknown' });
  assert.equal(new TextDecoder().decode(await patchText(needs, patch)), CONTENT);
});

async function given(t: TestContext) {
  const world = await openWorld();
  t.after(() => world.close());
  await world.workspace('main');
  const patch = await accepted(world.needs.ledger, { content: CONTENT });
  let asked = 0;
  const { ledger } = world.needs;
  const body: typeof ledger.body = (id) => {
    asked += 1;
    return ledger.body(id);
  };
  return { patch, needs: { ...world.needs, ledger: { ...ledger, body } }, asked: () => asked };
}
