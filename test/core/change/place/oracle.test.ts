import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Hunk, RUNGS } from '../../../../src/core/change/change.ts';
import { place } from '../../../../src/core/change/place/place.ts';
import { SEED, sample } from '../arbitrary.ts';
import { madeHunks, unified } from '../make-diff.ts';
import { isDoubted } from './doubts-oracle.ts';
import { ordered, startOf, unorderedPlacement } from './placements-oracle.ts';
import { hunksOf, ladder, type Starts, startsOf } from './placing.ts';

/** Ways to bend a line so that some rung forgives it, and `...` for it. All in UTF-8 as latin1. */
const BENT: readonly ((line: string) => string)[] = [
  (line) => `${line}  `,
  (line) => `  ${line}`,
  (line) => `\t${line}`,
  (line) => line.replace(/^ /, ''),
  (line) => line.replace(/-/g, '\xe2\x80\x93'),
  () => '...',
  () => '\xe2\x80\xa6',
];

/** Context and removed lines bent or left out, here and there. */
function bent(
  hunks: readonly Hunk[],
  by: { readonly whole: boolean; readonly bends: readonly number[] },
): Hunk[] {
  let turn = 0;
  return hunks.map((hunk) => {
    const bend = BENT[by.bends[0] ?? 0];
    const lines = hunk.lines.flatMap((line) => {
      const now = by.bends[turn++ % by.bends.length] ?? 99;
      if (line.kind === 'added') return [line];
      if (by.whole) return [{ ...line, text: bend?.(line.text) ?? line.text }];
      if (now === BENT.length && line.kind === 'context') return [];
      return [{ ...line, text: BENT[now]?.(line.text) ?? line.text }];
    });
    return { ...hunk, lines };
  });
}

test(`placing agrees with counting every placement by brute force, rung by rung (seed ${SEED})`, (t) => {
  const seen = new Map<string, number>();
  const check = fc.property(
    fc.boolean().chain((repeats) => sample({ repeats })),
    fc.option(sample({ repeats: true }), { freq: 5 }),
    fc.integer({ min: 0, max: 4 }),
    fc.record({
      whole: fc.boolean(),
      bends: fc.array(fc.oneof(fc.nat(24), fc.constantFrom(7, 99, 99)), { minLength: 7, maxLength: 7 }),
    }),
    ({ lines, stretches }, other, context, by) => {
      const patch = unified('f', madeHunks(lines, stretches, context));
      const hunks = bent(hunksOf(patch), by).map((hunk) => ({ ...hunk, oldStart: null }));
      if (hunks.some((hunk) => hunk.lines.every(({ kind }) => kind === 'added'))) return;
      const target = other?.lines ?? lines;
      const result = startsOf(place(hunks, target, ladder()));
      const expected = oracle(hunks, target);
      const got = comparable(result);
      // What can be found but not written, beside lines left out or out of order, the oracle counts all the same.
      const doubtful = expected.kind === 'placed' && (expected.rung === 'gap' || isTurned(expected.starts));
      const unwritten = doubtful && got.kind === 'missing';
      if (!unwritten) assert.deepEqual(got, expected);
      const row = unwritten ? 'not written' : `${expected.kind} ${'rung' in expected ? expected.rung : ''}`;
      seen.set(row, (seen.get(row) ?? 0) + 1);
    },
  );
  fc.assert(check, { seed: SEED, numRuns: 8_000 });
  for (const [row, count] of [...seen].sort()) t.diagnostic(`${row}: ${count}`);
  for (const rung of RUNGS) assert.ok((seen.get(`placed ${rung}`) ?? 0) >= 5, `few placed at ${rung}`);
});

function isTurned(starts: readonly number[]): boolean {
  return starts.some((start, at) => start < (starts[at - 1] ?? 0));
}

type Verdict =
  | { kind: 'placed'; rung: string; starts: readonly number[] }
  | { kind: 'ambiguous' | 'missing' | 'doubted' };

function comparable(result: Starts): Verdict {
  if (result.kind === 'placed' || result.kind === 'unclear') return { ...result, kind: 'placed' };
  if (result.kind === 'contested' || result.kind === 'applied') return { kind: 'doubted' };
  return { kind: result.kind === 'ambiguous' ? 'ambiguous' : 'missing' };
}

function oracle(hunks: readonly Hunk[], lines: readonly string[]): Verdict {
  const verdict = ordered(hunks, lines, RUNGS);
  const [rung, turned] = RUNGS.map((one) => [one, unorderedPlacement(hunks, lines, one)] as const).find(
    ([, rows]) => rows !== null,
  ) ?? ['exact', null];
  if (verdict.kind === 'none') {
    const isSure =
      turned !== null && !turned.some((rows, hunk) => isDoubted(hunks, lines, { hunk, rows, rung }));
    return isSure ? { kind: 'placed', rung, starts: turned.map(startOf) } : { kind: 'missing' };
  }
  if (turned !== null && RUNGS.indexOf(rung) < RUNGS.indexOf(verdict.rung)) return { kind: 'missing' };
  if (verdict.kind === 'many') return { kind: verdict.rung === 'gap' ? 'missing' : 'ambiguous' };
  if (verdict.rows.some((rows, hunk) => isDoubted(hunks, lines, { hunk, rows, rung: verdict.rung }))) {
    return { kind: verdict.rung === 'gap' ? 'missing' : 'doubted' };
  }
  return { kind: 'placed', rung: verdict.rung, starts: verdict.rows.map(startOf) };
}
