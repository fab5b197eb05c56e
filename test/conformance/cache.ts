import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cache } from '../../src/ports/cache.ts';
import { bytes, freshKey, textOf } from './cache-given.ts';
import { cacheLoadingSuite } from './cache-loading.ts';
import { freshName } from './given.ts';
import { type Store, storeOf } from './store.ts';

/** What src/ports/cache.ts promises, sentence by sentence. */
export function cacheSuite(name: string, open: () => Promise<Store<Cache>>): void {
  cacheLoadingSuite(name, open);

  describe(`what the cache of ${name} keeps`, () => {
    const subject = storeOf(open);
    const ttl = () => 10 * subject.tickMs;

    it('is nothing at first', async () => {
      assert.equal(await subject.port.get(freshKey()), null);
      await subject.port.invalidate(freshKey());
      await subject.port.invalidateNamespace(freshName());
    });

    it('is bytes as they were given, for every client, whatever becomes of the ones given or got', async () => {
      const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      for (const value of [every, new Uint8Array(0), bytes('{"json":[1,"ä"]}')]) {
        const key = freshKey();
        const given = value.slice();
        await subject.port.set(key, given, ttl());
        given.fill(0);
        for (const client of [subject.port, subject.other]) {
          const got = await client.get(key);
          assert.deepEqual(got && new Uint8Array(got), value);
          got?.fill(1);
        }
      }
    });

    it('is kept apart by namespace and name, whatever characters these have', async () => {
      const parts = ['a', 'a:b', 'b', '', '*', 'a*', '?', '%', '_', '\0', 'ä"\'\\', '[a]', ' ', '{a}'];
      const prefix = freshName();
      const keys = parts.flatMap((one) =>
        parts.map((other) => ({ namespace: `${prefix}${one}`, name: other })),
      );
      for (const key of keys) await subject.port.set(key, bytes(JSON.stringify(key)), ttl());
      for (const key of keys) assert.equal(textOf(await subject.other.get(key)), JSON.stringify(key));
    });

    it('is what was set last', async () => {
      const key = freshKey();
      await subject.port.set(key, bytes('one'), ttl());
      await subject.other.set(key, bytes('two'), ttl());
      assert.equal(textOf(await subject.port.get(key)), 'two');
    });

    it('lapses when its time is over, counted from when it was set last', async () => {
      const key = freshKey();
      await subject.port.set(key, bytes('one'), ttl());
      await subject.pass(9);
      assert.equal(textOf(await subject.port.get(key)), 'one');
      await subject.port.set(key, bytes('two'), ttl());
      await subject.pass(9);
      assert.equal(textOf(await subject.other.get(key)), 'two');
      await subject.pass(1);
      for (const client of [subject.port, subject.other]) assert.equal(await client.get(key), null);
    });

    it('is gone for every client when its key is invalidated, and that of no other', async () => {
      const [key, beside] = [freshKey(), freshKey()];
      for (const each of [key, beside]) await subject.port.set(each, bytes('x'), ttl());
      await subject.other.invalidate(key);
      assert.equal(await subject.port.get(key), null);
      assert.equal(textOf(await subject.port.get(beside)), 'x');
    });

    it('is gone when its namespace is invalidated, and nothing of namespaces that look alike', async () => {
      const namespace = freshName('n[*]_%?');
      const inside = ['one', 'two', '', '*'].map((each) => ({ namespace, name: each }));
      const outside = [`${namespace}0`, namespace.slice(0, -1), '*', namespace.toUpperCase()].map((each) => ({
        namespace: each,
        name: 'one',
      }));
      for (const key of [...inside, ...outside]) await subject.port.set(key, bytes('x'), ttl());
      await subject.other.invalidateNamespace(namespace);
      for (const key of inside) assert.equal(await subject.port.get(key), null, key.name);
      for (const key of outside) assert.equal(textOf(await subject.port.get(key)), 'x', key.namespace);
    });

    it('is not kept alive by a clock that goes back', async (t) => {
      const [near, far] = [freshKey(), freshKey()];
      await subject.port.set(far, bytes('x'), ttl());
      if (!(await subject.turnBack(3_600))) return t.skip('nobody can turn the clock of this store');
      assert.equal(await subject.port.get(far), null);
      await subject.port.set(near, bytes('x'), ttl());
      await subject.turnBack(9);
      await subject.pass(19);
      assert.equal(await subject.port.get(near), null);
      await subject.pass(3_600);
    });
  });
}
