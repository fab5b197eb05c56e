import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../../../src/core/change/change.ts';
import type { Fault } from '../../../../src/core/change/fault.ts';
import { MAX_HUNKS, MAX_PATCH_BYTES } from '../../../../src/core/change/limits.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { run, type Tree } from '../world.ts';

function changeOf(text: string | Uint8Array): Change {
  const parsed = parseChange(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, { format: null });
  if (parsed.kind === 'change') return parsed.change;
  return assert.fail(parsed.faults.map(({ message }) => message).join('\n'));
}

function faultOf(text: string | Uint8Array): Fault {
  const parsed = parseChange(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, { format: null });
  const fault = parsed.kind === 'faulty' ? parsed.faults[0] : undefined;
  assert.ok(fault !== undefined, 'it was read as a change');
  assert.notEqual(fault.hint, '');
  return fault;
}

function treeAfter(tree: Tree, patch: string): Tree {
  const result = run(tree, patch);
  if (result.kind === 'applied') return result.tree;
  return assert.fail(result.faults.map(({ message }) => message).join('\n'));
}

function codesOf(tree: Tree, patch: string): readonly string[] {
  const result = run(tree, patch);
  return result.kind === 'refused' ? result.codes : assert.fail('it was applied');
}

const BODY = '@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n';
const PLAIN = `--- a/f\n+++ b/f\n${BODY}`;
const F: Tree = { f: 'one\ntwo\nthree\n' };
const AFTER: Tree = { f: 'one\nTWO\nthree\n' };

/** What tools and people write around the same hunk. */
const AROUND: Readonly<Record<string, string>> = {
  "svn's Index line": `Index: f\n${'='.repeat(67)}\n--- f\t(revision 1)\n+++ f\t(working copy)\n${BODY}`,
  "svn's property changes below": `${PLAIN}\nProperty changes on: f\n${'_'.repeat(67)}\nAdded: svn:eol-style\n## -0,0 +1 ##\n+native\n`,
  "bzr's modified line": `=== modified file 'f'\n--- f\t2024-05-01 10:00:00 +0000\n+++ f\t2024-05-01 10:00:01 +0000\n${BODY}`,
  "hg's header": `diff -r 9117c6561b0b -r 273ce12ad8f1 f\n--- a/f\tTue May 03 13:16:10 2005 -0800\n+++ b/f\tTue May 03 13:27:13 2005 -0800\n${BODY}`,
  'the command line of diff': `diff -ru old/f new/f\n--- old/f\t2024-05-01 10:00:00.000000000 +0200\n+++ new/f\t2024-05-01 10:00:01.000000000 +0200\n${BODY}`,
  'a time after blanks': `--- a/f    2024-05-01 10:00:00.000000000 +0200\n+++ b/f    2024-05-01 10:00:01.000000000 +02:00\n${BODY}`,
  'prose above and below': `This is the change:\n\n${PLAIN}\nIt turns two around.\n`,
  'prose between the headers and the hunk': `--- a/f\n+++ b/f\n\nhere it is:\n${BODY}`,
  'a byte order mark': `\xef\xbb\xbf${PLAIN}`,
  'no line end at the end': PLAIN.trimEnd(),
  'CRLF at every line': PLAIN.replaceAll('\n', '\r\n'),
  'CRLF at some lines of the hunk': PLAIN.replace(' one\n', ' one\r\n').replace('+TWO\n', '+TWO\r\n'),
  'the words behind @@': PLAIN.replace('@@\n', '@@ int main(void)\n'),
};

for (const [name, patch] of Object.entries(AROUND)) {
  test(`a hunk is read with ${name}`, () => {
    const expected = name === 'CRLF at some lines of the hunk' ? ['one', 'TWO', 'three'] : AFTER.f;
    const got = treeAfter(F, patch).f;
    assert.deepEqual(Array.isArray(expected) ? String(got).split(/\r?\n/).slice(0, 3) : got, expected);
  });
}

test('properties of svn and prose above a hunk are left out with a note', () => {
  assert.match(changeOf(AROUND["svn's property changes below"] ?? '').notes.join(), /svn properties/);
  assert.match(
    changeOf(AROUND['prose between the headers and the hunk'] ?? '').notes.join(),
    /2 lines above its first hunk/,
  );
});

test('a folder listing between two files is passed over, and both are read though counts are off', () => {
  const wrong = BODY.replace('-1,3 +1,3', '-1,9 +1,9');
  const text = `diff -r old/f new/f\n--- old/f\n+++ new/f\n${wrong}Only in new: h\ndiff -r old/g new/g\n--- old/g\n+++ new/g\n${wrong}`;
  assert.deepEqual(
    changeOf(text).edits.map(({ path }) => path),
    ['f', 'g'],
  );
});

