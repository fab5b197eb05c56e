import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { WakeTopic, WakeUps } from '../../src/ports/wake-ups.ts';

/** Wake-ups that nobody else hears, for one test. They are closed when it ends. */
export interface WakeUpsSubject {
  open(): Promise<WakeUps>;
  /** As another process has them; left out where there can be no other. */
  readonly openAnother?: () => Promise<WakeUps>;
}

/** What src/ports/wake-ups.ts promises. A test that waits in vain is ended by its time limit: nothing is timed. */
export function wakeUpsSuite(name: string, open: (test: TestContext) => Promise<WakeUpsSubject>): void {
  describe(`the wake-ups of ${name}`, { timeout: 20_000 }, () => {
    async function clients(t: TestContext) {
      const subject = await open(t);
      const receiver = await subject.open();
      return { receiver, sender: (await subject.openAnother?.()) ?? receiver };
    }

    it('wake who subscribed to the topic, and nobody else', async (t) => {
      const { receiver, sender } = await clients(t);
      const line = counting(receiver, 'line');
      const outbox = counting(receiver, 'outbox');
      await sender.notify('line');
      await line.woken();
      assert.equal(outbox.count, 0);
      await sender.notify('outbox');
      await outbox.woken();
    });

    it('wake all who subscribed, those of the sender too', async (t) => {
      const { receiver, sender } = await clients(t);
      const all = [counting(receiver, 'line'), counting(receiver, 'line'), counting(sender, 'line')];
      await sender.notify('line');
      await Promise.all(all.map((each) => each.woken()));
    });

    it('wake after the last of many at once, and all of these end', async (t) => {
      const { receiver, sender } = await clients(t);
      for (const _ of [1, 2, 3]) {
        await Promise.all(Array.from({ length: 100 }, () => sender.notify('line')));
        const woken = counting(receiver, 'line');
        await Promise.all([sender.notify('line'), sender.notify('outbox'), sender.notify('line')]);
        await woken.woken();
        woken.end();
      }
    });

    it('leave those alone who ended their subscription, and only those', async (t) => {
      const { receiver, sender } = await clients(t);
      let woken = 0;
      const wake = () => {
        woken += 1;
      };
      const ends = [receiver.subscribe('line', wake), receiver.subscribe('line', wake)];
      ends[0]?.();
      ends[0]?.();
      const beside = counting(receiver, 'line');
      await sender.notify('line');
      await beside.woken();
      assert.ok(woken > 0, 'the same function, subscribed twice, is still subscribed once');
      ends[1]?.();
      const before = woken;
      const later = counting(receiver, 'line');
      await sender.notify('line');
      await later.woken();
      assert.equal(woken, before);
    });

    it('cost nobody anything where nobody waits, or after they were closed', async (t) => {
      const { receiver, sender } = await clients(t);
      await sender.notify('line');
      const late = counting(receiver, 'line');
      await receiver.close();
      await receiver.close();
      await sender.notify('line');
      await receiver.notify('line');
      late.end();
      assert.equal(late.count, 0);
    });
  });
}

/** A subscription that counts, and tells of the first time. */
function counting(wakeUps: WakeUps, topic: WakeTopic) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscription = {
    count: 0,
    woken: () => promise,
    end: wakeUps.subscribe(topic, () => {
      subscription.count += 1;
      resolve();
    }),
  };
  return subscription;
}
