import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legible, utf8 } from '../../../../src/core/change/bytes.ts';
import { run } from '../world.ts';

/* What a patch writes, and where it passes over lines, is the file's own or the patch's own, and never a mixture of both. */

type Result = ReturnType<typeof run>;

const block = (search: string, replace: string): string =>
  `f.py\n<<<<<<< SEARCH\n${search}=======\n${replace}>>>>>>> REPLACE\n`;
const chunk = (body: string): string => `*** Begin Patch\n*** Update File: f.py\n${body}*** End Patch\n`;
const diff = (body: string): string => `--- a/f.py\n+++ b/f.py\n${body}`;
const into = (file: string, patch: string): Result => run({ 'f.py': utf8(file) }, utf8(patch));

function textOf(result: Result): unknown {
  return result.kind === 'applied' ? result.tree['f.py'] : result.codes.join();
}

function said(result: Result): string {
  return result.kind === 'applied' ? legible(String(result.tree['f.py'])) : (result.faults[0]?.message ?? '');
}

test('lines put in the place of an open last line end as the others of the file do', () => {
  for (const patch of [
    chunk('@@\n-b\n+c\n+d\n'),
    block('b\n', 'c\nd\n'),
    diff('@@ -2 +2,2 @@\n-b\n+c\n+d\n'),
  ]) {
    assert.equal(textOf(into('a\r\nb', patch)), 'a\r\nc\r\nd');
  }
  assert.equal(textOf(into('a\nb', chunk('@@\n-b\n+c\n+d\n').replaceAll('\n', '\r\n'))), 'a\nc\nd');
});

const replace = (old: string, fresh: string): string =>
  JSON.stringify({ edits: [{ kind: 'replace', path: 'f.py', old, new: fresh }] });

test('text that stands once in these line ends and again in others stands twice', () => {
  assert.equal(textOf(into('a\nb\n\na\nb', replace('a\nb\n', 'a\nB\n'))), 'pattern_ambiguous');
  assert.equal(textOf(into('a\nb\n\r\na\r\nb\r\nc\r\n', replace('a\nb', 'a\nB'))), 'pattern_ambiguous');
  assert.equal(
    textOf(into('a\nb\n\r\na\r\nb\r\nc\r\n', replace('a\r\nb', 'a\r\nB'))),
    'a\nb\n\r\na\r\nB\r\nc\r\n',
  );
});

test('no text is found inside a line end', () => {
  assert.equal(textOf(into('import a\r\nimport b\r\nx\r\n', replace('\nimport b', ''))), 'import a\r\nx\r\n');
  assert.equal(textOf(into('a\r\nb\r\n', replace('a\r', 'c'))), 'pattern_not_found');
});

test('a special blank of the file is not lost to a blank of the patch', () => {
  const price = into('Prix : 10\u00a0€\nz\n', diff('@@ @@\n-Prix : 10 €\n+Prix : 20 €\n z\n'));
  assert.match(said(price), /quotes or dashes/);
  const name = into('名前\u3000太郎\nz\n', diff('@@ @@\n-名前 太郎\n+名前 次郎\n z\n'));
  assert.match(said(name), /quotes or dashes/);
  const other = into('a\u00a0b\nz\n', diff('@@ @@\n a b\n-z\n+\tzz\n'));
  assert.equal(said(other), 'a\u00a0b\n\tzz\n');
});

const CLASSES =
  'class A:\n    def get(self):\n        return self.x + 1\n\nclass B:\n    def put(self):\n        self.y = 1\n        return self.x\n';

test('lines left out do not lead from one block into another', () => {
  const search = 'class A:\n    ...\n        return self.x\n';
  assert.equal(textOf(into(CLASSES, block(search, search.replace('self.x', 'self._x')))), 'hunk_not_found');
  const own = 'class B:\n    ...\n        return self.x\n';
  assert.equal(
    textOf(into(CLASSES, block(own, own.replace('self.x', 'self._x')))),
    CLASSES.replace(/x\n$/, '_x\n'),
  );
  const flat = 'a\n  b\nc\n  d\n';
  assert.equal(textOf(into(flat, block('  b\n...\n  d\n', '  b\n...\n  D\n'))), 'hunk_not_found');
  const braces = 'int f()\n{\n    a();\n    b();\n}\n';
  assert.equal(
    textOf(into(braces, block('int f()\n...\n    b();\n', 'int f()\n...\n    c();\n'))),
    braces.replace('b()', 'c()'),
  );
});

test('a line that the header counts is no elision', () => {
  const file = 'a\nb1\nb2\nb3\nc\nd\n';
  const counted = diff('@@ -1,4 +1,4 @@\n a\n # ...\n c\n-d\n+D\n');
  assert.equal(textOf(into(file, counted)), 'hunk_not_found');
  assert.equal(textOf(into(file, counted.replace('-1,4 +1,4', ''))), 'a\nb1\nb2\nb3\nc\nD\n');
});

test('hunks that stand in another order than their headers say are refused', () => {
  const turned = '@@ -1,1 +1,1 @@\n-y\n+Y\n@@ -5,1 +5,1 @@\n-x\n+X\n';
  assert.equal(textOf(into('x\nm\n\n\ny\nm\n', diff(turned))), 'hunks_out_of_order');
  const right = turned.replace('-1,1 +1,1', '-9,1 +9,1').replace('-5,1 +5,1', '-2,1 +2,1');
  assert.equal(textOf(into('x\nm\n\n\ny\nm\n', diff(right))), 'X\nm\n\n\nY\nm\n');
});