test('a missing "diff --git" line leaves a plain diff, its extended header prose', () => {
  const text = `index 1111111..2222222 100644\n${PLAIN}`;
  assert.equal(changeOf(text).format, 'unified-diff');
  assert.deepEqual(treeAfter(F, text), AFTER);
});

test('a final line without line end is told in any language', () => {
  for (const words of [
    'No newline at end of file',
    'Pas de fin de ligne',
    'Kein Zeilenumbruch',
    '\xe6\x9c\xab\xe5\xb0\xbe',
  ]) {
    const text = `--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n one\n-two\n\\ ${words}\n+TWO\n\\ ${words}\n`;
    assert.deepEqual(treeAfter({ f: 'one\ntwo' }, text), { f: 'one\nTWO' });
  }
});

test('bytes that are no UTF-8, and NUL, stay what they are', () => {
  const text = '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n \xff\xfe\n-\x00old\n+\x00\xc3new\n';
  assert.deepEqual(treeAfter({ f: '\xff\xfe\n\x00old\n' }, text), { f: '\xff\xfe\n\x00\xc3new\n' });
});

/** Texts in another encoding. */
const UTF16: Readonly<Record<string, Buffer>> = {
  'UTF-16 LE with a mark': Buffer.from(`\ufeff${PLAIN}`, 'utf16le'),
  'UTF-16 LE without one': Buffer.from(PLAIN, 'utf16le'),
  'UTF-16 BE with a mark': Buffer.from(`\ufeff${PLAIN}`, 'utf16le').swap16(),
  'UTF-16 BE without one': Buffer.from(PLAIN, 'utf16le').swap16(),
};

for (const [name, bytes] of Object.entries(UTF16)) {
  test(`${name} is named, not guessed at`, () => {
    const fault = faultOf(bytes);
    assert.equal(fault.code, 'unknown_format');
    assert.match(fault.message, /UTF-16/);
  });
}

/** Diffs of other kinds, with the line at which each begins. */
const FOREIGN: Readonly<Record<string, readonly [string, number]>> = {
  'a context diff': [
    '*** a/f\t2024-05-01\n--- b/f\t2024-05-02\n***************\n*** 1,3 ****\n  one\n! two\n  three\n--- 1,3 ----\n  one\n! TWO\n  three\n',
    3,
  ],
  'a normal diff': ['2c2\n< two\n---\n> TWO\n', 1],
  'a normal diff that adds': ['diff f g\n1a2,3\n> x\n> y\n', 2],
  'an ed script': ['2c\nTWO\n.\n', 1],
  'an ed script that deletes': ['2,3d\n', 1],
};

for (const [name, [text, line]] of Object.entries(FOREIGN)) {
  test(`${name} is refused by its name at line ${line}`, () => {
    const fault = faultOf(text);
    assert.deepEqual([fault.code, fault.patchLine], ['unknown_format', line]);
    assert.match(fault.message, new RegExp(name.split(' that')[0]?.replace(/^an? /, '') ?? ''));
  });
}

test('a context diff or a normal diff below a unified one is not passed over', () => {
  for (const name of ['a context diff', 'a normal diff']) {
    assert.equal(faultOf(PLAIN + (FOREIGN[name]?.[0] ?? '')).code, 'unknown_format', name);
  }
});

/** Broken texts: the code, and the line of the patch that the fault names. */
const BROKEN: Readonly<Record<string, readonly [string, string, number]>> = {
  'only headers': ['--- a/f\n+++ b/f\n', 'malformed', 3],
  'headers and half an @@ line': ['--- a/f\n+++ b/f\n@', 'malformed', 3],
  'an @@ line and nothing below': ['--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n', 'malformed', 3],
  'an @@ line and nothing but blank lines': ['--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n\n\n', 'malformed', 3],
  'a body without its @@ line': ['--- a/f\n+++ b/f\n one\n-two\n+TWO\n', 'malformed', 3],
  'the text twice': [PLAIN + PLAIN, 'malformed', 8],
  'a name in quotes with a tail': [`--- "a/f"x\n+++ "b/f"x\n${BODY}`, 'malformed', 1],
  'a tab in a name': [
    `--- a/x\ty\t2024-05-01 10:00:00\n+++ b/x\ty\t2024-05-01 10:00:00\n${BODY}`,
    'path_refused',
    2,
  ],
  'a "\\" line before any other': [
    '--- a/f\n+++ b/f\n@@ -1 +1 @@\n\\ No newline at end of file\n-a\n+b\n',
    'malformed',
    4,
  ],
  'the second header lost': [`--- a/f\n${BODY}`, 'malformed', 2],
  'the first header lost': [`+++ b/f\n${BODY}`, 'malformed', 2],
  'two hunks interleaved with prose': [`${PLAIN}and then\n+FOUR\n`, 'malformed', 8],
};

