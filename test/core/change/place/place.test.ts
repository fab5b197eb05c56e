import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hunk, Rung } from '../../../../src/core/change/change.ts';
import { fileLines } from '../../../../src/core/change/file-lines.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { type Placed, place } from '../../../../src/core/change/place/place.ts';
import { newWork } from '../../../../src/core/change/work.ts';
import { SEED, sample } from '../arbitrary.ts';
import { madeHunks, unified } from '../make-diff.ts';
import { allPlacements } from './placements-oracle.ts';

function hunksOf(patch: string): readonly Hunk[] {
  const parsed = parseChange(Buffer.from(patch, 'latin1'), { format: null });
  assert.equal(parsed.kind, 'change');
  const edit = parsed.kind === 'change' ? parsed.change.edits[0] : undefined;
  return edit?.kind === 'modify' ? edit.hunks : [];
}

function placed(file: string, ...hunks: readonly string[]): Placed {
  return place(hunksOf(`--- a/f\n+++ b/f\n${hunks.join('')}`), fileLines(file), newWork());
}

test('a hunk whose old lines stand once is placed there, whatever its header says', () => {
  assert.deepEqual(placed('a\nb\nc\n', '@@ -90,2 +1,2 @@\n b\n-c\n+d\n'), {
    kind: 'placed',
    rung: 'exact',
    starts: [1],
  });
});

test('a hunk that stands twice is ambiguous and names both places', () => {
  assert.deepEqual(placed('a\nb\na\nb\n', '@@ @@\n a\n-b\n+c\n'), {
    kind: 'ambiguous',
    hunks: [{ hunk: 0, candidates: [0, 2] }],
  });
});

test('a header that names one of two places breaks the tie, if its counts are right', () => {
  const file = 'a\nb\na\nb\n';
  const body = ' a\n-b\n+c\n';
  assert.deepEqual(placed(file, `@@ -3,2 +3,2 @@\n${body}`), { kind: 'placed', rung: 'exact', starts: [2] });
  assert.equal(placed(file, `@@ -3,9 +3,2 @@\n${body}`).kind, 'ambiguous');
  assert.equal(placed(file, `@@ -2,2 +2,2 @@\n${body}`).kind, 'ambiguous');
});

test('one header that is off leaves the tie unbroken for all hunks', () => {
  const file = 'a\nb\na\nb\nx\n';
  assert.equal(placed(file, '@@ -3,2 +3,2 @@\n a\n-b\n+c\n', '@@ -4 +4 @@\n-x\n+y\n').kind, 'ambiguous');
});

test('order and overlap alone can leave a single placement', () => {
  const result = placed('a\nx\na\ny\na\n', '@@ @@\n-x\n+1\n', '@@ @@\n-a\n+2\n', '@@ @@\n-y\n+3\n');
  assert.deepEqual(result, { kind: 'placed', rung: 'exact', starts: [1, 2, 3] });
});

test('hunks that stand only in another order are out of order', () => {
  const result = placed('a\nb\n', '@@ @@\n-b\n+1\n', '@@ @@\n-a\n+2\n');
  assert.deepEqual(result, { kind: 'out-of-order', hunk: 1, candidates: [0] });
});

test('of several hunks exactly the missing ones are named', () => {
  const result = placed('a\nb\n', '@@ @@\n-q\n+1\n', '@@ @@\n-b\n+2\n', '@@ @@\n-r\n+3\n');
  assert.deepEqual(result, { kind: 'not-found', hunks: [0, 2] });
});

test('a hunk with other line ends fits at the looser rung only', () => {
  const result = placed('a\r\nb\r\n', '@@ -1,2 +1,2 @@\n a\n-b\n+c\n');
  assert.deepEqual(result, { kind: 'placed', rung: 'line-ends', starts: [0] });
});

test('a hunk that ends the file without a newline fits nowhere else', () => {
  const hunk = '@@ @@\n-a\n\\ No newline at end of file\n+b\n';
  assert.deepEqual(placed('a\nx\na', hunk), { kind: 'placed', rung: 'exact', starts: [2] });
  assert.equal(placed('a\nx\n', hunk).kind, 'not-found');
});

test('a removed line with a newline does not stand where the file ends without one', () => {
  assert.equal(placed('x\na', '@@ @@\n-a\n+b\n').kind, 'not-found');
});

