import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileLines } from '../../../../src/core/change/file-lines.ts';
import { strayAnchor } from '../../../../src/core/change/place/anchors.ts';
import { searchable } from '../../../../src/core/change/place/line-keys.ts';
import { place } from '../../../../src/core/change/place/place.ts';
import { splice } from '../../../../src/core/change/place/splice.ts';
import { newWork, type Work } from '../../../../src/core/change/work.ts';
import { madeHunks, unified } from '../make-diff.ts';
import { hunksOf, ladder } from './placing.ts';

/*
 * Work is counted, not timed: each step looks at one line or one candidate, so that a machine of any speed says the same.
 */

const LINES = 200_000;
/** 10 MiB in 200,000 lines, every tenth of which stands only once. */
const LARGE = Array.from({ length: LINES }, (_, at) =>
  at % 10 === 0
    ? `    the only line ${at} `.padEnd(51, '.')
    : `    what most lines say ${at % 7} `.padEnd(51, ' '),
).map((line) => `${line}\n`);
const HUNKS = Array.from({ length: 10_000 }, (_, at) => ({
  at: at * 20 + 10,
  removed: [LARGE[at * 20 + 10] ?? ''],
  added: [`    new ${at}\n`],
}));

function steps(body: (line: string) => string): {
  readonly work: Work;
  readonly kind: string;
  readonly rung: string;
} {
  const made = madeHunks(LARGE, HUNKS, 3);
  const bent = made.map((hunk) => ({ ...hunk, body: hunk.body.map(body) }));
  const hunks = hunksOf(unified('f', bent));
  const work = newWork();
  const placed = place(hunks, LARGE, ladder(work));
  if (placed.kind === 'placed') assert.ok(splice(LARGE, hunks, placed.sites).length > 10_000_000);
  return { work, kind: placed.kind, rung: placed.kind === 'placed' ? placed.rung : '' };
}

test('10,000 hunks in a file of 10 MiB are placed with a fraction of the work that a patch may cause', () => {
  const exact = steps((line) => line);
  assert.deepEqual([exact.kind, exact.rung], ['placed', 'exact']);
  assert.ok(exact.work.spent < 500_000, `${exact.work.spent} steps`);
  const outdented = steps((line) => line.replace(/^(.) {4}/, '$1'));
  assert.deepEqual([outdented.kind, outdented.rung], ['placed', 'indent']);
  assert.ok(outdented.work.spent < 2_500_000, `${outdented.work.spent} steps`);
});

test('10,000 hunks that stand nowhere climb the whole ladder with little work', () => {
  const nowhere = steps((line) => (line.startsWith('-') ? line.replace('only', 'one') : line));
  assert.equal(nowhere.kind, 'not-found');
  assert.ok(nowhere.work.spent < 3_000_000, `${nowhere.work.spent} steps`);
});

test('a hunk of one line, over and over, in a file of nothing else is given up at the limit, and soon', () => {
  const lines = fileLines('same\n'.repeat(50_000));
  const hunk = `@@ @@\n${' same\n'.repeat(500)}-same \n+new\n`;
  const hunks = hunksOf(`--- a/f\n+++ b/f\n${hunk.repeat(300)}`);
  const work = newWork();
  assert.equal(place(hunks, lines, ladder(work)).kind, 'too-much-work');
  assert.ok(work.spent < 2 * work.limit, `${work.spent} steps`);
});

test('lines left out are looked for with bounded work in a file of two lines that alternate', () => {
  const lines = fileLines('a\nb\n'.repeat(20_000));
  const hunks = hunksOf(`--- a/f\n+++ b/f\n@@ @@\n${' a\n b\n'.repeat(200)} a\n a\n-b\n+c\n`);
  const work = newWork();
  const placed = place(hunks, lines, ladder(work));
  assert.notEqual(placed.kind, 'placed');
  assert.ok(work.spent <= 2 * work.limit, `${work.spent} steps`);
});

/** Seconds of the processor, for work that nothing counted. It took 18 and 19 seconds where this allows 5. */
function seconds(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

test('a long hunk whose header names one of very many places is not laid over each of them', () => {
  const lines = fileLines('a\n'.repeat(65_536));
  const height = 15_000;
  const body = `${' a\n'.repeat(height - 2)} a \n-a\n+b\n`;
  const hunks = hunksOf(`--- a/f\n+++ b/f\n@@ -5,${height} +5,${height} @@\n${body}`);
  const work = newWork();
  const spent = seconds(() => assert.equal(place(hunks, lines, ladder(work)).kind, 'placed'));
  assert.ok(spent < 5, `${spent} s`);
  assert.ok(work.spent < 5_000_000, `${work.spent} steps`);
});

test('stacked anchors, one of which is missing, are looked for once each', () => {
  const anchors = Array.from({ length: 200_000 }, () => 'a');
  const file = searchable(fileLines('a\n'.repeat(200_000)), newWork());
  const spent = seconds(() => assert.equal(strayAnchor([...anchors, 'b'], file), 'b'));
  assert.ok(spent < 5, `${spent} s`);
  const hunks = hunksOf(`*** Begin Patch\n*** Update File: f\n${'@@ a\n'.repeat(20_000)}+b\n*** End Patch\n`);
  const work = newWork();
  assert.notEqual(place(hunks, file.lines, ladder(work)).kind, 'placed');
  assert.ok(work.spent < 2 * work.limit, `${work.spent} steps`);
});
