import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { utf8 } from '../../../../src/core/change/bytes.ts';
import type { Rung } from '../../../../src/core/change/change.ts';
import { run } from '../world.ts';

interface Case {
  readonly file: string;
  readonly patch: string;
  /** The file afterwards, or why it is refused. */
  readonly gives: string | { readonly refused: string; readonly because: RegExp };
}

/** What each rung forgives, and the nearest that it does not. Texts are Unicode. */
const CASES: Readonly<Record<Rung, Readonly<Record<string, Case>>>> = {
  exact: {
    'a wrong start is no matter': {
      file: 'a\nb\nc\n',
      patch: '@@ -70,2 +70,2 @@\n b\n-c\n+d\n',
      gives: 'a\nb\nd\n',
    },
    'a line end that the author changes is changed': {
      file: 'a\nb\n',
      patch: '@@ -1,2 +1,2 @@\n a\n-b\n+b\r\n',
      gives: 'a\nb\r\n',
    },
  },
  'line-ends': {
    'new lines take the line ends of the file': {
      file: 'a\r\nb\r\nc\r\n',
      patch: '@@ @@\n a\n-b\n+B\n+BB\n c\n',
      gives: 'a\r\nB\r\nBB\r\nc\r\n',
    },
    'a byte order mark stays': {
      file: '\ufeffa\nb\n',
      patch: '@@ @@\n-a\n+A\n b\n',
      gives: '\ufeffA\nb\n',
    },
    'a line put above a byte order mark gets it': {
      file: '\ufeffa\nb\n',
      patch: '@@ -1,2 +1,3 @@\n+top\n a\n b\n',
      gives: '\ufefftop\na\nb\n',
    },
    'a final newline that the file lacks stays away': {
      file: 'a\nb',
      patch: '@@ @@\n a\n-b\n+B\n',
      gives: 'a\nB',
    },
    'what is put below an open last line closes it and stays open': {
      file: 'a\nb',
      patch: '@@ @@\n a\n b\n+c\n',
      gives: 'a\nb\nc',
    },
    'a hunk that says so closes the file': {
      file: 'a\r\nb',
      patch: '@@ @@\n a\n-b\n\\ No newline at end of file\n+B\n',
      gives: 'a\r\nB\r\n',
    },
  },
  'trailing-space': {
    'context keeps its blanks, and new lines are as written': {
      file: 'a  \nb\t\nc\n',
      patch: '@@ @@\n a\n-b\n+B  \n c   \n',
      gives: 'a  \nB  \nc\n',
    },
    'blanks inside a line count': {
      file: 'a  a\nb\n',
      patch: '@@ @@\n a a\n-b\n',
      gives: { refused: 'hunk_not_found', because: /do not stand in the file/ },
    },
  },
  indent: {
    'new lines move with the old ones': {
      file: 'if (x) {\n    a();\n\n      b();\n}\n',
      patch: '@@ @@\n a();\n \n-  b();\n+  c();\n+\n+d();\n',
      gives: 'if (x) {\n    a();\n\n      c();\n\n    d();\n}\n',
    },
    'the other way round': {
      file: 'a();\n\tb();\n',
      patch: '@@ @@\n \t\ta();\n-\t\t\tb();\n+\t\t\tc();\n',
      gives: 'a();\n\tc();\n',
    },
    'each hunk moves by its own': {
      file: '  a\nx\n    b\n',
      patch: '@@ @@\n-a\n+A\n@@ @@\n-b\n+B\n',
      gives: '  A\nx\n    B\n',
    },
    'two lines that are off by different blanks do not fit': {
      file: '  a\n   b\n',
      patch: '@@ @@\n a\n-b\n',
      gives: { refused: 'hunk_not_found', because: /white space/ },
    },
    'tabs for spaces do not fit': {
      file: '\ta\n\tb\n',
      patch: '@@ @@\n     a\n-    b\n',
      gives: { refused: 'hunk_not_found', because: /white space/ },
    },
    'tabs and spaces do not move together': {
      file: '\t a\n\t b\n',
      patch: '@@ @@\n a\n-b\n',
      gives: { refused: 'hunk_not_found', because: /white space/ },
    },
    'an added line that lacks the blanks that must go': {
      file: 'a\nb\n',
      patch: '@@ @@\n   a\n-  b\n+c\n',
      gives: { refused: 'hunk_ambiguous', because: /cannot be moved/ },
    },
  },
  typography: {
    'context keeps its own quotes': {
      file: 'say("a")\nsay(“b”)\nnow\n',
      patch: '@@ @@\n say(“a”)\n say("b")\n-now\n+then\n',
      gives: 'say("a")\nsay(“b”)\nthen\n',
    },
    'a dash, a narrow space and an ellipsis': {
      file: 'a - b\u202fc…\nx\n',
      patch: '@@ @@\n a – b c...\n-x\n+y\n',
      gives: 'a - b\u202fc…\ny\n',
    },
    'added lines with quotes that may have been curled': {
      file: 'say("a")\nx\n',
      patch: '@@ @@\n say(“a”)\n-x\n+say(“b”)\n',
      gives: { refused: 'hunk_ambiguous', because: /quotes or dashes/ },
    },
    'added lines with quotes that may have been straightened': {
      file: 'say “a”\nx\n',
      patch: '@@ @@\n-say "a"\n+say "b"\n x\n',
      gives: { refused: 'hunk_ambiguous', because: /quotes or dashes/ },
    },
    'other letters that look alike do not fit': {
      file: 'a\nx\n',
      patch: '@@ @@\n \u0430\n-x\n',
      gives: { refused: 'hunk_not_found', because: /do not stand|does not stand/ },
    },
  },
  elision: {
    'any run of lines, which is not touched': {
      file: 'function f() {\n  one\n  two\n  three\n  end\n}\n',
      patch: '@@ @@\n function f() {\n ...\n-  end\n+  END\n }\n',
      gives: 'function f() {\n  one\n  two\n  three\n  END\n}\n',
    },
    'in a comment, twice, and with another indentation': {
      file: '  a\n  b\n  c\n  d\n  e\n  f\n',
      patch: '@@ @@\n a\n // ...\n-c\n+C\n # …\n-f\n+F\n',
      gives: '  a\n  b\n  C\n  d\n  e\n  F\n',
    },
    'a line that says so in the file is that line': {
      file: 'a\nb\nc\n...\n',
      patch: '@@ @@\n a\n ...\n-c\n',
      gives: { refused: 'hunk_not_found', because: /do not stand in the file/ },
    },
    'a removed one is that line': {
      file: 'a\nb\nc\n',
      patch: '@@ @@\n a\n-...\n-c\n',
      gives: { refused: 'hunk_not_found', because: /do not stand in the file/ },
    },
    'a piece that stands twice': {
      file: 'a\nb\nc\nx\nc\n',
      patch: '@@ @@\n a\n ...\n-c\n+C\n',
      gives: { refused: 'hunk_ambiguous', because: /stands in 2 places/ },
    },
    'an added one': {
      file: 'a\nb\nc\n',
      patch: '@@ @@\n a\n ...\n-c\n+C\n+...\n',
      gives: { refused: 'hunk_ambiguous', because: /a mere "\.\.\."/ },
    },
    'added lines that hang on nothing else': {
      file: 'a\nb\nc\nd\n',
      patch: '@@ @@\n a\n ...\n+x\n ...\n d\n',
      gives: { refused: 'hunk_ambiguous', because: /hangs on nothing/ },
    },
  },
  gap: {
    'one line left out between context lines, or two': {
      file: 'a\nb\nc\nd\ne\nf\n',
      patch: '@@ @@\n a\n c\n d\n-e\n+E\n',
      gives: 'a\nb\nc\nd\nE\nf\n',
    },
    'a line left out beside a change': {
      file: 'a\nb\nc\nd\n',
      patch: '@@ @@\n a\n-c\n+C\n d\n',
      gives: { refused: 'hunk_not_found', because: /do not stand in the file/ },
    },
    'three lines left out': {
      file: 'a\n1\n2\n3\nb\nc\nd\n',
      patch: '@@ @@\n a\n b\n c\n-d\n',
      gives: { refused: 'hunk_not_found', because: /do not stand in the file/ },
    },
    'a context line that the file does not have': {
      file: 'a\nb\nc\nd\n',
      patch: '@@ @@\n a\n x\n b\n c\n-d\n',
      gives: { refused: 'hunk_not_found', because: /do not stand in the file/ },
    },
    'two ways to leave a line out': {
      file: 'a\nb\nb\nc\nx\na\nb\nb\nc\nx\n',
      patch: '@@ @@\n a\n b\n c\n-x\n',
      gives: { refused: 'hunk_not_found', because: /do not stand in the file/ },
    },
  },
};

