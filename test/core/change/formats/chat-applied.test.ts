import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, type Tree } from '../world.ts';

function after(tree: Tree, patch: string): Tree {
  const result = run(tree, patch);
  if (result.kind === 'applied') return result.tree;
  return assert.fail(result.faults.map(({ message }) => message).join('\n'));
}

function codes(tree: Tree, patch: string): readonly string[] {
  const result = run(tree, patch);
  return result.kind === 'refused' ? result.codes : [];
}

function block(old: string, fresh: string, hint = ''): string {
  return `<<<<<<< SEARCH\n${hint}${old}=======\n${fresh}>>>>>>> REPLACE\n`;
}

test("a SEARCH/REPLACE block keeps the file's own bytes where both sides agree", () => {
  const tree = { 'a.c': 'one  \r\ntwo\r\nthree\t\r\n' };
  const text = `a.c\n${block('one\ntwo\nthree\n', 'one\n2\nthree\n')}`;
  assert.deepEqual(after(tree, text), { 'a.c': 'one  \r\n2\r\nthree\t\r\n' });
});

test('blocks of one file fit in any order', () => {
  const text = `a.c\n${block('c\n', 'C\n')}${block('a\n', 'A\n')}`;
  assert.deepEqual(after({ 'a.c': 'a\nb\nc\n' }, text), { 'a.c': 'A\nb\nC\n' });
});

test('of several places a block takes none, unless it names the line', () => {
  const tree = { 'a.c': 'x\ny\nx\n' };
  assert.deepEqual(codes(tree, `a.c\n${block('x\n', 'z\n')}`), ['hunk_ambiguous']);
  assert.deepEqual(after(tree, `a.c\n${block('x\n', 'z\n', ':start_line:3\n-------\n')}`), {
    'a.c': 'x\ny\nz\n',
  });
  assert.deepEqual(after(tree, `a.c\n${block('3 | x\n', 'z\n')}`), { 'a.c': 'x\ny\nz\n' });
  assert.deepEqual(codes(tree, `a.c\n${block('x\n', 'z\n', ':start_line:2\n-------\n')}`), [
    'hunk_ambiguous',
  ]);
});

test('a block told twice fits once, and is refused', () => {
  assert.notDeepEqual(codes({ 'a.c': 'x\n' }, `a.c\n${block('x\n', 'y\n').repeat(2)}`), []);
});

test('an empty SEARCH creates a file and never adds to one', () => {
  const text = `a.c\n${block('', 'x\n')}`;
  assert.deepEqual(after({}, text), { 'a.c': 'x\n' });
  assert.deepEqual(codes({ 'a.c': 'y\n' }, text), ['file_exists']);
});

test('sections of one file are taken one after the other, across a move', () => {
  const text = [
    ...['*** Begin Patch', '*** Update File: a', '@@', '-x', '+y'],
    ...['*** Update File: a', '@@', '-y', '+z', '*** End Patch', ''],
  ].join('\n');
  assert.deepEqual(after({ a: 'x\n' }, text), { a: 'z\n' });
  const move = '*** Begin Patch\n*** Update File: a\n*** Move to: d/b\n@@\n-x\n+y\n*** End Patch\n';
  assert.deepEqual(after({ a: 'x\n' }, move), { 'd/b': 'y\n' });
  assert.deepEqual(codes({ a: 'x\n', 'd/b': '' }, move), ['file_exists']);
});

test('stacked anchors and the end of the file tell alike places apart', () => {
  const tree = { a: 'class A\n  f\n    x\nclass B\n  f\n    x\n' };
  const chunk = (head: string, tail = '') =>
    `*** Begin Patch\n*** Update File: a\n${head}\n-    x\n+    y\n${tail}*** End Patch\n`;
  assert.deepEqual(codes(tree, chunk('@@')), ['hunk_ambiguous']);
  assert.deepEqual(after(tree, chunk('@@ class A\n@@   f')), {
    a: 'class A\n  f\n    y\nclass B\n  f\n    x\n',
  });
  const last = { a: 'class A\n  f\n    x\nclass B\n  f\n    y\n' };
  assert.deepEqual(after(tree, chunk('@@ class B\n@@   f')), last);
  assert.deepEqual(after(tree, chunk('@@', '*** End of File\n')), last);
});

test('a whole file takes the line ends, mark and mode of the file that it replaces', () => {
  const tree = { 'run.sh': { mode: '100755', text: '\xef\xbb\xbfa\r\nb\r\n' } };
  assert.deepEqual(after(tree, 'run.sh\n```sh\na\nc\n```\n'), {
    'run.sh': { mode: '100755', text: '\xef\xbb\xbfa\r\nc\r\n' },
  });
});
