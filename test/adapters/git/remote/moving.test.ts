import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runMovingRemote } from '../../../world/moving-remote/moving-remote.ts';

/** A sample of what `npm run crash:remote` does a thousand times. */
const SEEDS = [20261122, 5];
const MOVES = 30;

describe('a remote that moves under the landing', () => {
  for (const seed of SEEDS)
    it(`in ${MOVES} random ways gets every patch once, and loses nothing of others (seed ${seed})`, async (t) => {
      const { moves, ends, seen, violations } = await runMovingRemote(seed, MOVES);
      t.diagnostic(JSON.stringify({ moves, ends, seen }));
      assert.deepEqual(violations, []);
      const made = Object.values(moves).reduce((sum, count) => sum + count, 0);
      assert.equal(made, MOVES);
      assert.ok((ends.landed ?? 0) > 0);
    });
});