const patchOf = (hunks: string): string => utf8(`--- a/f\n+++ b/f\n${hunks}`);

for (const [rung, cases] of Object.entries(CASES)) {
  describe(`the rung ${rung}`, () => {
    for (const [says, { file, patch, gives }] of Object.entries(cases)) {
      it(says, () => {
        const result = run({ f: utf8(file) }, patchOf(patch));
        if (typeof gives === 'string') {
          assert.deepEqual(result, { ...result, kind: 'applied', tree: { f: utf8(gives) }, rungs: [rung] });
          return;
        }
        assert.equal(result.kind, 'refused');
        const [fault] = result.kind === 'refused' ? result.faults : [];
        assert.equal(fault?.code, gives.refused);
        assert.match(fault?.message ?? '', gives.because);
      });
    }
  });
}

test('a rung beyond the one that policy allows is named by the fault, and not taken', () => {
  const tree = { f: '  a\n  b\n' };
  const patch = patchOf('@@ @@\n a\n-b\n+c\n');
  const capped = run(tree, patch, { loosest: 'trailing-space' });
  assert.equal(capped.kind === 'refused' && capped.faults[0]?.code, 'rung_capped');
  const [said] = capped.kind === 'refused' ? capped.faults : [];
  assert.match(said?.message ?? '', /another indentation .*rung indent.*allows rungs up to trailing-space/);
  assert.equal(run(tree, patch, { loosest: 'indent' }).kind, 'applied');
});

