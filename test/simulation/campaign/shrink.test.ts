import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shrink } from './shrink.ts';

const FAULTS = Array.from({ length: 100 }, (_, at) => at);

describe('shrinking the faults of a schedule', () => {
  it('leaves the faults without which nothing goes wrong', async () => {
    for (const needed of [[0], [99], [3, 4], [7, 50, 98], [1, 20, 40, 60, 80]]) {
      const fails = async (only: ReadonlySet<number>) => needed.every((one) => only.has(one));
      assert.deepEqual(await shrink(FAULTS, fails), needed);
    }
  });

  it('leaves none where none is needed', async () => {
    assert.deepEqual(await shrink(FAULTS, async () => true), []);
    assert.deepEqual(await shrink([], async () => true), []);
  });

  it('finds a set from which no fault can be left out, where a fault only matters without another', async () => {
    const fails = async (only: ReadonlySet<number>) => only.has(5) && (!only.has(60) || only.has(61));
    const kept = new Set(await shrink(FAULTS, fails));
    assert.ok(await fails(kept));
    for (const one of kept)
      assert.equal(await fails(new Set([...kept].filter((other) => other !== one))), false);
  });

  it('comes to an end however many faults there are', async () => {
    let runs = 0;
    const many = Array.from({ length: 10_000 }, (_, at) => at);
    await shrink(many, async (only) => {
      runs += 1;
      return only.size > 5_000 && only.size % 2 === 0;
    });
    assert.ok(runs <= 400, `${runs} runs`);
  });
});
