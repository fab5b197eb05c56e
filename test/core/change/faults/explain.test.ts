import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../../../src/core/change/fault.ts';
import { explainFaults } from '../../../../src/core/change/faults/explain.ts';
import { lineDiff } from '../../../../src/core/change/faults/line-diff.ts';
import { run, type Tree } from '../world.ts';

function faultOf(tree: Tree, patch: string): Fault {
  const result = run(tree, patch);
  const [fault] = result.kind === 'refused' ? result.faults : [];
  return fault ?? assert.fail('it was applied');
}

const hunk = (path: string, ...body: readonly string[]) =>
  `--- a/${path}\n+++ b/${path}\n@@ @@\n${body.join('\n')}\n`;

const CODE =
  'import os\n\ndef total(items):\n    result = 0\n    for item in items:\n        result += item\n    return result\n';

test('a hunk that nearly fits shows the closest lines and what differs', () => {
  const fault = faultOf({ f: CODE }, hunk('f', ' def total(items):', '-    result = 1', '+    result = 2'));
  assert.equal(fault.code, 'hunk_not_found');
  assert.deepEqual(fault.expected, ['def total(items):', '    result = 1']);
  assert.deepEqual(fault.closest, {
    firstLine: 3,
    lines: ['def total(items):', '    result = 0'],
    diff: [' def total(items):', '-    result = 1', '+    result = 0'],
  });
  assert.match(
    fault.message,
    /f, hunk 1 \(patch line 3\): its 2 old lines do not stand in the file; lines 3-4/,
  );
});

test('a hunk that was applied before is recognised', () => {
  const applied = faultOf({ f: CODE }, hunk('f', '-    result = 9', '+    result = 0'));
  assert.deepEqual([applied.code, applied.candidates], ['hunk_already_applied', [4]]);
  const removed = faultOf({ f: CODE }, hunk('f', ' import os', '-from x import y', ' '));
  assert.deepEqual([removed.code, removed.candidates], ['hunk_already_applied', [1]]);
  const blank = faultOf({ f: CODE }, hunk('f', '-nothing', '+'));
  assert.equal(blank.code, 'hunk_not_found', 'one blank line proves nothing');
});

test('lines that stand in another file of the patch are found there', () => {
  const patch = hunk('a', '-    return result', '+    return 1') + hunk('b', '-import os', '+import sys');
  const fault = faultOf({ a: 'nothing\n', b: CODE }, patch);
  assert.equal(fault.foundIn, 'b');
  assert.match(fault.hint, /under the header of b/);
});

test('nothing alike is said to be so, without a window', () => {
  const fault = faultOf({ f: CODE }, hunk('f', '-zzz qqq', '+x'));
  assert.equal(fault.closest, null);
  assert.match(fault.message, /nothing in it is like them/);
});

test('an ambiguous hunk lists every place, and an ambiguous pattern its lines', () => {
  assert.deepEqual(faultOf({ f: 'a\nb\na\n' }, hunk('f', '-a', '+c')).candidates, [1, 3]);
  const block = JSON.stringify({ id: 'x', target_file: 'f', patch: { pattern: 'a', replacement: 'c' } });
  assert.deepEqual(faultOf({ f: 'a\nb\na\n' }, block).candidates, [1, 3]);
});

test('a pattern that looks like a regular expression, or has an ellipsis, is told what it is taken for', () => {
  const block = (pattern: string) =>
    JSON.stringify({ id: 'x', target_file: 'f', patch: { pattern, replacement: 'c' } });
  assert.match(faultOf({ f: CODE }, block('.*<Text>.*')).hint, /regular expression; those are not run/);
  assert.match(faultOf({ f: CODE }, block('def total(...)')).hint, /ellipsis/);
  assert.match(faultOf({ f: CODE }, block('total(values)')).hint, /Copy the pattern/);
});

test('the text to the author names every fault, where it is, what was expected and what to do', () => {
  const result = run({ f: CODE }, hunk('f', '-    result = 1', '+x') + hunk('g', '-a', '+b'));
  const text = explainFaults(result.kind === 'refused' ? result.faults : []);
  assert.match(text, /2 things are wrong with it\. Nothing was changed\./);
  assert.match(text, /1\. \[hunk_not_found\] f, hunk 1/);
  assert.match(text, /\n {5}- {4}result = 1\n {5}\+ {4}result = 0\n/);
  assert.match(text, /2\. \[file_missing\] g/);
  assert.equal(text.match(/Next: /g)?.length, 2);
});

test('thousands of hunks that fit nowhere are told in bounded size and time', () => {
  const patch = `--- a/f\n+++ b/f\n${'@@ @@\n-result items total\n+x\n'.repeat(5_000)}`;
  const result = run({ f: CODE.repeat(5) }, patch);
  assert.equal(result.kind === 'refused' && result.faults.length, 5_000);
  const shown = result.kind === 'refused' ? result.faults.filter(({ closest }) => closest !== null) : [];
  assert.equal(shown.length, 50);
  assert.match(
    explainFaults(result.kind === 'refused' ? result.faults : []),
    /\(4950 more; repair these first\.\)$/,
  );
});

test('a line diff goes from what was expected to what is there', () => {
  assert.deepEqual(lineDiff(['a', 'b', 'c'], ['a', 'x', 'c', 'd']), [' a', '-b', '+x', ' c', '+d']);
  assert.deepEqual(lineDiff([], ['a']), ['+a']);
  assert.deepEqual(lineDiff(['a'], ['a']), [' a']);
});
