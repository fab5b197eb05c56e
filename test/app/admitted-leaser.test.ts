import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryAdmission } from '../../src/adapters/memory/admission.ts';
import { memoryLedger } from '../../src/adapters/memory/ledger.ts';
import { admittedLeaser } from '../../src/app/admitted-leaser.ts';
import { fail } from '../../src/core/errors.ts';
import type { Lease } from '../../src/core/lease/lease.ts';
import type { Admission } from '../../src/ports/admission.ts';
import type { Leaser } from '../../src/ports/leaser.ts';
import { HandClock } from '../world/clock.ts';

const TTL_MS = 15_000;
const ADA = { name: 'main', owner: 'ada' };
const BOB = { name: 'main', owner: 'bob' };

describe('a leaser with an admission in front of it', () => {
  it('lets in who takes the lease, for as long as it has it', async () => {
    const { leaser, inside, clock } = given();
    const lease = await taken(leaser, ADA);
    assert.equal(await inside(), 'ada');
    for (const _ of [1, 2, 3, 4]) {
      clock.advance(TTL_MS / 3);
      await leaser.renew(lease, TTL_MS);
      assert.equal(await inside(), 'ada');
    }
    await leaser.release(lease);
    assert.equal(await inside(), null);
    await taken(leaser, BOB);
  });

  it('tells who is not let in that somebody else is, and does not ask the ledger', async () => {
    const { leaser, asked } = given();
    await taken(leaser, ADA);
    for (const _ of [1, 2, 3]) {
      const outcome = await leaser.take({ ...BOB, ttlMs: TTL_MS, above: 0 });
      assert.equal(outcome.kind === 'busy' && outcome.holder.owner, 'ada');
    }
    assert.equal(asked.length, 1);
  });

  it('lets the ledger refuse who was let in after the store forgot the holder, and lets the holder in again', async () => {
    const { leaser, admission, inside } = given();
    const lease = await taken(leaser, ADA);
    await admission.leave(ADA);
    const outcome = await leaser.take({ ...BOB, ttlMs: TTL_MS, above: 0 });
    assert.equal(outcome.kind === 'busy' && outcome.holder.owner, 'ada');
    assert.equal(await inside(), null, 'who was refused keeps nobody out');
    await leaser.renew(lease, TTL_MS);
    assert.equal(await inside(), 'ada');
  });

  it('leaves the holder in where its own other process hears no from the ledger', async () => {
    const { leaser, inside } = given();
    await taken(leaser, ADA);
    assert.equal((await leaser.take({ ...ADA, ttlMs: TTL_MS, above: 0 })).kind, 'busy');
    assert.equal(await inside(), 'ada');
  });

  it('believes in a holder that died for a little less than its lease, so that nobody waits for longer', async () => {
    const { leaser, inside, clock } = given();
    const dead = await taken(leaser, ADA);
    clock.advance(TTL_MS - 1);
    assert.equal(await inside(), null);
    assert.equal((await leaser.take({ ...BOB, ttlMs: TTL_MS, above: 0 })).kind, 'busy');
    clock.advance(1);
    const { token } = await taken(leaser, BOB);
    assert.ok(token > dead.token);
    assert.equal(await leaser.renew(dead, TTL_MS), null);
    assert.equal((await leaser.take({ ...ADA, ttlMs: TTL_MS, above: 0 })).kind, 'busy');
  });

  it('believes in a holder that gave its lease back and could not say so for no longer than a lease', async () => {
    const { leaser, admission, clock } = given();
    await admission.enter(ADA, TTL_MS);
    assert.equal((await leaser.take({ ...BOB, ttlMs: TTL_MS, above: 0 })).kind, 'busy');
    clock.advance(TTL_MS);
    await taken(leaser, BOB);
  });

  it('believes an old copy of the store for no longer than a lease after the first refusal', async () => {
    const { leaser, admission, clock } = given();
    await admission.enter(ADA, 1_000 * TTL_MS);
    assert.equal((await leaser.take({ ...BOB, ttlMs: TTL_MS, above: 0 })).kind, 'busy');
    clock.advance(TTL_MS);
    await taken(leaser, BOB);
  });

  it('keeps nobody out who cannot reach the ledger', async () => {
    const { admission, clock, inside } = given();
    const cut = async () => {
      throw fail('ledger_unavailable', { problem: 'cut off' });
    };
    const ledger = memoryLedger({ clock }).leaser;
    const lease = await taken(admittedLeaser(ledger, admission), ADA);
    const leaser = admittedLeaser({ ...ledger, take: cut, renew: cut, release: cut }, admission);
    clock.advance(TTL_MS - 1);
    await assert.rejects(leaser.renew(lease, TTL_MS), { code: 'ledger_unavailable' });
    clock.advance(1);
    assert.equal(await inside(), null, 'it was not let in for longer');
    await assert.rejects(leaser.take({ ...BOB, ttlMs: TTL_MS, above: 0 }), { code: 'ledger_unavailable' });
    assert.equal(await inside(), null);
    await admission.enter(ADA, TTL_MS);
    await assert.rejects(leaser.release(lease), { code: 'ledger_unavailable' });
    assert.equal(await inside(), null);
  });

  it('goes by the ledger alone where the store is gone, or says nothing', async () => {
    const gone = async () => {
      throw fail('store_unavailable', { problem: 'gone' });
    };
    const { clock } = given();
    const ledger = memoryLedger({ clock }).leaser;
    const leaser = admittedLeaser(ledger, { enter: gone, leave: gone, find: gone });
    const lease = await taken(leaser, ADA);
    assert.equal((await leaser.take({ ...BOB, ttlMs: TTL_MS, above: 0 })).kind, 'busy');
    const silent = admittedLeaser(ledger, {
      enter: () => new Promise(() => undefined),
      leave: gone,
      find: gone,
    });
    assert.ok(await silent.renew(lease, TTL_MS), 'nobody waits for it while the lease runs out');
    await leaser.release(lease);
    await taken(leaser, BOB);
  });
});

function given() {
  const clock = new HandClock();
  const admission = memoryAdmission({ clock });
  const ledger = memoryLedger({ clock }).leaser;
  const asked: string[] = [];
  const counting: Leaser = {
    ...ledger,
    take: (request) => {
      asked.push(request.owner);
      return ledger.take(request);
    },
  };
  const inside = async () => (await admission.find('main'))?.owner ?? null;
  return {
    clock,
    admission: admission as Admission,
    leaser: admittedLeaser(counting, admission),
    asked,
    inside,
  };
}

async function taken(leaser: Leaser, who: { name: string; owner: string }): Promise<Lease> {
  const outcome = await leaser.take({ ...who, ttlMs: TTL_MS, above: 0 });
  assert.ok(outcome.kind === 'taken', `${who.owner} takes the lease`);
  return outcome.lease;
}
