import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Announcement, Registry } from '../../src/ports/registry.ts';
import { freshName } from './given.ts';
import { type Store, storeOf } from './store.ts';

/** What src/ports/registry.ts promises, sentence by sentence. */
export function registrySuite(name: string, open: () => Promise<Store<Registry>>): void {
  describe(`the registry of ${name}`, () => {
    const subject = storeOf(open);
    const ttl = (ticks = 10) => ticks * subject.tickMs;
    const names = async (component: string | null, client = subject.port) =>
      (await client.list(component)).map(({ instance }) => instance);

    it('lists who announced itself, with all it said and when it was heard', async () => {
      const said = given({ address: null, details: { lanes: [{ a: null }, 'ä'], n: 1.5 } });
      await subject.port.announce(said, ttl());
      for (const client of [subject.port, subject.other]) {
        const [found, ...rest] = await client.list(said.component);
        assert.ok(found);
        const { at, expiresAt, ...announced } = found;
        assert.deepEqual([announced, rest], [said, []]);
        assert.equal(expiresAt, at + ttl());
      }
    });

    it('lists instances of one component or of all, sorted by component and instance', async () => {
      const [a, b] = [freshName('a'), freshName('b')];
      for (const [component, instance] of [
        [b, '2'],
        [a, '9'],
        [b, '10'],
        [a, '1'],
      ] as const)
        await subject.port.announce(given({ component, instance }), ttl());
      assert.deepEqual(await names(a), ['1', '9']);
      assert.deepEqual(await names(b), ['10', '2']);
      const all = (await subject.other.list(null)).map(({ component, instance }) => [component, instance]);
      assert.deepEqual(
        all.filter(([component]) => component === a || component === b),
        [
          [a, '1'],
          [a, '9'],
          [b, '10'],
          [b, '2'],
        ],
      );
      assert.deepEqual(
        all,
        all.toSorted((one, two) => (one.join('\0') < two.join('\0') ? -1 : 1)),
      );
      assert.deepEqual(await names(freshName()), []);
    });

    it('replaces what an instance said before', async () => {
      const said = given({ address: 'http://one' });
      await subject.port.announce(said, ttl());
      await subject.other.announce({ ...said, address: 'http://two' }, ttl());
      const found = await subject.port.list(said.component);
      assert.deepEqual(
        found.map(({ address }) => address),
        ['http://two'],
      );
    });

    it('forgets who was silent for as long as it said, and does not bring it back by a refresh', async () => {
      const said = given();
      await subject.port.announce(said, ttl());
      await subject.pass(9);
      assert.deepEqual(await names(said.component), [said.instance]);
      await subject.pass(1);
      for (const client of [subject.port, subject.other])
        assert.deepEqual(await names(said.component, client), []);
      assert.equal(await subject.port.refresh(said, ttl()), false);
      assert.deepEqual(await names(said.component), []);
    });

    it('keeps who refreshes itself, with what it said, for as long as it says then', async () => {
      const said = given({ details: { url: 'x' } });
      await subject.port.announce(said, ttl());
      for (const _ of [1, 2, 3]) {
        await subject.pass(9);
        assert.equal(await subject.other.refresh(said, ttl()), true);
      }
      const [found] = await subject.port.list(said.component);
      assert.deepEqual(found?.details, said.details);
      await subject.port.refresh(said, ttl(2));
      await subject.pass(2);
      assert.deepEqual(await names(said.component), []);
    });

    it('forgets who withdraws at once, and nobody else', async () => {
      const [said, beside] = [given(), given()];
      const twin = { ...said, component: beside.component };
      for (const each of [said, beside, twin]) await subject.port.announce(each, ttl());
      for (const _ of [1, 2]) await subject.other.withdraw(said);
      assert.deepEqual(await names(said.component), []);
      assert.deepEqual(
        (await names(beside.component)).toSorted(),
        [beside.instance, said.instance].toSorted(),
      );
      assert.equal(await subject.port.refresh(said, ttl()), false);
      await subject.port.withdraw(given());
    });

    it('takes an instance that comes back after it was gone', async () => {
      const said = given();
      await subject.port.announce(said, ttl());
      await subject.pass(10);
      await subject.port.announce(said, ttl());
      assert.deepEqual(await names(said.component), [said.instance]);
    });

    it('keeps nobody alive by a clock that goes back', async (t) => {
      const [dead, near, living] = [given(), given(), given()];
      await subject.port.announce(dead, ttl());
      await subject.port.announce(living, ttl());
      if (!(await subject.turnBack(3_600))) return t.skip('nobody can turn the clock of this store');
      assert.deepEqual(await names(dead.component), []);
      if (!(await subject.port.refresh(living, ttl()))) await subject.port.announce(living, ttl());
      assert.deepEqual(await names(living.component), [living.instance]);
      await subject.port.announce(near, ttl());
      await subject.turnBack(9);
      await subject.pass(19);
      assert.deepEqual(await names(near.component), []);
      await subject.pass(3_600);
    });

    it('takes the words of 20 instances that speak at once', async () => {
      const component = freshName('component');
      const all = Array.from({ length: 20 }, (_, n) => given({ component, instance: `${10 + n}` }));
      await Promise.all(all.map((each, n) => (n % 2 ? subject.port : subject.other).announce(each, ttl())));
      assert.equal((await names(component)).length, 20);
      await Promise.all(all.map((each) => subject.port.withdraw(each)));
      assert.deepEqual(await names(component), []);
    });
  });
}

function given(said: Partial<Announcement> = {}): Announcement {
  return {
    component: freshName('component'),
    instance: freshName('instance'),
    version: '1.2.3',
    pid: 4711,
    host: 'here',
    address: 'http://127.0.0.1:5051',
    startedAt: 1_760_000_000_000,
    details: null,
    ...said,
  };
}