for (const [name, [text, code, line]] of Object.entries(BROKEN)) {
  test(`${name}: ${code} at line ${line}`, () => {
    const fault = faultOf(text);
    assert.deepEqual([fault.code, fault.patchLine], [code, line], fault.message);
  });
}

test('a hunk header of a million digits is no hint, and read in linear time', () => {
  const digits = '9'.repeat(1_000_000);
  const text = PLAIN.replace('-1,3 +1,3', `-${digits},${digits} +${digits},3`);
  assert.match(changeOf(text).notes[0] ?? '', /no usable numbers/);
  assert.deepEqual(treeAfter(F, text), AFTER);
});

test(`${MAX_HUNKS} hunks are read, one more is too_large`, () => {
  const hunk = '@@ -1 +1 @@\n-a\n+b\n';
  const [edit] = changeOf(`--- a/f\n+++ b/f\n${hunk.repeat(MAX_HUNKS)}`).edits;
  assert.equal(edit?.kind === 'modify' && edit.hunks.length, MAX_HUNKS);
  assert.equal(faultOf(`--- a/f\n+++ b/f\n${hunk.repeat(MAX_HUNKS + 1)}`).code, 'too_large');
  const spread = Array.from(
    { length: 10 },
    (_, at) => `--- a/f${at}\n+++ b/f${at}\n${hunk.repeat(MAX_HUNKS / 10)}`,
  );
  assert.equal(changeOf(spread.join('')).edits.length, 10);
  assert.equal(faultOf(`${spread.join('')}--- a/g\n+++ b/g\n${hunk}`).code, 'too_large');
});

test(`${MAX_PATCH_BYTES} bytes are read, one more is too_large`, () => {
  const filler = ' '.repeat(MAX_PATCH_BYTES - PLAIN.length - 1);
  assert.equal(changeOf(`${filler}\n${PLAIN}`).edits.length, 1);
  assert.equal(faultOf(`${filler} \n${PLAIN}`).code, 'too_large');
});

test('what fits no tree is refused, each by its code', () => {
  assert.deepEqual(codesOf({}, '--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n'), ['file_missing']);
  assert.deepEqual(codesOf(F, '--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n'), ['file_exists']);
  assert.deepEqual(codesOf({}, PLAIN), ['file_missing']);
  assert.deepEqual(codesOf(AFTER, PLAIN), ['hunk_already_applied']);
  assert.deepEqual(codesOf(F, PLAIN.replace('+TWO', '+two')), ['changes_nothing']);
});

test('lines that look like headers or a signature are content where the counts say so', () => {
  const text = '--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n--- old\n+++ new\n-- \n+--\n';
  assert.deepEqual(treeAfter({ f: 'a\n-- old\n- \n' }, text), { f: 'a\n++ new\n--\n' });
});

test('a section of one file that comes again with other lines is taken on top of the first', () => {
  const second = '--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\n-TWO\n+2\n three\n';
  assert.deepEqual(treeAfter(F, PLAIN + second), { f: 'one\n2\nthree\n' });
});

test('a last line that is empty and has no line end is no line, but the end of the file', () => {
  const text = '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-1\n+1a\n \n\\ No newline at end of file\n';
  assert.deepEqual(treeAfter({ f: '1\n' }, text), { f: '1a\n' });
  assert.deepEqual(treeAfter({ f: '2\n1\n' }, text), { f: '2\n1a\n' });
  assert.deepEqual(codesOf({ f: '1\n2\n' }, text), ['hunk_not_found']);
});

test('a plain section creates a file that -0,0 says is not there, between sections of git too', () => {
  const fresh = 'diff a/g b/g\n--- a/g\n+++ b/g\n@@ -0,0 +1 @@\n+g\n';
  const ofGit = `diff --git a/f b/f\nindex 1111111..2222222 100644\n${PLAIN}`;
  assert.deepEqual(treeAfter(F, ofGit + fresh), { ...AFTER, g: 'g\n' });
  assert.deepEqual(treeAfter(F, fresh + ofGit), { ...AFTER, g: 'g\n' });
  assert.deepEqual(codesOf({ g: 'x\n' }, fresh), ['hunk_ambiguous']);
});

test('a rename onto itself changes nothing, a mode alone does', () => {
  const renamed = 'diff --git a/f b/f\nsimilarity index 100%\nrename from f\nrename to f\n';
  assert.deepEqual(codesOf(F, renamed), ['malformed']);
  const mode = 'diff --git a/f b/f\nold mode 100644\nnew mode 100755\n';
  assert.deepEqual(treeAfter(F, mode), { f: { mode: '100755', text: F.f } });
});
