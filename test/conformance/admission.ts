import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Admission } from '../../src/ports/admission.ts';
import { freshName } from './given.ts';
import { type Store, storeOf } from './store.ts';

/** What src/ports/admission.ts promises, sentence by sentence. */
export function admissionSuite(name: string, open: () => Promise<Store<Admission>>): void {
  describe(`the admission of ${name}`, () => {
    const subject = storeOf(open);
    const ttl = (ticks = 10) => ticks * subject.tickMs;
    const ownerOf = async (door: string, client = subject.port) => (await client.find(door))?.owner ?? null;
    const entering = async (door: string, owner: string, ticks = 10, client = subject.port) => {
      const entrance = await client.enter({ name: door, owner }, ttl(ticks));
      return entrance.kind === 'admitted'
        ? ['admitted', entrance.admitted.owner]
        : ['busy', entrance.by.owner];
    };

    it('lets in whoever comes first, and tells everybody who is in, until when and under which key', async () => {
      const door = freshName();
      assert.equal(await subject.port.find(door), null);
      const entrance = await subject.port.enter({ name: door, owner: 'ada' }, ttl());
      assert.ok(entrance.kind === 'admitted');
      const { admitted } = entrance;
      assert.deepEqual([admitted.name, admitted.owner], [door, 'ada']);
      assert.ok(admitted.key.includes(door));
      for (const client of [subject.port, subject.other]) {
        const found = await client.find(door);
        assert.deepEqual([found?.owner, found?.key], ['ada', admitted.key]);
        assert.ok(found && Math.abs(found.expiresAt - admitted.expiresAt) <= 5);
      }
    });

    it('refuses everybody else and names who is in, at every other door it does not', async () => {
      const door = freshName();
      await entering(door, 'ada');
      assert.deepEqual(await entering(door, 'bob', 10, subject.other), ['busy', 'ada']);
      assert.deepEqual(await entering(door, 'a', 10, subject.other), ['busy', 'ada']);
      assert.deepEqual(await entering(freshName(), 'bob', 10, subject.other), ['admitted', 'bob']);
      assert.equal(await ownerOf(door), 'ada');
    });

    it('lets an owner who is in stay for so long from now on', async () => {
      const door = freshName();
      await entering(door, 'ada');
      for (const _ of [1, 2, 3]) {
        await subject.pass(7);
        assert.deepEqual(await entering(door, 'ada', 10, subject.other), ['admitted', 'ada']);
      }
      assert.deepEqual(await entering(door, 'bob'), ['busy', 'ada']);
    });

    it('forgets who was not heard of for as long as it was let in', async () => {
      const door = freshName();
      await entering(door, 'ada');
      await subject.pass(10);
      for (const client of [subject.port, subject.other]) assert.equal(await ownerOf(door, client), null);
      assert.deepEqual(await entering(door, 'bob'), ['admitted', 'bob']);
      assert.deepEqual(await entering(door, 'ada'), ['busy', 'bob']);
    });

    it('lets nobody out but its owner, who may leave twice', async () => {
      const door = freshName();
      await entering(door, 'ada');
      await subject.other.leave({ name: door, owner: 'bob' });
      assert.equal(await ownerOf(door), 'ada');
      for (const _ of [1, 2]) await subject.other.leave({ name: door, owner: 'ada' });
      assert.equal(await ownerOf(door), null);
      await entering(door, 'bob');
      await subject.port.leave({ name: door, owner: 'ada' });
      assert.equal(await ownerOf(door), 'bob');
    });

    it('keeps who was let in for longer than somebody who is refused asks for only that long', async () => {
      const door = freshName();
      await entering(door, 'ada', 10_000);
      assert.deepEqual(await entering(door, 'bob'), ['busy', 'ada']);
      await subject.pass(10);
      assert.equal(await ownerOf(door), null);
      await entering(door, 'ada');
      assert.deepEqual(await entering(door, 'bob', 10_000), ['busy', 'ada']);
      await subject.pass(10);
      assert.equal(await ownerOf(door), null, 'and nobody for longer');
    });

    it('keeps nobody out for long by a clock that goes back', async (t) => {
      const door = freshName();
      await entering(door, 'ada');
      if (!(await subject.turnBack(3_600))) return t.skip('nobody can turn the clock of this store');
      assert.deepEqual(await entering(door, 'bob'), ['busy', 'ada']);
      await subject.pass(10);
      assert.deepEqual(await entering(door, 'bob'), ['admitted', 'bob']);
      await subject.pass(3_590);
    });

    it('lets in one of 20 who come at once, whatever their names hold', async () => {
      for (const door of [freshName(), `${freshName()} *:{x}\n\u{1f47b}`]) {
        const owners = Array.from({ length: 20 }, (_, n) => `runner:${n} {"${n}"}`);
        const told = await Promise.all(
          owners.map((owner, n) => entering(door, owner, 10, n % 2 ? subject.port : subject.other)),
        );
        const admitted = told.flatMap(([kind, owner]) => (kind === 'admitted' ? [owner] : []));
        assert.equal(admitted.length, 1);
        assert.ok(told.every(([, owner]) => owner === admitted[0]));
        assert.equal(await ownerOf(door), admitted[0]);
      }
    });
  });
}
