import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Lease } from '../../src/core/lease/lease.ts';
import type { LeaseRequest } from '../../src/ports/leaser.ts';
import { freshName, givenWorkspace } from './given.ts';
import { type OpenSubject, subjectOf } from './subject.ts';

const WRITER = { pid: 4711, startedTicks: 99, bootId: 'boot-1' };

/** What src/ports/leaser.ts promises, sentence by sentence. */
export function leaserSuite(name: string, open: OpenSubject): void {
  describe(`the leaser of ${name}`, () => {
    const subject = subjectOf(open);
    const request = (given: Partial<LeaseRequest> = {}): LeaseRequest => {
      return { name: freshName('lease'), owner: 'runner-1', ttlMs: 1000, above: 0, ...given };
    };
    async function taken(given: Partial<LeaseRequest>) {
      const outcome = await subject.ports.leaser.take(request(given));
      if (outcome.kind !== 'taken') throw new Error('the lease was not free');
      return outcome;
    }
    /** A lease that somebody else took over after it lapsed. */
    async function lostTo(owner: string): Promise<Lease> {
      const { lease } = await taken({});
      subject.clock.turn(1000);
      await taken({ name: lease.name, owner });
      return lease;
    }

    it('grants a free lease with token 1 and no predecessor', async () => {
      const { lease, predecessor } = await taken({});
      assert.equal(lease.token, 1);
      assert.equal(lease.owner, 'runner-1');
      assert.equal(lease.expiresAt, subject.clock.now() + 1000);
      assert.equal(predecessor, null);
    });

    it('refuses a held lease to anyone, its holder included, and names the holder', async () => {
      const { lease } = await taken({});
      subject.clock.turn(999);
      for (const owner of ['runner-1', 'runner-2']) {
        const outcome = await subject.ports.leaser.take(request({ name: lease.name, owner }));
        assert.equal(outcome.kind, 'busy');
        if (outcome.kind !== 'busy') return;
        assert.deepEqual(outcome.holder, await subject.ports.leaser.find(lease.name));
        assert.equal(outcome.holder.owner, 'runner-1');
      }
    });

    it('grants a lapsed lease with the next token and tells whom it replaces', async () => {
      const { lease } = await taken({});
      await subject.ports.leaser.nameWriter(lease, WRITER);
      subject.clock.turn(1000);
      const next = await taken({ name: lease.name, owner: 'runner-2' });
      assert.equal(next.lease.token, 2);
      const { name, token, expiresAt } = lease;
      assert.deepEqual(next.predecessor, {
        ...{ name, owner: 'runner-1', token, expiresAt },
        ...{ ttlMs: 1000, writer: WRITER },
      });
    });

    it('still tells of a writer whose next holder died before it named its own', async () => {
      const { lease } = await taken({});
      await subject.ports.leaser.nameWriter(lease, WRITER);
      subject.clock.turn(1000);
      await taken({ name: lease.name });
      subject.clock.turn(1000);
      const third = await taken({ name: lease.name });
      assert.deepEqual(third.predecessor?.writer, WRITER);
    });

    it('grants a token above the one that the repository has', async () => {
      const { lease } = await taken({ above: 41 });
      assert.equal(lease.token, 42);
      await subject.ports.leaser.release(lease);
      assert.equal((await taken({ name: lease.name, above: 7 })).lease.token, 43);
    });

    it('grants none above a token that nobody can have counted up to, and stores nothing of it', async () => {
      const { leaser, outbox } = subject.ports;
      const { lease } = await taken({});
      await leaser.release(lease);
      const before = [await leaser.find(lease.name), await outbox.newest()];
      for (const above of [2 ** 41, 2 ** 48, Number.MAX_SAFE_INTEGER])
        await assert.rejects(leaser.take(request({ name: lease.name, above })), {
          code: 'integrity_broken',
          message: new RegExp(`shows token ${above}, and this ledger knows of none above 1`),
        });
      assert.deepEqual([await leaser.find(lease.name), await outbox.newest()], before);
      assert.equal((await taken({ name: lease.name, above: 2 ** 40 })).lease.token, 2 ** 40 + 1);
    });

    it('gives one of 30 who ask at once the lease, and never the same token twice', async () => {
      const { leaser } = subject.ports;
      const tokens: number[] = [];
      const name = freshName('lease');
      for (let round = 0; round < 5; round++) {
        const asked = Array.from({ length: 30 }, (_, n) =>
          leaser.take(request({ name, owner: `runner-${n}` })),
        );
        const granted = (await Promise.all(asked)).flatMap((o) =>
          o.kind === 'taken' ? [o.lease.token] : [],
        );
        assert.equal(granted.length, 1);
        tokens.push(...granted);
        subject.clock.turn(1000);
      }
      assert.deepEqual(tokens, [1, 2, 3, 4, 5]);
    });

    it('extends a lease without touching its token, even one that lapsed while nobody took it', async () => {
      const { leaser } = subject.ports;
      const { lease } = await taken({});
      subject.clock.turn(5000);
      const renewed = await leaser.renew(lease, 2000);
      assert.deepEqual(renewed, { ...lease, expiresAt: subject.clock.now() + 2000 });
      assert.equal((await leaser.find(lease.name))?.expiresAt, renewed?.expiresAt);
    });

    it('keeps the named writer through a renewal', async () => {
      const { leaser } = subject.ports;
      const { lease } = await taken({});
      await leaser.nameWriter(lease, WRITER);
      await leaser.renew(lease, 1000);
      assert.deepEqual((await leaser.find(lease.name))?.writer, WRITER);
    });

    for (const successor of ['runner-2', 'runner-1']) {
      it(`extends nothing, names no writer and releases nothing after ${successor} took over from runner-1`, async () => {
        const { leaser, outbox } = subject.ports;
        const stale = await lostTo(successor);
        const [record, position] = [await leaser.find(stale.name), await outbox.newest()];
        assert.equal(await leaser.renew(stale, 1000), null);
        assert.equal(await leaser.nameWriter(stale, WRITER), false);
        await leaser.release(stale);
        assert.deepEqual(await leaser.find(stale.name), record);
        assert.equal(await outbox.newest(), position);
      });
    }

    it('frees a released lease at once and keeps its token', async () => {
      const { leaser } = subject.ports;
      const { lease } = await taken({});
      await leaser.nameWriter(lease, WRITER);
      await leaser.release(lease);
      await leaser.release(lease);
      assert.equal(await leaser.renew(lease, 1000), null);
      const record = await leaser.find(lease.name);
      assert.deepEqual([record?.owner, record?.token], [null, 1]);
      assert.equal((await taken({ name: lease.name })).lease.token, 2);
    });

    it('tells of a writer that ended before its lease was given back, until another is named', async () => {
      const { leaser } = subject.ports;
      const { lease } = await taken({});
      await leaser.nameWriter(lease, WRITER);
      await leaser.release(lease);
      const second = await taken({ name: lease.name });
      assert.deepEqual(second.predecessor?.writer, WRITER);
      await leaser.release(second.lease);
      const third = await taken({ name: lease.name });
      assert.deepEqual(third.predecessor?.writer, WRITER);
      const next = { ...WRITER, pid: 4712 };
      await leaser.nameWriter(third.lease, next);
      await leaser.release(third.lease);
      assert.deepEqual((await taken({ name: lease.name })).predecessor?.writer, next);
    });

    it('honours a dead holder for no longer than it was granted when the clock goes back', async () => {
      const { leaser } = subject.ports;
      const { lease } = await taken({});
      await leaser.renew(lease, 3000);
      subject.clock.turn(-3_600_000);
      const outcome = await leaser.take(request({ name: lease.name, ttlMs: 10 }));
      assert.equal(outcome.kind === 'busy' && outcome.holder.expiresAt, subject.clock.now() + 3000);
      subject.clock.turn(2999);
      assert.equal((await leaser.take(request({ name: lease.name }))).kind, 'busy');
      subject.clock.turn(1);
      assert.equal((await taken({ name: lease.name })).lease.token, 2);
      subject.clock.turn(3_600_000);
    });

    it('lets a living holder keep its lease when the clock goes back', async () => {
      const { leaser } = subject.ports;
      const { lease } = await taken({});
      subject.clock.turn(-3_600_000);
      assert.equal((await leaser.take(request({ name: lease.name }))).kind, 'busy');
      subject.clock.turn(900);
      assert.notEqual(await leaser.renew(lease, 1000), null);
      subject.clock.turn(900);
      assert.equal((await leaser.take(request({ name: lease.name }))).kind, 'busy');
      subject.clock.turn(3_600_000);
    });

    it('finds nothing under a name that was never taken', async () => {
      assert.equal(await subject.ports.leaser.find(freshName('lease')), null);
    });

    it('tells of taking and releasing, never of renewing, in the chain of the workspace', async () => {
      const { leaser, workspaces, chains } = subject.ports;
      const workspace = givenWorkspace();
      await workspaces.add(workspace);
      const { lease } = await taken({ name: workspace.name });
      await leaser.renew(lease, 1000);
      await leaser.release(lease);
      const entries = await chains.entries(workspace.name, 1, 9);
      assert.deepEqual(
        entries.map(({ type, subject: about, actor }) => [type, about, actor]),
        [
          ['lease.taken', workspace.name, 'runner-1'],
          ['lease.released', workspace.name, 'runner-1'],
        ],
      );
    });

    it('tells of a lease that belongs to no workspace in the chain of the system', async () => {
      const { chains } = subject.ports;
      const { lease } = await taken({});
      const [entry] = await chains.entriesAbout(lease.name);
      assert.deepEqual([entry?.chain, entry?.data], ['system', { token: 1, after: null }]);
    });
  });
}
