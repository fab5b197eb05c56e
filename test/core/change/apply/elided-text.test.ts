import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChange } from '../../../../src/core/change/parse.ts';
import type { Path } from '../../../../src/core/git.ts';
import { type BareEdit, type Result, run, runEdits, type Tree } from '../world.ts';

const FILE = { 'a.py': 'def f():\n    a\n    b\n    c\n' };
const LAZY = '    # ... existing code ...';
const path = 'a.py' as Path;

const told = (result: Result) =>
  result.kind === 'refused'
    ? result.faults.map(({ code, message }) => `${code}: ${message}`).join('\n')
    : 'applied';

/** Each form that brings text, with a line that stands for others. */
const FORMS: Readonly<Record<string, string>> = {
  'a SEARCH/REPLACE block': `a.py\n<<<<<<< SEARCH\ndef f():\n    a\n    b\n=======\ndef g():\n${LAZY}\n    b\n>>>>>>> REPLACE\n`,
  'a diff': `--- a/a.py\n+++ b/a.py\n@@ -1,4 +1,3 @@\n def f():\n-    a\n-    b\n+${LAZY}\n     c\n`,
  'a diff that makes a file': `--- /dev/null\n+++ b/b.py\n@@ -0,0 +1,2 @@\n+def g():\n+${LAZY}\n`,
  'a chunk of V4A': `*** Begin Patch\n*** Update File: a.py\n@@ def f():\n-    a\n-    b\n+${LAZY}\n*** End Patch\n`,
  'a file added by V4A': `*** Begin Patch\n*** Add File: b.py\n+def g():\n+${LAZY}\n*** End Patch\n`,
  'JSON write': JSON.stringify({ edits: [{ kind: 'write', path, content: `def f():\n${LAZY}\n` }] }),
  'JSON replace': JSON.stringify({ edits: [{ kind: 'replace', path, old: '    a\n', new: `${LAZY}\n` }] }),
  'JSON insert': JSON.stringify({ edits: [{ kind: 'insert', path, after: '    a', text: `${LAZY}\n` }] }),
  'contents of a block': JSON.stringify({
    blockId: 'b',
    version: '1',
    mutations: [{ path, contents: `def f():\n${LAZY}\n` }],
  }),
};

for (const [form, text] of Object.entries(FORMS)) {
  test(`a line that stands for others is refused in ${form}`, () => {
    const said = told(run(FILE, text));
    assert.match(
      said,
      /^text_elided: [ab]\.py \(patch lines? [\d-]+\): line \d would be "# \.\.\. existing code \.\.\."/,
    );
  });
}

test('the hunk and the line of the file are named', () => {
  const text = `--- a/a.py\n+++ b/a.py\n@@ @@\n-def f():\n+def g():\n     a\n@@ @@\n     b\n-    c\n+    # the rest of the file is unchanged\n`;
  const result = run(FILE, text);
  const [fault] = result.kind === 'refused' ? result.faults : [];
  assert.deepEqual(
    [fault?.code, fault?.path, fault?.patchLine, fault?.candidates],
    ['text_elided', path, 7, [4]],
  );
  assert.match(fault?.hint ?? '', /Write the lines out/);
});

const write = (content: string): BareEdit => ({
  ...{ kind: 'write', path, content, mode: null, lineEnds: 'given' },
});

test('a line that stood in the file may stay, move and be indented otherwise', () => {
  const tree: Tree = { 'a.py': `a\n# ... existing code ...\nb\n` };
  assert.equal(told(runEdits(tree, [write('if a:\n  # ... existing code ...\n  b\n')])), 'applied');
});

test('what is text of a program is not touched', () => {
  const real = 'class A:\n    def f(self): ...\n    ...\n    x = [*rest]\n# previous versions did this\n';
  assert.equal(told(runEdits(FILE, [write(real)])), 'applied');
});

test('a page may show what stands for lines', () => {
  const page: BareEdit = {
    ...{ kind: 'create', path: 'a.md' as Path, mode: '100644' },
    content: '# Rest unchanged\n\n```py\n# ... existing code ...\n```\n',
  };
  assert.equal(told(runEdits({}, [page])), 'applied');
});

for (const line of ['# same as before', '(...)', '// ...', '# unchanged']) {
  test(`${line} is refused in a whole file that replaces another one, and nowhere else`, () => {
    assert.match(told(runEdits(FILE, [write(`def f():\n    ${line}\n`)])), /^text_elided/);
    assert.equal(told(runEdits({}, [write(`def f():\n    ${line}\n`)])), 'applied');
  });
}

for (const line of [
  '# rest unchanged',
  '# (keep everything else as is)',
  '# other methods remain unchanged',
  '# (rest of the Makefile stays the same)',
  '<!-- rest of document -->',
]) {
  test(`a fenced file with ${line} is refused when it is read`, () => {
    const text = `Makefile\n\`\`\`\nall:\n${line}\n\`\`\`\n`;
    const parsed = parseChange(Buffer.from(text), { format: null });
    assert.deepEqual(parsed.kind === 'faulty' && parsed.faults.map(({ code }) => code), ['malformed']);
  });
}
