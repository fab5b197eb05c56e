import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyChange, pathsOf } from '../../../../src/core/change/apply/apply.ts';
import type { Applied, FileChange } from '../../../../src/core/change/change.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { newWork, type Work } from '../../../../src/core/change/work.ts';
import { snapshotOf } from '../world.ts';

/*
 * Every edit looks at the whole of its file again. Work is counted, not timed: a step is a line, or as many characters as
 * are looked at or copied in the same time.
 */

const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('');
const FILE = (count: number) => lines(count, (at) => `l${at}\n`);

function applied(
  file: string,
  patch: string,
  limit?: number,
): { readonly work: Work; readonly outcome: Applied } {
  const parsed = parseChange(Buffer.from(patch), { format: null });
  assert.ok(parsed.kind === 'change', JSON.stringify(parsed));
  const work = newWork(limit);
  const snapshot = snapshotOf({ f: file }, pathsOf(parsed.change));
  return { work, outcome: applyChange(parsed.change, snapshot, { allowPaths: [], work }) };
}

function textOf({ outcome }: { readonly outcome: Applied }): string {
  assert.ok(outcome.kind === 'applied', JSON.stringify(outcome).slice(0, 500));
  const [file] = outcome.files as readonly FileChange[];
  return Buffer.from(file?.after?.bytes ?? []).toString();
}

const list = (count: number, edit: (at: number) => object) =>
  JSON.stringify({ edits: Array.from({ length: count }, (_, at) => ({ path: 'f', ...edit(at) })) });
const replacing = (at: number) => ({ kind: 'replace', old: `l${at}\n`, new: `q${at}\n` });
const inserting = (at: number) => ({ kind: 'insert', after: `l${at}\n`, text: `q${at}` });
const section = (at: number) => `*** Update File: f\n@@\n-l${at}\n+q${at}\n`;
const sections = (count: number) => `*** Begin Patch\n${lines(count, section)}*** End Patch\n`;

test('a thousand replacements in a file of 100,000 lines are within the work of one patch', () => {
  const run = applied(FILE(100_000), list(1_000, replacing));
  assert.equal(
    textOf(run),
    lines(100_000, (at) => `${at < 1_000 ? 'q' : 'l'}${at}\n`),
  );
  assert.ok(run.work.spent < 18_000_000, `${run.work.spent} steps`);
});

test('five thousand insertions into a file of 10,000 lines are within the work of one patch', () => {
  const run = applied(FILE(10_000), list(5_000, inserting));
  assert.equal(
    textOf(run),
    lines(10_000, (at) => `l${at}\n${at < 5_000 ? `q${at}\n` : ''}`),
  );
  assert.ok(run.work.spent < 18_000_000, `${run.work.spent} steps`);
});

test('five hundred sections of a file of 10,000 lines are within the work of one patch', () => {
  const run = applied(FILE(10_000), sections(500));
  assert.equal(
    textOf(run),
    lines(10_000, (at) => `${at < 500 ? 'q' : 'l'}${at}\n`),
  );
  assert.ok(run.work.spent < 18_000_000, `${run.work.spent} steps`);
});

const NOWHERE = list(2_000, (at) => ({ kind: 'replace', old: `zz${at}\nl`, new: 'q' }));
const TOO_MUCH: Readonly<Record<string, readonly [file: string, patch: string]>> = {
  replacements: [FILE(20_000), list(1_000, replacing)],
  insertions: [FILE(20_000), list(1_000, inserting)],
  'patterns that stand nowhere': [FILE(20_000), NOWHERE],
  'patterns that stand nowhere, with other line ends': [FILE(20_000).replaceAll('\n', '\r\n'), NOWHERE],
  'lines at the end': [FILE(20_000), list(1_000, (at) => ({ kind: 'insert', at: 'end', text: `q${at}` }))],
  sections: [FILE(20_000), sections(500)],
};

for (const [what, [file, patch]] of Object.entries(TOO_MUCH)) {
  test(`${what} without end stop at the limit of work, with one fault that says what to do`, () => {
    const { work, outcome } = applied(file, patch, 300_000);
    assert.ok(outcome.kind === 'faulty');
    const large = outcome.faults.filter(({ code }) => code === 'too_large');
    assert.match(large.at(-1)?.hint ?? '', /fewer/);
    assert.ok(large.length <= 2, `${large.length} faults`);
    assert.ok((large.at(-1)?.patchLine ?? 0) > 0);
    assert.ok(work.spent < 600_000, `${work.spent} steps`);
  });
}

test('a text that repeats itself costs no more than three looks at each character', () => {
  const [file, pattern] = [`${'a'.repeat(200_000)}\n`, `b${'a'.repeat(100_000)}`];
  const { work } = applied(
    file,
    list(1, () => ({ kind: 'replace', old: pattern, new: 'q' })),
  );
  assert.ok(work.spent < 60_000, `${work.spent} steps`);
});
