import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Hunk, type HunkLine, RUNGS, type Rung } from '../../../../src/core/change/change.ts';
import { fileLines } from '../../../../src/core/change/file-lines.ts';
import { SEED } from '../arbitrary.ts';
import type { MadeHunk } from '../make-diff.ts';
import { run } from '../world.ts';
import { DAMAGES, type Damaged } from './damages.ts';
import { isDoubted } from './doubts-oracle.ts';
import { generatedSamples } from './generated.ts';
import { type Sample, samplesOfHistory } from './history.ts';
import { isWritable, ordered, type Rows, unorderedPlacement } from './placements-oracle.ts';

/** The least share of right answers where exactly one placement exists. */
const RIGHT = 0.99;
/** The newest ones: the history grows, and the time that this takes does not. */
const HISTORY = samplesOfHistory().slice(0, 400);
const NEEDED = 250;

const skip =
  HISTORY.length < NEEDED &&
  `SKIPPED 1: this history has ${HISTORY.length} changes of single files, ${NEEDED} are needed`;

test('no damage to a diff of this history is placed wrong, and what has one place is placed', {
  skip,
}, (t) => {
  const { misled } = judge(t, HISTORY);
  assert.equal(misled, 0);
});

test(`no damage to a generated diff is placed wrong, and what has one place is placed (seed ${SEED})`, (t) => {
  const { right, misled } = judge(t, generatedSamples(500));
  assert.ok(misled <= right / 1000, `${misled} of ${right}`);
});

type Outcome = 'right' | 'wrong' | 'misled' | 'refused';

/** How often each outcome; `missed` of those refused have exactly one placement. */
type Row = Record<Outcome | 'missed', number>;

function judge(t: TestContext, samples: readonly Sample[]): Row {
  t.diagnostic('damage: right / wrong / refused (refused with exactly one placement; misled)');
  const wrong: string[] = [];
  const total: Row = { right: 0, wrong: 0, misled: 0, refused: 0, missed: 0 };
  for (const [name, damage] of Object.entries(DAMAGES)) {
    const row = { ...total, right: 0, wrong: 0, misled: 0, refused: 0, missed: 0 };
    for (const [at, sample] of samples.entries()) {
      const damaged = damage(sample, 1 + (at % 3));
      if (damaged === null) continue;
      const outcome = outcomeOf(sample, damaged);
      row[outcome]++;
      if (outcome === 'wrong') wrong.push(`${name}:\n${damaged.patch}`);
      if (outcome === 'refused' && hasOnePlace(sample, damaged)) row.missed++;
    }
    t.diagnostic(`${name}: ${row.right} / ${row.wrong} / ${row.refused} (${row.missed}; ${row.misled})`);
    assert.ok(row.right >= RIGHT * (row.right + row.missed), `${name}: ${JSON.stringify(row)}`);
    total.right += row.right;
    total.misled += row.misled;
  }
  assert.deepEqual(wrong, []);
  return total;
}

/**
 * `misled`: the damage left a diff that says something else, and says it without any fault: all its old lines stand byte
 * for byte, in one place only, as the oracle counts them. No reader could know better.
 */
function outcomeOf(sample: Sample, damaged: Damaged): Outcome {
  const result = run({ f: sample.before }, damaged.patch);
  if (result.kind === 'refused') return 'refused';
  if (result.tree.f === sample.after) return 'right';
  const verdict = ordered(damaged.hunks.map(readHunk), fileLines(sample.before), ['exact']);
  return verdict.kind === 'one' ? 'misled' : 'wrong';
}

/** Whether a patient reader finds one place and no other, and knows what to write there. */
function hasOnePlace({ before }: Sample, { hunks, undecidable }: Damaged): boolean {
  const read = hunks.map(readHunk);
  if (undecidable || read.some(({ lines }) => lines.every(({ kind }) => kind === 'added'))) return false;
  const lines = fileLines(before);
  const verdict = ordered(read, lines, RUNGS);
  const isSure = (placement: readonly Rows[], rung: Rung): boolean => {
    return !placement.some((rows, hunk) => isDoubted(read, lines, { hunk, rows, rung }));
  };
  if (verdict.kind === 'none') {
    return RUNGS.some((rung) => {
      const rows = unorderedPlacement(read, lines, rung);
      return rows !== null && isSure(rows, rung);
    });
  }
  if (verdict.kind === 'many' || !isSure(verdict.rows, verdict.rung)) return false;
  return verdict.rows.every((rows, at) => isWritable(read[at], rows));
}

/** Reads a hunk of the making of this test, without the product's reader. */
function readHunk({ body }: MadeHunk): Hunk {
  const ended = { old: false, new: false };
  const lines = body.flatMap((line, at): HunkLine[] => {
    if (line.startsWith('\\')) return [];
    const open = body[at + 1]?.startsWith('\\') === true;
    const kind = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'context';
    if (open && kind !== 'added') ended.old = true;
    if (open && kind !== 'removed') ended.new = true;
    const eol = line.endsWith('\r\n') ? '\r\n' : '\n';
    return [{ kind, text: line.slice(1).replace(/\r?\n$/, ''), eol }];
  });
  const span = { firstLine: 1, lastLine: 1 };
  const flags = { oldEndsWithoutNewline: ended.old, newEndsWithoutNewline: ended.new };
  return {
    lines,
    ...flags,
    oldStart: null,
    countsAgree: false,
    anchors: [],
    atEnd: false,
    headerEol: '\n',
    span,
  };
}
