import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../world.ts';

/*
 * Places that are alike: a patch is put into one of them only where nothing else in the file may be meant. Each case was
 * once placed wrong without a word.
 */

type Result = ReturnType<typeof run>;

const block = (search: string, replace: string): string =>
  `f.py\n<<<<<<< SEARCH\n${search}=======\n${replace}>>>>>>> REPLACE\n`;
const chunk = (body: string): string => `*** Begin Patch\n*** Update File: f.py\n${body}*** End Patch\n`;
const diff = (body: string): string => `--- a/f.py\n+++ b/f.py\n${body}`;
const into = (file: string, patch: string): Result => run({ 'f.py': file }, patch);

function refused(result: Result, code: string, because: RegExp): void {
  assert.deepEqual(result.kind === 'refused' ? result.codes : result, [code]);
  assert.match(result.kind === 'refused' ? (result.faults[0]?.message ?? '') : '', because);
}

function textOf(result: Result): unknown {
  return result.kind === 'applied' ? result.tree['f.py'] : result.faults[0]?.message;
}

const OPEN = 'a\nb\n\na\nb';

test('a twin that differs in its line ends only is a twin', () => {
  const twice = /stand in 2 places, from lines 1, 4/;
  refused(into(OPEN, block('a\nb\n', 'a\nB\n')), 'hunk_ambiguous', twice);
  refused(into(OPEN, chunk('@@\n a\n-b\n+B\n')), 'hunk_ambiguous', twice);
  refused(into(OPEN, diff('@@ @@\n a\n-b\n+B\n')), 'hunk_ambiguous', twice);
  refused(into('a\nb\n\r\na\r\nb\r\nc\r\n', block('a\nb\n', 'a\nB\n')), 'hunk_ambiguous', twice);
  refused(into('\xef\xbb\xbfa\nb\n\na\nb\n', block('a\nb\n', 'a\nB\n')), 'hunk_ambiguous', twice);
});

test('a header or a line that says that the file ends without a newline tells such twins apart', () => {
  assert.equal(textOf(into(OPEN, diff('@@ -1,2 +1,2 @@\n a\n-b\n+B\n'))), 'a\nB\n\na\nb');
  const marked = diff('@@ @@\n a\n-b\n\\ No newline at end of file\n+B\n\\ No newline at end of file\n');
  assert.equal(textOf(into(OPEN, marked)), 'a\nb\n\na\nB');
});

const COMMENTED =
  'def a():\n    x = load(1)\n    return x\n\nclass C:\n    def a(self):\n        x = load(1) # c\n        return x\n';

test('a looser rung does not move a hunk away from lines that are nearer to its text', () => {
  const search = '        x = load(1)\n        return x\n';
  refused(
    into(COMMENTED, block(search, search.replace('1', '2'))),
    'hunk_ambiguous',
    /rung indent.*from 8|rung indent.*from 7/,
  );
  const named = diff('@@ -7,2 +7,2 @@\n-        x = load(1)\n+        x = load(2)\n         return x\n');
  refused(into(COMMENTED, named), 'hunk_ambiguous', /at least as like them/);
});

test('a header that names the place of a looser rung lets it stand', () => {
  const named = diff('@@ -2,2 +2,2 @@\n-        x = load(1)\n+        x = load(2)\n         return x\n');
  assert.match(String(textOf(into(COMMENTED, named))), /^def a\(\):\n {4}x = load\(2\)\n/);
});

test('a blank line too many below the last lines of a file moves no hunk to another place', () => {
  const indented =
    'def f():\n    log()\n    return x\n\nclass A:\n    def f():\n        log()\n        return x\n';
  refused(
    into(indented, block('        log()\n        return x\n\n', '        log2()\n        return x\n\n')),
    'hunk_ambiguous',
    /rung indent/,
  );
  const braces = 'func a() {\n\tx()\n\tif q {\n\t}\n}\n\nfunc b() {\n\tx()\n}\n';
  refused(into(braces, block('\tx()\n}\n\n', '\tx()\n}\n// end of b\n\n')), 'hunk_not_found', /do not stand/);
  const alike = 'def f():\n    log()\n    return x\n\ndef g():\n    log()\n    return x\n';
  refused(
    into(alike, block('    log()\n    return x\n\n', '    log()\n    return y\n\n')),
    'hunk_ambiguous',
    /from line 6 on at the end of the file too/,
  );
});

