import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffOps } from '../../../../src/core/change/render/line-ops.ts';
import { SEED } from '../arbitrary.ts';

const LINES = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });

test(`a script of line operations leads from the old lines to the new ones (seed ${SEED})`, () => {
  fc.assert(
    fc.property(LINES, LINES, (old, fresh) => {
      const ops = diffOps(old, fresh);
      assert.deepEqual(
        ops.filter(({ kind }) => kind !== 'added').map((op) => old[op.old]),
        old,
      );
      assert.deepEqual(
        ops.filter(({ kind }) => kind !== 'removed').map((op) => fresh[op.new]),
        fresh,
      );
      for (const op of ops) if (op.kind === 'context') assert.equal(old[op.old], fresh[op.new]);
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

test(`no shorter script exists (seed ${SEED})`, () => {
  fc.assert(
    fc.property(LINES, LINES, (old, fresh) => {
      const kept = diffOps(old, fresh).filter(({ kind }) => kind === 'context').length;
      assert.equal(kept, longestCommon(old, fresh));
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

/** By the textbook's table. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const [head, ...rest] = a;
  if (head === undefined) return 0;
  const without = longestCommon(rest, b);
  const at = b.indexOf(head);
  return at < 0 ? without : Math.max(without, 1 + longestCommon(rest, b.slice(at + 1)));
}

test('texts that have nothing in common are taken out and put in whole', () => {
  const old = Array.from({ length: 3_000 }, (_, at) => `old ${at}`);
  const fresh = Array.from({ length: 3_000 }, (_, at) => `new ${at}`);
  const kinds = diffOps(old, fresh).map(({ kind }) => kind);
  assert.equal(kinds.indexOf('added'), 3_000);
  assert.equal(kinds.length, 6_000);
});
