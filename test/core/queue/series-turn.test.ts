import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { patchId } from '../../../src/core/patch/id.ts';
import { NOTHING_SPENT, type Patch, type PatchState } from '../../../src/core/patch/patch.ts';
import { nextMove } from '../../../src/core/queue/next-move.ts';
import { turnInSeries } from '../../../src/core/queue/series-turn.ts';
import { givenIntent } from '../../conformance/given.ts';
import { aPatch } from '../../world/patches.ts';

const QUEUED: PatchState = { name: 'queued', notBefore: null, spent: NOTHING_SPENT };
const LANDED: PatchState = { name: 'landed', intent: givenIntent(), worktree: 'none' };
const HELD: PatchState = { name: 'held', reason: 'local_edits', paths: [], spent: NOTHING_SPENT };
const REJECTED: PatchState = { name: 'rejected', reason: 'does_not_apply', base: null, faults: [] };
const FAILED: PatchState = { name: 'failed', reason: 'check_error', detail: '' };
const CANCELLED: PatchState = { name: 'cancelled', by: 'ada' };

const idOf = (index: number) => patchId(`01JDB000000000000000000${index}00`);

function aSeries(...states: readonly PatchState[]): readonly Patch[] {
  return states.map((state, at) => ({
    ...aPatch(),
    id: idOf(at + 1),
    seq: at + 1,
    series: { first: idOf(1), index: at + 1, of: states.length },
    state,
  }));
}

function turnOfLast(...states: readonly PatchState[]) {
  const series = aSeries(...states);
  const last = series.at(-1);
  assert.ok(last);
  return turnInSeries(last, series.toReversed());
}

describe('the turn of a patch', () => {
  it('is free when it came alone, when it is the first, and when all before it have landed', () => {
    assert.deepEqual(turnInSeries(aPatch(), []), { kind: 'free' });
    assert.deepEqual(turnOfLast(QUEUED), { kind: 'free' });
    assert.deepEqual(turnOfLast(LANDED, LANDED, QUEUED), { kind: 'free' });
  });

  it('waits for the first before it that is not over', () => {
    const turn = turnOfLast(LANDED, HELD, QUEUED, QUEUED);
    assert.equal(turn.kind === 'waits' && turn.for.id, idOf(2));
  });

  for (const end of [REJECTED, FAILED, CANCELLED])
    it(`never comes once one before it is ${end.name}, and names the first such one`, () => {
      const turn = turnOfLast(LANDED, end, CANCELLED, QUEUED);
      assert.equal(turn.kind === 'broken' && turn.by.id, idOf(2));
    });

  it('is broken rather than waiting where both are before it', () => {
    assert.equal(turnOfLast(HELD, CANCELLED, QUEUED).kind, 'broken');
  });

  it('does not depend on those behind it', () => {
    const series = aSeries(LANDED, QUEUED, REJECTED);
    const [, second] = series;
    assert.ok(second);
    assert.deepEqual(turnInSeries(second, series), { kind: 'free' });
  });

  it('is not guessed when one before it is missing', () => {
    const [, second] = aSeries(LANDED, QUEUED);
    assert.ok(second);
    assert.throws(() => turnInSeries(second, [second]), /number 2 of its series, and 0 stand before it/);
  });

  it('makes the head of the line stand aside, end, or be claimed, whatever the cooldown says of the first two', () => {
    const rules = { now: 100_000, cooldownMs: 10_000, paused: null };
    const move = (...states: readonly PatchState[]) => {
      const series = aSeries(...states);
      return nextMove({ head: series.at(-1) ?? null, series, lastExecutedAt: 99_000 }, rules);
    };
    const [waiting, broken, due] = [move(HELD, QUEUED), move(REJECTED, QUEUED), move(LANDED, QUEUED)];
    assert.equal(waiting.kind, 'stand-aside');
    assert.equal(broken.kind === 'end' && broken.brokenBy, idOf(1));
    assert.equal(due.kind, 'wait');
  });
});