test('quotes and dashes are not forgiven where patch or file tells them from each other', () => {
  const curly = 'say \xe2\x80\x9cq\xe2\x80\x9d\nnow\nsay "q"\nthen\n';
  refused(into(curly, block('say "q"\nnow\n', 'say "q"\nlater\n')), 'hunk_ambiguous', /rung typography/);
  const dash = 'a - b\nx\na \xe2\x80\x94 b\ny\n';
  refused(
    into(dash, block('a \xe2\x80\x94 b\nx\n', 'a \xe2\x80\x94 b\nz\n')),
    'hunk_ambiguous',
    /rung typography/,
  );
});

const FUNCTIONS = [0, 1]
  .map((n) => `def f${n}():\n    x = load()\n    if x:\n        log()\n    return x\n\n`)
  .join('');

/** Sends a patch to what it has made already. */
function twice(file: string, patch: string): Result {
  const once = into(file, patch);
  assert.equal(once.kind, 'applied', 'the first time');
  return into(once.kind === 'applied' ? String(once.tree['f.py']) : '', patch);
}

test('a patch that was applied already does not go on to the next place that is alike', () => {
  const body = '     x = load()\n+    check()\n     if x:\n';
  const again = /may have been applied before/;
  refused(twice(FUNCTIONS, diff(`@@ -2,2 +2,3 @@\n${body}`)), 'hunk_already_applied', again);
  refused(twice(FUNCTIONS, chunk(`@@ def f0():\n${body}`)), 'hunk_already_applied', again);
  const lined = block(
    ':start_line:2\n-------\n    x = load()\n    if x:\n',
    '    x = load()\n    check()\n    if x:\n',
  );
  refused(twice(FUNCTIONS, lined), 'hunk_already_applied', again);
});

test('of several hunks each is looked for where the ones above it have moved it', () => {
  const hunks =
    '@@ -1,2 +1,3 @@\n def f0():\n+    one()\n     x = load()\n@@ -4,2 +5,3 @@\n         log()\n+    two()\n     return x\n';
  const once = into(FUNCTIONS, diff(hunks));
  const second = hunks.slice(hunks.lastIndexOf('@@ -'));
  const file = once.kind === 'applied' ? String(once.tree['f.py']) : '';
  refused(into(file, diff(second.replace('-4,2 +5,3', '-5,2 +5,3'))), 'hunk_already_applied', /line 5/);
});

test('without any hint it is known by the stricter rung that the new lines stand by', () => {
  const file =
    'def a():\n    x = compute(1)\n    return x\n\nclass C:\n    def m(self):\n        x = compute(1)\n        return x\n';
  const patch = block('    x = compute(1)\n    return x\n', '    x = compute(2)\n    return x\n');
  refused(twice(file, patch), 'hunk_already_applied', /already stand at line 2/);
});

const CLASSES = 'class A:\n    v = 2\n\nclass B:\n    v = 1\n';

test('what stands outside the block that the anchors open is not changed', () => {
  const body = '-    v = 1\n+    v = 3\n';
  const outside = /line 5, which is outside the block that its @@ line "class A:" opens/;
  refused(into(CLASSES, chunk(`@@ class A:\n${body}`)), 'hunk_not_found', outside);
  assert.equal(textOf(into(CLASSES, chunk(`@@ class B:\n${body}`))), CLASSES.replace('v = 1', 'v = 3'));
  const applied = CLASSES.replace('v = 2', 'v = 3');
  refused(into(applied, chunk(`@@ class A:\n${body}`)), 'hunk_already_applied', /already stand at line 2/);
  const ini = '[a]\nv = 2\n\n[b]\nv = 1\n';
  refused(into(ini, chunk('@@ [a]\n-v = 1\n+v = 3\n')), 'hunk_not_found', /outside the block/);
});

test('an anchor inside another one is looked for in its block', () => {
  const file = 'class A:\n    def g(self):\n        pass\n\nclass B:\n    def f(self):\n        pass\n';
  const patch = chunk('@@ class A:\n@@ def f(self):\n-        pass\n+        return\n');
  assert.equal(into(file, patch).kind, 'refused');
  assert.equal(into(file, chunk('@@ class A:\n@@ def f(self):\n+        return\n')).kind, 'refused');
});

