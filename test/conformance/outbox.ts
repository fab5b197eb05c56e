import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accepted, givenSubmission, held, moved, registered } from './given.ts';
import { type OpenSubject, subjectOf } from './subject.ts';

/** What src/ports/chain.ts promises of the outbox, sentence by sentence. */
export function outboxSuite(name: string, open: OpenSubject): void {
  describe(`the outbox of ${name}`, () => {
    const subject = subjectOf(open);

    it('is at position 0 before anything happened', async () => {
      const { outbox } = subject.ports;
      assert.equal(await outbox.newest(), 0);
      assert.deepEqual(await outbox.after(0, 9), []);
      assert.equal(await outbox.entryAt(0), null);
      assert.equal(await outbox.entryAt(1), null);
    });

    it('tells events in the order in which they happened, one position each', async () => {
      const { ledger, outbox } = subject.ports;
      const workspace = await registered(subject.ports);
      const start = await outbox.newest();
      const patch = await accepted(ledger, { workspace });
      await moved(ledger, patch, held, { type: 'released' });
      const events = await outbox.after(start, 9);
      assert.deepEqual(
        events.map(({ position, type }) => [position - start, type]),
        [
          [1, 'patch.accepted'],
          [2, 'patch.held'],
          [3, 'patch.released'],
        ],
      );
      assert.equal(await outbox.newest(), start + 3);
      assert.deepEqual(await outbox.after(start + 1, 1), [events[1]]);
    });

    it('leaves no gap in its positions for what was refused half way', async () => {
      const { ledger, outbox } = subject.ports;
      const workspace = await registered(subject.ports);
      const { id } = await accepted(ledger, { workspace });
      const start = await outbox.newest();
      const given = [{ workspace }, { workspace, id }, { workspace }, { workspace, id }, { workspace }];
      await Promise.allSettled(given.map((each) => ledger.accept(givenSubmission(each))));
      const positions = (await outbox.after(start, 9)).map(({ position }) => position - start);
      assert.deepEqual(positions, [1, 2, 3]);
    });

    it('finds for each event the entry that it tells', async () => {
      const { ledger, outbox, chains } = subject.ports;
      const workspace = await registered(subject.ports);
      const start = await outbox.newest();
      const { id } = await accepted(ledger, { workspace });
      assert.deepEqual([await outbox.entryAt(start + 1)], await chains.entriesAbout(id));
    });

    it('shows a reader who polls while 150 writes run every position once and in order', async () => {
      const { ledger, outbox } = subject.ports;
      const workspace = await registered(subject.ports);
      const start = await outbox.newest();
      let open = 150;
      const writes = Array.from({ length: open }, async () => {
        await accepted(ledger, { workspace });
        open -= 1;
      });
      const seen: number[] = [];
      const poll = async () => {
        const events = await outbox.after(start + seen.length, 20);
        seen.push(...events.map(({ position }) => position));
        return events.length;
      };
      while ((await poll()) > 0 || open > 0) await new Promise(setImmediate);
      await Promise.all(writes);
      assert.deepEqual(
        seen,
        Array.from({ length: 150 }, (_, index) => start + index + 1),
      );
    });

    it('remembers for each reader how far it has come', async () => {
      const { outbox } = subject.ports;
      assert.equal(await outbox.cursor('audit'), 0);
      await outbox.moveCursor('audit', 7);
      await outbox.moveCursor('relay', 3);
      await outbox.moveCursor('audit', 9);
      assert.deepEqual([await outbox.cursor('audit'), await outbox.cursor('relay')], [9, 3]);
    });
  });
}
