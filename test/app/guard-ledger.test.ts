import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryLedger } from '../../src/adapters/memory/ledger.ts';
import { guardLedger } from '../../src/app/guard-ledger.ts';
import { fail, GhostError } from '../../src/core/errors.ts';
import { givenSubmission } from '../conformance/given.ts';
import { HandClock } from '../world/clock.ts';

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
    const { ledger, breaker } = guardLedger(memory.ledger);
    assert.equal((await ledger.accept(submission)).kind, 'accepted');
    assert.equal(breaker.state(), 'closed');
    breaker.close();
  });

  it('says at once that nothing was stored, after the ledger has failed several times', async () => {
    let asked = 0;
    const broken = {
      ...memoryLedger({ clock: new HandClock() }).ledger,
      accept: () => {
        asked += 1;
        return Promise.reject(fail('ledger_unavailable', { problem: 'the disk is full' }));
      },
    };
    const { ledger, breaker } = guardLedger(broken);
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
    breaker.close();
  });
});
