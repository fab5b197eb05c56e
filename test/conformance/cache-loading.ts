import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cache } from '../../src/ports/cache.ts';
import { bytes, freshKey, textOf } from './cache-given.ts';
import { type Store, storeOf } from './store.ts';

/** Longer than any cache waits for a load in another process. */
const LONG_TICKS = 3_600;

/** What src/ports/cache.ts promises of `getOrLoad`. */
export function cacheLoadingSuite(name: string, open: () => Promise<Store<Cache>>): void {
  describe(`loading through the cache of ${name}`, () => {
    const subject = storeOf(open);
    const ttl = () => 10 * subject.tickMs;

    it('happens once, and again when the value has lapsed', async () => {
      const key = freshKey();
      const load = loader();
      const answer = async (client: Cache) => textOf(await client.getOrLoad(key, ttl(), load.run));
      load.bring('first');
      assert.deepEqual([await answer(subject.port), await answer(subject.other)], ['first', 'first']);
      assert.equal(textOf(await subject.port.get(key)), 'first');
      await subject.pass(10);
      assert.deepEqual([await answer(subject.other), load.calls], ['first', 2]);
    });

    it('happens once for 50 who ask at once, whichever client they ask', async () => {
      const key = freshKey();
      const load = loader();
      const asked = Array.from({ length: 50 }, (_, n) =>
        (n % 2 ? subject.port : subject.other).getOrLoad(key, ttl(), load.run),
      );
      await load.running;
      load.bring('once');
      const answers = await Promise.all(asked);
      assert.deepEqual([new Set(answers.map(textOf)), load.calls], [new Set(['once']), 1]);
    });

    it('of different keys goes side by side, also where one waits for the other', async () => {
      const [outer, inner] = [freshKey(), freshKey()];
      const answer = await subject.port.getOrLoad(outer, ttl(), () =>
        subject.port.getOrLoad(inner, ttl(), async () => bytes('inner')),
      );
      assert.equal(textOf(answer), 'inner');
      assert.equal(textOf(await subject.other.get(outer)), 'inner');
    });

    it('that throws is thrown to all who wait for it, keeps nothing, and is tried anew', async () => {
      const key = freshKey();
      const load = loader();
      const asked = [1, 2, 3].map(() => subject.port.getOrLoad(key, ttl(), load.run));
      await load.running;
      load.break(new Error('no answer'));
      for (const outcome of await Promise.allSettled(asked))
        assert.equal(outcome.status === 'rejected' && outcome.reason.message, 'no answer');
      assert.equal(await subject.port.get(key), null);
      const again = await subject.other.getOrLoad(key, ttl(), async () => bytes('again'));
      assert.deepEqual([textOf(again), load.calls], ['again', 1]);
    });

    for (const [what, drop] of Object.entries(DROPS)) {
      it(`is answered and not kept when ${what} is invalidated meanwhile, and joined by nobody after that`, async () => {
        for (const by of [subject.port, subject.other]) {
          const key = freshKey();
          const [early, late] = [loader(), loader()];
          const asked = subject.port.getOrLoad(key, ttl(), early.run);
          await early.running;
          await drop(by, key);
          if (by === subject.port) {
            const askedLate = by.getOrLoad(key, ttl(), late.run);
            await late.running;
            late.bring('late');
            assert.equal(textOf(await askedLate), 'late');
          }
          early.bring('early');
          assert.equal(textOf(await asked), 'early');
          assert.equal(textOf(await subject.port.get(key)), by === subject.port ? 'late' : null);
        }
      });
    }

    it('does not overwrite what was set meanwhile', async () => {
      for (const by of [subject.port, subject.other]) {
        const key = freshKey();
        const load = loader();
        const asked = subject.port.getOrLoad(key, ttl(), load.run);
        await load.running;
        await by.set(key, bytes('set'), ttl());
        load.bring('loaded');
        assert.equal(textOf(await asked), 'loaded');
        assert.equal(textOf(await subject.other.get(key)), 'set');
      }
    });

    it('is waited for in another client for a short time only', async (t) => {
      if (!subject.hasOther) return t.skip('this store has one client');
      const key = freshKey();
      const [stuck, own] = [loader(), loader()];
      const first = subject.port.getOrLoad(key, ttl(), stuck.run);
      await stuck.running;
      const second = subject.other.getOrLoad(key, ttl(), own.run);
      await subject.pass(LONG_TICKS);
      await own.running;
      own.bring('own');
      assert.equal(textOf(await second), 'own');
      stuck.bring('stuck');
      assert.equal(textOf(await first), 'stuck');
      assert.equal(textOf(await subject.port.get(key)), 'own', 'what came too late is not kept');
    });
  });
}

const DROPS: Readonly<Record<string, (cache: Cache, key: ReturnType<typeof freshKey>) => Promise<void>>> = {
  'its key': (cache, key) => cache.invalidate(key),
  'its namespace': (cache, { namespace }) => cache.invalidateNamespace(namespace),
};

/** A load that ends when it is told to, and each later call of it at once in the same way. */
function loader() {
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Uint8Array>();
  ended.promise.catch(() => undefined);
  const load = {
    calls: 0,
    /** Resolves when it was called. */
    running: started.promise,
    run: () => {
      load.calls += 1;
      started.resolve();
      return ended.promise;
    },
    bring: (text: string) => ended.resolve(bytes(text)),
    break: (error: Error) => ended.reject(error),
  };
  return load;
}
