import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Sessions } from '../../src/ports/sessions.ts';
import { freshName } from './given.ts';
import { type Store, storeOf } from './store.ts';

/** What src/ports/sessions.ts promises, sentence by sentence. */
export function sessionsSuite(name: string, open: () => Promise<Store<Sessions>>): void {
  describe(`the sessions of ${name}`, () => {
    const subject = storeOf(open);
    const created = (of = freshName('subject'), idle = 10, most = 100) =>
      subject.port.create(
        { subject: of, role: 'author' },
        { idleMs: idle * subject.tickMs, mostMs: most * subject.tickMs },
      );
    const isAlive = async (id: string) => (await subject.port.find(id)) !== null;

    it('are found by their id, with whose they are and when they are over', async () => {
      const { id, session } = await created('ada');
      assert.deepEqual([session.subject, session.role], ['ada', 'author']);
      assert.equal(session.expiresAt, session.createdAt + 10 * subject.tickMs);
      for (const client of [subject.port, subject.other]) {
        const found = await client.find(id);
        assert.deepEqual(
          [found?.subject, found?.role, found?.createdAt],
          ['ada', 'author', session.createdAt],
        );
      }
    });

    it('have ids of 256 bits that fit into a cookie, and never the same one twice', async () => {
      const ids = (await Promise.all(Array.from({ length: 50 }, () => created()))).map(({ id }) => id);
      for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{43,}$/);
      assert.equal(new Set(ids).size, 50);
      assert.ok(new Set(ids.map((id) => id.slice(0, 6))).size > 45, 'they do not begin alike');
    });

    it('are not found by anything but their whole id', async () => {
      const { id } = await created();
      const others = [
        '',
        'x',
        id.slice(0, -1),
        `${id}0`,
        id.toLowerCase(),
        `${id} `,
        '%',
        '*',
        'x'.repeat(9_999),
      ];
      for (const other of others) assert.equal(await isAlive(other), false, other.slice(0, 50));
      assert.equal(await isAlive(id), true);
    });

    it('last while they are used, whoever finds them, and are over when nobody did', async () => {
      const { id, session } = await created();
      for (const client of [subject.port, subject.other, subject.port]) {
        await subject.pass(9);
        const found = await client.find(id);
        assert.ok(found && found.expiresAt > session.expiresAt);
      }
      await subject.pass(10);
      for (const client of [subject.port, subject.other]) assert.equal(await client.find(id), null);
      await subject.pass(1);
      assert.equal(await isAlive(id), false, 'and looking for it brings it not back');
    });

    it('are over at their limit, however much they are used', async () => {
      const { id, session } = await created('ada', 10, 25);
      for (const ticks of [9, 9, 6]) {
        await subject.pass(ticks);
        const found = await subject.port.find(id);
        assert.ok(found && found.expiresAt <= session.createdAt + 25 * subject.tickMs);
      }
      await subject.pass(1);
      assert.equal(await isAlive(id), false);
    });

    it('are over when they are ended, for every client, and no other one is', async () => {
      const [one, beside] = [await created('ada'), await created('ada')];
      for (const _ of [1, 2]) await subject.other.end(one.id);
      assert.equal(await isAlive(one.id), false);
      assert.equal(await isAlive(beside.id), true);
      await subject.port.end('never there');
    });

    it('of one subject are ended together, and those alive are counted', async () => {
      const [whose, other] = [freshName('subject'), freshName('subject')];
      await created(whose, 1);
      await subject.pass(1);
      const theirs = [await created(whose), await created(whose)];
      const beside = await created(other);
      assert.equal(await subject.other.endAll(whose), 2);
      for (const { id } of theirs) assert.equal(await isAlive(id), false);
      assert.equal(await isAlive(beside.id), true);
      assert.equal(await subject.port.endAll(whose), 0);
      assert.equal(await subject.port.endAll('*'), 0);
    });

    it('are not brought back by being looked for while they are ended', async () => {
      for (let round = 0; round < 20; round++) {
        const { id } = await created();
        await Promise.all([subject.port.find(id), subject.other.end(id), subject.port.find(id)]);
        assert.equal(await isAlive(id), false);
      }
    });

    it('gain no time by a clock that goes back', async (t) => {
      const [far, near] = [await created(), await created('ada', 10, 20)];
      await subject.pass(5);
      assert.ok((await isAlive(near.id)) && (await isAlive(far.id)));
      if (!(await subject.turnBack(5))) return t.skip('nobody can turn the clock of this store');
      for (const ticks of [0, 5, 5, 4]) {
        await subject.pass(ticks);
        assert.equal(await isAlive(near.id), true);
      }
      await subject.pass(1);
      assert.equal(await isAlive(near.id), false, 'the 15 ticks that were left are over');
      await subject.turnBack(3_600);
      assert.equal(await isAlive(far.id), false);
      await subject.pass(3_600);
    });
  });
}
