import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryLedger } from '../../../src/adapters/memory/ledger.ts';
import { guardLedger } from '../../../src/app/ledger/guard-ledger.ts';
import { fail, GhostError } from '../../../src/core/errors.ts';
import type { Outbox } from '../../../src/ports/chain.ts';
import { givenSubmission } from '../../conformance/given.ts';
import { HandClock } from '../../world/clock.ts';

describe('a guarded ledger', () => {
  it('accepts as the ledger does', async () => {
    const memory = memoryLedger({ clock: new HandClock() });
    const submission = givenSubmission();
    const place = {
      gitDir: '/repository',
      workTree: null,
      branch: 'main',
      addedAt: 0,
      addedBy: 'test',
      paused: null,
      remote: null,
      baseline: null,
    };
    await memory.workspaces.add({ name: submission.workspace, ...place });
    const { ledger, breaker } = guardLedger(memory);
    assert.equal((await ledger.accept(submission)).kind, 'accepted');
    assert.equal(breaker.state(), 'closed');
    breaker.close();
  });

  it('says at once that nothing was stored, after the ledger has failed several times', async () => {
    let asked = 0;
    const { ledger: whole, outbox } = memoryLedger({ clock: new HandClock() });
    const broken = {
      ...whole,
      accept: () => {
        asked += 1;
        return Promise.reject(fail('ledger_unavailable', { problem: 'the disk is full' }));
      },
    };
    const { ledger, breaker, requireIntake } = guardLedger({ ledger: broken, outbox });
    const refused = () =>
      assert.rejects(
        ledger.accept(givenSubmission()),
        (error) => error instanceof GhostError && error.code === 'ledger_unavailable',
      );
    for (let turn = 0; turn < 8; turn += 1) await refused();
    assert.equal(breaker.state(), 'open');
    const before = asked;
    await refused();
    assert.equal(asked, before, 'the ledger was not asked again');
    await assert.rejects(requireIntake(), /left alone/);
    breaker.close();
  });

  it('is not ready after a submission that it could not take, until it takes a write again', async () => {
    const { ledger: whole, outbox: free } = memoryLedger({ clock: new HandClock() });
    let isFull = false;
    const full = () => Promise.reject(fail('ledger_unavailable', { problem: 'the disk is full' }));
    const outbox: Outbox = {
      ...free,
      moveCursor: (...given) => (isFull ? full() : free.moveCursor(...given)),
    };
    const { ledger, breaker, requireIntake } = guardLedger({ ledger: { ...whole, accept: full }, outbox });
    await requireIntake();
    isFull = true;
    await requireIntake();
    await assert.rejects(ledger.accept(givenSubmission()), { code: 'ledger_unavailable' });
    for (let asked = 0; asked < 3; asked += 1)
      await assert.rejects(requireIntake(), { code: 'ledger_unavailable' });
    isFull = false;
    await requireIntake();
    breaker.close();
  });
});
