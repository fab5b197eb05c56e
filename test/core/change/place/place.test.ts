import assert from 'node:assert/strict';
import { test } from 'node:test';
import { place } from '../../../../src/core/change/place/place.ts';
import { newWork } from '../../../../src/core/change/work.ts';
import { madeHunks, unified } from '../make-diff.ts';
import { hunksOf, ladder, placed, placedInPreimage } from './placing.ts';

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
  assert.equal(placed(file, `@@ -3,1 +3,2 @@\n${body}`).kind, 'ambiguous');
  assert.equal(placed(file, `@@ -2,2 +2,2 @@\n${body}`).kind, 'ambiguous');
});

test('one header that is off leaves the tie unbroken for all hunks', () => {
  const file = 'a\nb\na\nb\nx\n';
  assert.equal(placed(file, '@@ -3,2 +3,2 @@\n a\n-b\n+c\n', '@@ -4 +4 @@\n-x\n+y\n').kind, 'ambiguous');
});

test('a header whose two starts tell two places breaks no tie', () => {
  // A hunk above that adds two lines was taken out: git would take the third place, GNU patch the second.
  const file = 'z\na\nb\na\nb\na\nb\na\n';
  const body = ' a\n-b\n+c\n a\n';
  assert.equal(placed(file, `@@ -4,3 +6,3 @@\n${body}`).kind, 'ambiguous');
  assert.equal(placed(file, `@@ -4,3 +4,3 @@\n${body}`).kind, 'placed');
});

test('order and overlap alone can leave a single placement', () => {
  const result = placed('a\nx\na\ny\na\n', '@@ @@\n-x\n+1\n', '@@ @@\n-a\n+2\n', '@@ @@\n-y\n+3\n');
  assert.deepEqual(result, { kind: 'placed', rung: 'exact', starts: [1, 2, 3] });
});

test('hunks that each stand once are placed in whatever order they come', () => {
  const result = placed('a\nb\n', '@@ @@\n-b\n+1\n', '@@ @@\n-a\n+2\n');
  assert.deepEqual(result, { kind: 'placed', rung: 'exact', starts: [1, 0] });
});

test('hunks that overlap, or stand twice each in the wrong order, are out of order', () => {
  const overlapping = placed('a\nb\nc\n', '@@ @@\n-b\n c\n', '@@ @@\n a\n-b\n+2\n');
  assert.deepEqual(overlapping, { kind: 'out-of-order', hunk: 1, candidates: [0] });
  const twice = placed('a\na\nb\n', '@@ @@\n-b\n+1\n', '@@ @@\n-a\n+2\n');
  assert.deepEqual(twice, { kind: 'out-of-order', hunk: 1, candidates: [0, 1] });
});

test('strict lines in the wrong order and looser lines in the right one contradict each other', () => {
  const file = 'x  \ny\nx\n';
  assert.equal(placed(file, '@@ @@\n-x\n+1\n', '@@ @@\n-y\n+2\n').kind, 'out-of-order');
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

test('that the file lacks its final newline is forgiven like any other line end, and the reverse is not', () => {
  const result = placed('x\na', '@@ @@\n-a\n+b\n');
  assert.deepEqual(result, { kind: 'placed', rung: 'line-ends', starts: [1] });
  assert.equal(placed('x\na\n', '@@ @@\n-a\n\\ No newline at end of file\n+b\n').kind, 'not-found');
});

test('lines that replace others need no context beyond them, whatever the counts say; added ones do', () => {
  const file = 'a\nb\nc\nd\n';
  assert.deepEqual(placed(file, '@@ -1,7 +1,7 @@\n a\n-b\n+B\n'), {
    kind: 'placed',
    rung: 'exact',
    starts: [0],
  });
  assert.equal(placed(file, '@@ -1,7 +1,8 @@\n a\n b\n+new\n').kind, 'unclear');
});

test('an insertion without context is placed by its header in the version that it was made from, and at the end', () => {
  const insert = (header: string) => placedInPreimage('a\nb\n', `${header}\n+x\n`);
  assert.equal(placed('a\nb\n', '@@ -1,0 +2 @@\n+x\n').kind, 'unanchored', 'lines may have moved');
  assert.deepEqual(placed('a\nb\n', '@@ -2,0 +3 @@\n+x\n'), { kind: 'placed', rung: 'exact', starts: [2] });
  assert.deepEqual(insert('@@ -1,0 +2 @@'), { kind: 'placed', rung: 'exact', starts: [1] });
  assert.equal(insert('@@ -1,0 +9 @@').kind, 'unanchored', 'the two numbers contradict each other');
  assert.equal(insert('@@ -1,0 +2,5 @@').kind, 'unanchored', 'the counts are wrong');
  assert.equal(insert('@@ @@').kind, 'unanchored');
  assert.equal(insert('@@ -0,0 +1 @@').kind, 'unanchored', 'the old file was empty');
  assert.deepEqual(placed('', '@@ @@\n+x\n'), { kind: 'placed', rung: 'exact', starts: [0] });
});

test('200 hunks in a file of 10,000 lines that nearly all look alike stay far below the work limit', () => {
  const lines = Array.from({ length: 10_000 }, (_, at) => (at % 50 === 25 ? `mark ${at}\n` : 'same\n'));
  const stretches = lines.flatMap((line, at) =>
    line === 'same\n' ? [] : [{ at, removed: [line], added: [`new ${at}\n`] }],
  );
  const hunks = hunksOf(unified('f', madeHunks(lines, stretches, 3)));
  const work = newWork();
  const result = place(hunks, lines, ladder(work));
  assert.equal(result.kind === 'placed' && result.sites.length, 200);
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
  const result = place(hunksOf(unified('f', madeHunks(lines, stretches, 3))), lines, ladder(work));
  assert.equal(result.kind, 'placed', 'the headers name the places');
  assert.ok(work.spent < 200 * 20_100, `${work.spent} steps`);
});

test('a patch that would cost more work than allowed is given up, not waited for', () => {
  const lines = Array.from({ length: 1_000 }, () => 'same\n');
  const hunks = hunksOf(`--- a/f\n+++ b/f\n${'@@ @@\n same\n-same\n'.repeat(20)}`);
  assert.equal(place(hunks, lines, ladder(newWork(5_000))).kind, 'too-much-work');
});
