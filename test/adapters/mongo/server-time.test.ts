import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { measurementOf, serverTime } from '../../../src/adapters/mongo/server-time.ts';
import { handClock } from '../../conformance/hand-clock.ts';

describe('the time of the server', () => {
  it('is taken from the middle of the quickest round trip, and is off by half of that at most', () => {
    const measured = measurementOf([
      { askedAt: 0, answeredAt: 100, serverTime: 10_000 },
      { askedAt: 200, answeredAt: 210, serverTime: 10_165 },
      { askedAt: 300, answeredAt: 340, serverTime: 10_250 },
    ]);
    assert.deepEqual(measured, { offsetMs: 9_960, uncertaintyMs: 5, measuredAt: 210 });
  });

  it('goes on with the monotonic clock, wherever the wall clock here jumps, and is asked for again after a while', async () => {
    const clock = handClock();
    let asked = 0;
    let jumped = 0;
    const jumping = { ...clock, now: () => clock.now() + jumped };
    const time = serverTime(jumping, async () => {
      asked += 1;
      return 5_000 + clock.monotonic();
    });
    assert.equal(await time.now(), 5_000);
    clock.turn(20_000);
    jumped = 3_600_000;
    assert.equal(await time.now(), 25_000);
    assert.equal(asked, 3);
    clock.turn(10_000);
    assert.equal(await time.now(), 35_000);
    assert.equal(asked, 6);
    assert.deepEqual(await time.behind(), { offsetMs: 35_000 - jumping.now(), uncertaintyMs: 0 });
  });

  it('is not guessed where nobody says it', async () => {
    const time = serverTime(handClock(), async () => {
      throw new Error('no answer');
    });
    await assert.rejects(time.now(), /no answer/);
  });
});