test('added lines whose hunk shows no indentation are not written beside a hunk that had to be moved', () => {
  const result = run({ f: '  x\nz\n\n\nz\n' }, patchOf('@@ @@\n-x\n+X\n@@ @@\n \n+y\n \n'));
  const [said] = result.kind === 'refused' ? result.faults : [];
  assert.match(said?.message ?? '', /hunk 2 .*cannot be moved/);
});

test('the cap holds for a deletion that shows other line ends', () => {
  const patch = 'diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n';
  const capped = run({ f: 'a\r\n' }, patch, { loosest: 'exact' });
  assert.deepEqual(capped.kind === 'refused' && capped.codes, ['rung_capped']);
  assert.equal(run({ f: 'a\r\n' }, patch, { loosest: 'line-ends' }).kind, 'applied');
});

test('what a stricter rung finds twice, no looser one decides', () => {
  const result = run({ f: 'a\nb\nx\na\nb\n' }, patchOf('@@ @@\n a\n-b\n'));
  assert.deepEqual(result.kind === 'refused' && result.codes, ['hunk_ambiguous']);
});

test('a hunk that fits exactly keeps its own line ends beside one that does not', () => {
  const file = 'a\nb\nc\n';
  const result = run({ f: file }, patchOf('@@ @@\n-a\n+A\r\n@@ @@\n b\n-c  \n+C\n'));
  assert.deepEqual(result.kind === 'applied' && result.tree, { f: 'A\r\nb\nC\n' });
});

test('an exact place for one hunk is no reason to take it, when another hunk shows that the patch was indented', () => {
  // Both hunks lost two blanks. Without them the first one stands in the wrong place, byte for byte.
  const file = '  x\n  y\nx\n  z\n';
  const outdented = patchOf('@@ @@\n-x\n+X\n@@ @@\n-z\n+Z\n');
  const result = run({ f: file }, outdented);
  assert.deepEqual(result.kind === 'refused' && result.codes, ['hunk_ambiguous']);
});

test('a place that the text names and another one that the header names contradict each other', () => {
  const file = '  x\ny\nx\nz\n';
  const result = run({ f: file }, patchOf('@@ -1 +1 @@\n-x\n+X\n'));
  assert.deepEqual(result.kind === 'refused' && result.codes, ['hunk_ambiguous']);
});

test('what is added at the edge of a hunk and stands there already is not added again', () => {
  const above = run({ f: 'a\nb\n1\n2\n' }, patchOf('@@ -1,2 +1,4 @@\n+a\n+b\n 1\n 2\n'));
  const below = run({ f: '1\n2\na\nb\n' }, patchOf('@@ -1,2 +1,4 @@\n 1\n 2\n+a\n+b\n'));
  for (const result of [above, below]) {
    assert.deepEqual(result.kind === 'refused' && result.codes, ['hunk_already_applied']);
  }
});

test('an added line at the edge of a hunk that counts more lines than it has may have lost its neighbour', () => {
  const lost = patchOf('@@ -1,3 +1,4 @@\n a\n b\n+x\n');
  const result = run({ f: 'a\nb\nc\nd\n' }, lost);
  assert.match(result.kind === 'refused' ? (result.faults[0]?.message ?? '') : '', /one may be missing/);
  assert.equal(run({ f: 'a\nb\n' }, lost).kind, 'applied', 'at the end of the file nothing can be missing');
});
