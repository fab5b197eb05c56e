import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Slots } from '../../../src/workers/runner/slots.ts';
import { HandClock } from '../../world/clock.ts';

function slotsOf(limit: number, part = 1) {
  const clock = new HandClock();
  return { clock, slots: new Slots({ limit, part: () => part, clock }) };
}

const LINES = ['a', 'b', 'c', 'd'];

describe('the slots of a runner', () => {
  it('are given in the order in which the lines came to have work', () => {
    const { slots } = slotsOf(2);
    for (const line of LINES) slots.waits(line);
    assert.deepEqual(
      LINES.map((line) => slots.isTurnOf(line)),
      [true, true, false, false],
    );
    slots.take('b');
    slots.take('a');
    assert.equal(slots.isTurnOf('c'), false);
    slots.giveBack('b');
    slots.waits('b');
    assert.deepEqual(
      ['b', 'c', 'd'].map((line) => slots.isTurnOf(line)),
      [false, true, false],
    );
  });

  it('a line that another runner has in hand, or that has nothing to do, loses its place', () => {
    const { slots } = slotsOf(1);
    for (const line of LINES) slots.waits(line);
    slots.leaves('a', 'another runner');
    slots.leaves('b', 'rest');
    assert.equal(slots.isTurnOf('c'), true);
  });

  it('a turn ends after five patches or ten seconds, and only where another line waits', () => {
    const { slots, clock } = slotsOf(1);
    slots.waits('a');
    slots.take('a');
    for (let patch = 1; patch <= 7; patch += 1) slots.moved('a');
    assert.equal(slots.isToGiveBack('a', 'working'), false);
    slots.waits('b');
    assert.equal(slots.isToGiveBack('a', 'working'), true);
    assert.equal(slots.giveBack('a'), 7);

    slots.take('b');
    slots.waits('a');
    slots.moved('b');
    assert.equal(slots.isToGiveBack('b', 'working'), false);
    clock.advance(10_000);
    assert.equal(slots.isToGiveBack('b', 'working'), true);
  });

  it('a line at rest is given back at once where another waits, else after five seconds', () => {
    const { slots, clock } = slotsOf(1);
    slots.waits('a');
    slots.take('a');
    assert.equal(slots.isToGiveBack('a', 'resting'), false);
    clock.advance(4_000);
    slots.moved('a');
    assert.equal(slots.isToGiveBack('a', 'resting'), false);
    clock.advance(4_999);
    assert.equal(slots.isToGiveBack('a', 'resting'), false);
    clock.advance(1);
    assert.equal(slots.isToGiveBack('a', 'resting'), true);

    slots.moved('a');
    assert.equal(slots.isToGiveBack('a', 'resting'), false);
    let woken = 0;
    slots.subscribe('a', () => {
      woken += 1;
    });
    slots.waits('b');
    assert.equal(woken, 1);
    assert.equal(slots.isToGiveBack('a', 'resting'), true);
  });

  it('a slot that is given back wakes the line whose turn it is', () => {
    const { slots } = slotsOf(1);
    const woken: string[] = [];
    for (const line of LINES) slots.subscribe(line, () => woken.push(line));
    for (const line of ['a', 'b', 'c']) slots.waits(line);
    slots.take('a');
    woken.length = 0;
    slots.giveBack('a');
    assert.deepEqual([...new Set(woken)], ['b']);
  });

  it('above its share a runner takes what nobody took for two seconds, and gives back when a turn is over', () => {
    const { slots, clock } = slotsOf(4, 0.5);
    for (const line of LINES) slots.waits(line);
    assert.deepEqual(
      LINES.map((line) => slots.isTurnOf(line)),
      [true, true, false, false],
    );
    slots.take('a');
    slots.take('b');
    clock.advance(2_000);
    assert.equal(slots.isTurnOf('c'), true, 'nobody else took it');
    slots.take('c');
    clock.advance(10_000);
    assert.equal(slots.isToGiveBack('c', 'working'), true);
    slots.giveBack('c');
    slots.leaves('c', 'another runner');
    slots.leaves('d', 'another runner');
    assert.equal(slots.isToGiveBack('a', 'working'), false, 'two of four are its share');
  });

  it('has one slot at least, whatever its share', () => {
    const { slots } = slotsOf(1, 0.01);
    slots.waits('a');
    assert.equal(slots.isTurnOf('a'), true);
  });
});

describe('a runner without a limit', () => {
  it('has every line in hand for good', () => {
    const clock = new HandClock();
    const slots = new Slots({ limit: null, part: () => 0.1, clock });
    assert.equal(slots.isTurnOf('a'), true);
    slots.take('a');
    slots.waits('b');
    clock.advance(3_600_000);
    assert.equal(slots.isToGiveBack('a', 'resting'), false);
    assert.equal(slots.isToGiveBack('a', 'working'), false);
  });
});
