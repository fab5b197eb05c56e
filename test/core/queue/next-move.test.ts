import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NOTHING_SPENT } from '../../../src/core/patch/patch.ts';
import { nextMove } from '../../../src/core/queue/next-move.ts';
import { aPatch } from '../../world/patches.ts';

const rules = { now: 100_000, cooldownMs: 10_000, paused: null };

describe('the next move of a line', () => {
  it('is to be idle when nobody is queued', () => {
    assert.deepEqual(nextMove({ head: null, series: [], lastExecutedAt: null }, rules), { kind: 'idle' });
  });

  it('is to claim the head of a line in which nothing has run yet', () => {
    const head = aPatch();
    assert.deepEqual(nextMove({ head, series: [], lastExecutedAt: null }, rules), { kind: 'claim', head });
  });

  it('waits until the cooldown after the last execution is over, and then claims', () => {
    const head = aPatch();
    assert.deepEqual(nextMove({ head, series: [], lastExecutedAt: 95_000 }, rules), {
      kind: 'wait',
      head,
      until: 105_000,
      told: false,
    });
    assert.deepEqual(nextMove({ head, series: [], lastExecutedAt: 90_000 }, rules), { kind: 'claim', head });
  });

  it('knows that the head has been told until when it waits', () => {
    const head = {
      ...aPatch(),
      state: { name: 'queued', notBefore: 105_000, spent: NOTHING_SPENT } as const,
    };
    assert.deepEqual(nextMove({ head, series: [], lastExecutedAt: 95_000 }, rules), {
      kind: 'wait',
      head,
      until: 105_000,
      told: true,
    });
  });

  it("waits for the later of the cooldown and the head's own time", () => {
    const head = {
      ...aPatch(),
      state: { name: 'queued', notBefore: 108_000, spent: { errors: 1, rescues: 0 } } as const,
    };
    assert.deepEqual(nextMove({ head, series: [], lastExecutedAt: 95_000 }, rules), {
      kind: 'wait',
      head,
      until: 108_000,
      told: true,
    });
  });

  it('does not wait at all with a cooldown of 0', () => {
    const head = aPatch();
    assert.equal(
      nextMove({ head, series: [], lastExecutedAt: 100_000 }, { ...rules, cooldownMs: 0 }).kind,
      'claim',
    );
  });

  it('claims nothing while the workspace is paused', () => {
    assert.deepEqual(
      nextMove({ head: aPatch(), series: [], lastExecutedAt: null }, { ...rules, paused: 'inventory' }),
      {
        kind: 'paused',
        reason: 'inventory',
      },
    );
  });

  it('does not wait for what a clock that has been put back dated in the future', () => {
    const head = {
      ...aPatch(),
      state: { name: 'queued', notBefore: 3_700_000, spent: NOTHING_SPENT } as const,
    };
    assert.equal(nextMove({ head, series: [], lastExecutedAt: 3_690_000 }, rules).kind, 'claim');
  });
});
