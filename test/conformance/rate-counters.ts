import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CounterKey, RateCounters } from '../../src/ports/rate-counters.ts';
import { freshName } from './given.ts';
import { type Store, storeOf } from './store.ts';

/** What src/ports/rate-counters.ts promises, sentence by sentence. */
export function rateCountersSuite(name: string, open: () => Promise<Store<RateCounters>>): void {
  describe(`the rate counters of ${name}`, () => {
    const subject = storeOf(open);
    const windowMs = () => 10 * subject.tickMs;
    const hit = async (key: CounterKey, client = subject.port) => {
      const { count, leftMs } = await client.hit(key, windowMs());
      assert.ok(leftMs > 0 && leftMs <= windowMs(), `${leftMs} ms are left`);
      return count;
    };

    it('count one more each time, for all clients together', async () => {
      const key = freshKey();
      const counts = [];
      for (const client of [subject.port, subject.other, subject.other, subject.port])
        counts.push(await hit(key, client));
      assert.deepEqual(counts, [1, 2, 3, 4]);
    });

    it('give each of 50 who come at once a number of its own', async () => {
      const key = freshKey();
      const clients = Array.from({ length: 50 }, (_, n) => (n % 2 ? subject.port : subject.other));
      const counts = await Promise.all(clients.map((client) => hit(key, client)));
      assert.deepEqual(
        counts.toSorted((one, two) => one - two),
        clients.map((_, n) => n + 1),
      );
    });

    it('count by namespace and name, whatever characters these have', async () => {
      const parts = ['a', 'a:b', 'b', '', '*', '\0', 'ä"\'\\', ' ', '{a}', '%003a'];
      const prefix = freshName();
      const keys = parts.flatMap((one) => parts.map((two) => ({ namespace: `${prefix}${one}`, name: two })));
      for (const key of keys) assert.equal(await hit(key), 1, JSON.stringify(key));
    });

    it('begin anew when the window is over, which lasts from its first whatever comes within it', async () => {
      const key = freshKey();
      await hit(key);
      await subject.pass(4);
      await hit(key);
      await subject.pass(5);
      const { count, leftMs } = await subject.port.hit(key, windowMs());
      assert.equal(count, 3);
      assert.ok(leftMs > 0 && leftMs <= subject.tickMs);
      await subject.pass(1);
      assert.equal(await hit(key, subject.other), 1);
      await subject.pass(9);
      assert.equal(await hit(key), 2);
    });

    it('take one back, of a window that is not over, and never go below nothing', async () => {
      const key = freshKey();
      await subject.port.unhit(key);
      assert.equal(await hit(key), 1);
      assert.equal(await hit(key), 2);
      await subject.other.unhit(key);
      assert.equal(await hit(key), 2);
      for (const _ of [1, 2, 3]) await subject.port.unhit(key);
      await subject.pass(9);
      assert.equal(await hit(key), 1);
      await subject.pass(1);
      await subject.port.unhit(key);
      assert.equal(await hit(key), 1);
    });

    it('forget what is reset, and nothing else', async () => {
      const [key, beside] = [freshKey(), freshKey()];
      for (const each of [key, beside, key]) await hit(each);
      await subject.other.reset(key);
      await subject.port.reset(freshKey());
      assert.deepEqual([await hit(key), await hit(beside)], [1, 2]);
    });

    it('keep no window open for longer by a clock that goes back', async (t) => {
      const key = freshKey();
      await hit(key);
      if (!(await subject.turnBack(3_600))) return t.skip('nobody can turn the clock of this store');
      assert.equal(await hit(key), 2);
      await subject.pass(10);
      assert.equal(await hit(key), 1);
      await subject.pass(3_600);
    });
  });
}

function freshKey(): CounterKey {
  return { namespace: freshName('namespace'), name: 'name' };
}
