import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyChange, pathsOf } from '../../../../src/core/change/apply/apply.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { run, snapshotOf, type Tree } from '../world.ts';

const git = (path: string, ...lines: readonly string[]) =>
  `diff --git a/${path} b/${path}\n${lines.join('\n')}\n`;
const create = (path: string, text: string) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${text}\n`;
const remove = (path: string, text: string) => `--- a/${path}\n+++ /dev/null\n@@ -1 +0,0 @@\n-${text}\n`;
const change = (path: string, old: string, now: string) =>
  `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-${old}\n+${now}\n`;
const rename = (from: string, to: string) =>
  `diff --git a/${from} b/${to}\nsimilarity index 100%\nrename from ${from}\nrename to ${to}\n`;
const block = (pattern: string, replacement: string) =>
  JSON.stringify({ id: 'x', target_file: 'f', patch: { pattern, replacement } });

/** What a patch makes of a tree. */
const APPLIED: Readonly<Record<string, readonly [Tree, string, Tree]>> = {
  'a diff in LF fits a CRLF file and keeps its line ends': [
    { f: 'a\r\nb\r\n' },
    '--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n',
    { f: 'a\r\nc\r\nd\r\n' },
  ],
  'a diff in CRLF fits an LF file': [
    { f: 'a\nb\n' },
    '--- a/f\r\n+++ b/f\r\n@@ -1,2 +1,2 @@\r\n a\r\n-b\r\n+c\r\n',
    { f: 'a\nc\n' },
  ],
  'new lines take the line end of the line they replace, in a file that mixes them': [
    { f: 'a\nb\r\nc\n' },
    '--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-a\n-b\n+x\n+y\n c\n',
    { f: 'x\ny\r\nc\n' },
  ],
  'a BOM stays at the head of the file when its first line is replaced': [
    { f: '\xef\xbb\xbfa\nb\n' },
    change('f', 'a', 'c'),
    { f: '\xef\xbb\xbfc\nb\n' },
  ],
  'a BOM stays at the head of the file when a line goes before it': [
    { f: '\xef\xbb\xbfa\nb\n' },
    '--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n+new\n a\n',
    { f: '\xef\xbb\xbfnew\na\nb\n' },
  ],
  'a missing final newline under context stays missing': [
    { f: 'a\nb' },
    '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\n+c\n b\n',
    { f: 'c\nb' },
  ],
  'a plain diff with -0,0 creates a file that is not there': [
    {},
    '--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+x\n',
    { f: 'x\n' },
  ],
  'a rename moves mode and content': [
    { f: { mode: '100755', text: 'x\n' } },
    rename('f', 'd/g'),
    { 'd/g': { mode: '100755', text: 'x\n' } },
  ],
  'a file makes room for a directory in the same patch': [
    { a: 'x\n' },
    remove('a', 'x') + create('a/b', 'y'),
    { 'a/b': 'y\n' },
  ],
  'a deletion that shows other line ends is the same file': [
    { f: 'x\r\n', g: '' },
    remove('f', 'x'),
    { g: '' },
  ],
  'a pattern that stands once is replaced': [{ f: 'f(a|b)\n' }, block('(a|b)', '(c)'), { f: 'f(c)\n' }],
  'a pattern over lines fits a CRLF file': [
    { f: '1\r\na\r\nb\r\n2\r\n' },
    block('a\nb\n', 'c\nd\n'),
    { f: '1\r\nc\r\nd\r\n2\r\n' },
  ],
  'new lines of a replacement take the line ends of the file': [
    { f: '1\r\na\r\n' },
    block('a', 'a\nb'),
    { f: '1\r\na\r\nb\r\n' },
  ],
};

for (const [name, [before, patch, after]] of Object.entries(APPLIED)) {
  test(name, () => {
    const result = run(before, patch);
    assert.deepEqual(result.kind === 'applied' ? result.tree : result.faults, after);
  });
}

const LINK = { mode: '120000', text: 'x' };
const MODULE = { mode: '160000', text: '' };

/** What is refused, and by which codes. */
const REFUSED: Readonly<Record<string, readonly [Tree, string, readonly string[]]>> = {
  'a change of a file that is not there': [{}, change('f', 'a', 'b'), ['file_missing']],
  'a change of a directory': [{ 'f/g': '' }, change('f', 'a', 'b'), ['not_a_file']],
  'a change of a submodule': [{ f: MODULE }, change('f', 'a', 'b'), ['not_a_file']],
  'a change of a link that the diff takes for a file': [
    { f: LINK },
    change('f', 'x', 'y'),
    ['mode_mismatch'],
  ],
  'a replacement in a link': [{ f: LINK }, block('x', 'y'), ['mode_mismatch']],
  'a creation over a file': [{ f: 'x\n' }, create('f', 'y'), ['file_exists']],
  'a creation over a directory': [{ 'f/g': '' }, create('f', 'y'), ['file_exists']],
  'a rename onto a file': [{ f: 'x', g: 'y' }, rename('f', 'g'), ['file_exists']],
  'a rename of nothing': [{}, rename('f', 'g'), ['file_missing']],
  'a path below a file': [{ a: 'x\n' }, create('a/b', 'y'), ['path_blocked']],
  'a path below a link': [{ a: LINK }, create('a/b', 'y'), ['path_blocked']],
  'a path below a submodule': [{ a: MODULE }, create('a/b', 'y'), ['path_blocked']],
  'a path below a link of the same patch': [
    {},
    `${git('a', 'new file mode 120000', '--- /dev/null', '+++ b/a', '@@ -0,0 +1 @@', '+x', '\\ No newline at end of file')}${create('a/b/c', 'y')}`,
    ['path_blocked'],
  ],
  'a mode that is not the one expected': [
    { f: 'x' },
    git('f', 'old mode 100755', 'new mode 100644'),
    ['mode_mismatch'],
  ],
  'a mode that is there already': [
    { f: { mode: '100755', text: 'x' } },
    git('f', 'old mode 100644', 'new mode 100755'),
    ['mode_mismatch'],
  ],
  'a deletion of other content': [{ f: 'x\ny\n' }, remove('f', 'x'), ['content_differs']],
  'a deletion without content of a file that has some': [
    { f: 'x\n' },
    git('f', 'deleted file mode 100644'),
    ['content_differs'],
  ],
  'a link changed to leave the tree': [
    { 'd/l': LINK },
    git(
      'd/l',
      'index 1..2 120000',
      '--- a/d/l',
      '+++ b/d/l',
      '@@ -1 +1 @@',
      '-x',
      '\\ No newline at end of file',
      '+../../y',
      '\\ No newline at end of file',
    ),
    ['path_refused'],
  ],
  'a link moved to where its target leaves the tree': [
    { 'd/l': { mode: '120000', text: '../x' } },
    rename('d/l', 'l'),
    ['path_refused'],
  ],
  'a link that climbs after a name': [
    {},
    git(
      'l',
      'new file mode 120000',
      '--- /dev/null',
      '+++ b/l',
      '@@ -0,0 +1 @@',
      '+d/../../x',
      '\\ No newline at end of file',
    ),
    ['path_refused'],
  ],
  'a link into the repository': [
    {},
    git(
      'l',
      'new file mode 120000',
      '--- /dev/null',
      '+++ b/l',
      '@@ -0,0 +1 @@',
      '+.git/config',
      '\\ No newline at end of file',
    ),
    ['path_refused'],
  ],
  'a change that leaves everything as it is': [{ f: 'a\n' }, change('f', 'a', 'a'), ['changes_nothing']],
  'a pattern that stands twice': [{ f: 'x x' }, block('x', 'y'), ['pattern_ambiguous']],
  'a pattern that stands twice by overlapping': [{ f: 'aaa' }, block('aa', 'b'), ['pattern_ambiguous']],
  'a pattern that stands nowhere': [{ f: 'x' }, block('y', 'z'), ['pattern_not_found']],
  'a sensitive path': [{}, create('.github/workflows/x.yml', 'y'), ['path_sensitive']],
  'a sensitive file moved away': [{ '.npmrc': 'x' }, rename('.npmrc', 'npmrc'), ['path_sensitive']],
  'all faults of all files': [
    { a: '1\n', b: '2\n' },
    change('a', 'x', 'y') + change('b', 'x', 'y') + change('c', 'x', 'y') + create('a/z', 'q'),
    ['hunk_not_found', 'hunk_not_found', 'file_missing', 'path_blocked'],
  ],
};

for (const [name, [before, patch, codes]] of Object.entries(REFUSED)) {
  test(`${name} is refused with ${codes.join(', ')}`, () => {
    const result = run(before, patch);
    assert.deepEqual(result.kind === 'refused' ? result.codes : result.tree, codes);
    for (const { hint, message } of result.kind === 'refused' ? result.faults : []) {
      assert.ok(hint !== '' && message !== '' && !message.includes('undefined'), message);
    }
  });
}

test('a sensitive path is granted by its name, or by a directory with a final slash', () => {
  const patch = create('.github/workflows/x.yml', 'y');
  const kind = (...allowPaths: readonly string[]) => run({}, patch, { allowPaths }).kind;
  assert.equal(kind('.github/workflows/x.yml'), 'applied');
  assert.equal(kind('.github/'), 'applied');
  assert.equal(kind('.github'), 'refused');
  assert.equal(kind('.git'), 'refused');
});

test('a file that stays as it is is left out beside one that changes', () => {
  const parsed = parseChange(Buffer.from(change('f', 'a', 'a') + change('g', 'a', 'b')), { format: null });
  assert.equal(parsed.kind, 'change');
  if (parsed.kind !== 'change') return;
  const applied = applyChange(parsed.change, snapshotOf({ f: 'a\n', g: 'a\n' }, ['f', 'g']), {
    allowPaths: [],
  });
  assert.deepEqual(applied.kind === 'applied' && applied.files.map(({ path }) => path), ['g']);
});

test('the paths of a change are those it writes and those it takes from, once each', () => {
  const parsed = parseChange(Buffer.from(create('h', 'x') + rename('f', 'g')), { format: null });
  assert.deepEqual(parsed.kind === 'change' && pathsOf(parsed.change), ['h', 'g', 'f']);
});

test('a snapshot that was not asked for a path is a broken promise, not an empty place', () => {
  const parsed = parseChange(Buffer.from(create('a/b', 'x')), { format: null });
  if (parsed.kind !== 'change') return assert.fail();
  assert.throws(() => applyChange(parsed.change, new Map(), { allowPaths: [] }), TypeError);
});