test('a name that stands both nested and at the top is no anchor', () => {
  const file = 'def f():\n    if q:\n        x()\n\nclass C:\n    def f():\n        x()\n';
  refused(into(file, chunk('@@ def f():\n-        x()\n+        y()\n')), 'hunk_ambiguous', /in 2 places/);
  refused(into(file, chunk('@@ def f():\n+        y()\n')), 'hunk_ambiguous', /in 2 places/);
});

test('a block goes on below a line of the preprocessor, a label, and parameters on lines of their own', () => {
  const c =
    'void f(int a,\n       int b)\n{\n    x();\n#ifdef A\n    z();\n#endif\n    y();\nout:\n    w();\n}\n\nvoid g() {\n    w();\n}\n';
  const patch = chunk('@@ void f(int a,\n-    w();\n+    v();\n');
  assert.equal(textOf(into(c, patch)), c.replace('w();', 'v();'));
  const py = 'def f(\n    a,\n):\n    x = 1\n\ndef g():\n    x = 1\n';
  assert.equal(textOf(into(py, chunk('@@ def f(\n-    x = 1\n+    x = 2\n'))), py.replace('x = 1', 'x = 2'));
});

test('an anchor that opens no block stands for what is left of its own', () => {
  const file = 'import a\nimport b\n\nx = 1\n\ndef f():\n    y = 1\n    z = 1\n\ndef g():\n    z = 1\n';
  assert.equal(textOf(into(file, chunk('@@ import a\n-x = 1\n+x = 2\n'))), file.replace('x = 1', 'x = 2'));
  assert.equal(
    textOf(into(file, chunk('@@     y = 1\n-    z = 1\n+    z = 2\n'))),
    file.replace('z = 1', 'z = 2'),
  );
});

test('numbers of a diff that was made from another version break no tie', () => {
  const body = '@@ -7,3 +7,3 @@\n def f1():\n-    x = load()\n+    x = store()\n     if x:\n';
  const hunk = body.replace(' def f1():\n', '').replace('-7,3 +7,3', '-8,2 +8,2');
  const index = (id: string): string =>
    `diff --git a/f.py b/f.py\nindex ${id}..89abcde 100644\n--- a/f.py\n+++ b/f.py\n${hunk}`;
  refused(into(FUNCTIONS, index('1234567')), 'hunk_ambiguous', /in 2 places/);
  assert.equal(into(FUNCTIONS, diff(hunk)).kind, 'applied', 'the diff names no version');
});

const insert = (where: object): string =>
  JSON.stringify({ edits: [{ kind: 'insert', path: 'f.py', ...where, text: '    log()\n' }] });

test('lines are not put right beside the same lines', () => {
  const file = 'def a():\n    x()\n    y()\n';
  const beside = (line: number): RegExp =>
    new RegExp(`right beside the same ones, which stand at line ${line},`);
  refused(twice(file, insert({ after: 'def a():' })), 'hunk_already_applied', beside(2));
  refused(twice(file, insert({ before: 'y()' })), 'hunk_already_applied', beside(3));
  refused(twice(file, insert({ at: 'end' })), 'hunk_already_applied', beside(4));
  refused(twice('a\nb', insert({ at: 'end' })), 'hunk_already_applied', beside(3));
  refused(twice(file.replaceAll('\n', '\r\n'), insert({ at: 'start' })), 'hunk_already_applied', beside(1));
  assert.equal(into(file, insert({ after: 'x()' })).kind, 'applied');
  const there = /stand beside them already/;
  refused(twice(file, chunk('@@ def a():\n+    log()\n')), 'hunk_already_applied', there);
  refused(twice(file, chunk('@@\n+z()\n*** End of File\n')), 'hunk_already_applied', there);
});

test('two hunks do not add the same lines at one place', () => {
  const one = block('a\n', 'a\nt1\n');
  const other = block('b\n', 't1\nb\n');
  refused(into('a\nb\nc\n', `${one}\n${other}`), 'hunk_ambiguous', /adds the same lines at the same place/);
  assert.equal(textOf(into('a\nb\nc\n', `${one}\n${other.replace('t1', 't2')}`)), 'a\nt1\nt2\nb\nc\n');
});
