import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../world.ts';

const FILE = [
  'class A:',
  '    def f(self):',
  '        pass',
  '',
  'class B:',
  '    def f(self):',
  '        pass',
  '',
].join('\n');

function update(chunk: string, file = FILE) {
  return run({ f: file }, `*** Begin Patch\n*** Update File: f\n${chunk}*** End Patch\n`);
}

function lineOf(result: ReturnType<typeof run>, text: string): number | string {
  if (result.kind === 'refused') return result.faults[0]?.message ?? '';
  return String(result.tree.f).split('\n').indexOf(text) + 1;
}

const BODY = ' def f(self):\n-        pass\n+        return 1\n';

test('anchors hold a hunk that stands twice inside the block they open', () => {
  const chunk = (anchors: string) => `${anchors}\n     def f(self):\n-        pass\n+        return 1\n`;
  assert.equal(lineOf(update(chunk('@@ class A:')), '        return 1'), 3);
  assert.equal(lineOf(update(chunk('@@ class B:')), '        return 1'), 7);
  assert.match(String(lineOf(update(chunk('@@')), '')), /stand in 2 places/);
});

test('anchors are found one below the other, whatever their indentation', () => {
  const chunk = '@@ class B:\n@@ def f(self):\n-        pass\n+        return 1\n';
  assert.equal(lineOf(update(chunk), '        return 1'), 7);
});

test('an anchor that stands nowhere is named by the fault', () => {
  const said = String(lineOf(update(`@@ class C:\n${BODY}`), ''));
  assert.match(said, /its @@ line names "class C:", and no line of the file says so/);
});

test('an anchor below its hunk does not hold it', () => {
  const file = 'x\ny\nclass A:\n';
  assert.equal(update('@@ class A:\n x\n-y\n', file).kind, 'refused');
});

test('a hunk without old lines stands below its anchor', () => {
  const result = update('@@ class B:\n+    """The second."""\n');
  assert.equal(lineOf(result, '    """The second."""'), 6);
  assert.match(String(lineOf(update('@@ def f(self):\n+        x\n'), '')), /could stand in 2 places/);
});

test('the end of the file holds a hunk, and is where one without old lines stands', () => {
  const tail = update('@@\n         pass\n+# end\n*** End of File\n');
  assert.equal(lineOf(tail, '# end'), 8);
  const bare = update('@@\n+# end\n*** End of File\n');
  assert.equal(lineOf(bare, '# end'), 8);
  const elsewhere = update('@@\n-class A:\n+class C:\n*** End of File\n');
  assert.equal(elsewhere.kind, 'refused');
});

test('lines put at the end of a file without a final newline leave it without one', () => {
  const result = update('@@\n+b\n*** End of File\n', 'x\na');
  assert.deepEqual(result.kind === 'applied' && result.tree, { f: 'x\na\nb' });
});

test('a hunk that only adds lines and names no place is refused', () => {
  assert.match(String(lineOf(update('@@\n+x\n'), '')), /only adds lines/);
});