test('an insertion without context is placed by a trusted header alone', () => {
  const insert = (header: string) => placed('a\nb\n', `${header}\n+x\n`);
  assert.deepEqual(insert('@@ -1,0 +2 @@'), { kind: 'placed', rung: 'exact', starts: [1] });
  assert.equal(insert('@@ -1,0 +9 @@').kind, 'unanchored', 'the two numbers contradict each other');
  assert.equal(insert('@@ -1,0 +2,5 @@').kind, 'unanchored', 'the counts are wrong');
  assert.equal(insert('@@ @@').kind, 'unanchored');
  assert.equal(insert('@@ -0,0 +1 @@').kind, 'unanchored', 'the old file was empty');
  assert.deepEqual(placed('', '@@ @@\n+x\n'), { kind: 'placed', rung: 'exact', starts: [0] });
});

test(`placing agrees with counting every placement by brute force (seed ${SEED})`, () => {
  const seen = { placed: 0, ambiguous: 0, missing: 0 };
  const check = fc.property(
    fc.boolean().chain((repeats) => sample({ repeats })),
    sample({ repeats: true }),
    fc.integer({ min: 0, max: 2 }),
    fc.boolean(),
    ({ lines, stretches }, other, context, foreign) => {
      const patch = unified('f', madeHunks(lines, stretches, context), () => '@@ @@\n');
      const hunks = hunksOf(patch);
      if (hunks.some((hunk) => hunk.lines.every(({ kind }) => kind === 'added'))) return;
      const target = foreign ? other.lines : lines;
      const result = place(hunks, target, newWork());
      assert.deepEqual(expectation(result), oracle(hunks, target));
      seen[result.kind === 'placed' ? 'placed' : result.kind === 'ambiguous' ? 'ambiguous' : 'missing']++;
    },
  );
  fc.assert(check, { seed: SEED, numRuns: 6000 });
  assert.ok(seen.placed > 1000 && seen.ambiguous > 150 && seen.missing > 1000, JSON.stringify(seen));
});

type Verdict = { kind: 'placed'; rung: Rung; starts: readonly number[] } | { kind: 'ambiguous' | 'missing' };

function expectation(result: Placed): Verdict {
  if (result.kind === 'placed') return result;
  return { kind: result.kind === 'ambiguous' ? 'ambiguous' : 'missing' };
}

function oracle(hunks: readonly Hunk[], lines: readonly string[]): Verdict {
  for (const rung of ['exact', 'line-ends'] as const) {
    const [first, second] = allPlacements(hunks, lines, rung);
    if (second !== undefined) return { kind: 'ambiguous' };
    if (first !== undefined) return { kind: 'placed', rung, starts: first };
  }
  return { kind: 'missing' };
}

test('200 hunks in a file of 10,000 lines that nearly all look alike stay far below the work limit', () => {
  const lines = Array.from({ length: 10_000 }, (_, at) => (at % 50 === 25 ? `mark ${at}\n` : 'same\n'));
  const stretches = lines.flatMap((line, at) =>
    line === 'same\n' ? [] : [{ at, removed: [line], added: [`new ${at}\n`] }],
  );
  const hunks = hunksOf(unified('f', madeHunks(lines, stretches, 3)));
  const work = newWork();
  const result = place(hunks, lines, work);
  assert.equal(result.kind === 'placed' && result.starts.length, 200);
  assert.ok(work.spent < 20_000, `${work.spent} steps`);
});

test('hunks of common lines only are searched in linear time each', () => {
  const lines = Array.from({ length: 10_000 }, () => 'same\n');
  const stretches = Array.from({ length: 200 }, (_, at) => ({
    at: at * 50 + 10,
    removed: ['same\n'],
    added: [],
  }));
  const work = newWork();
  const result = place(hunksOf(unified('f', madeHunks(lines, stretches, 3))), lines, work);
  assert.equal(result.kind, 'placed', 'the headers name the places');
  assert.ok(work.spent < 200 * 10_100, `${work.spent} steps`);
});

test('a patch that would cost more work than allowed is given up, not waited for', () => {
  const lines = Array.from({ length: 1_000 }, () => 'same\n');
  const hunks = hunksOf(`--- a/f\n+++ b/f\n${'@@ @@\n same\n-same\n'.repeat(20)}`);
  assert.equal(place(hunks, lines, newWork(5_000)).kind, 'too-much-work');
});
