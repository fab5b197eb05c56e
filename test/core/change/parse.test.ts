import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, Format } from '../../../src/core/change/change.ts';
import type { Fault } from '../../../src/core/change/fault.ts';
import { MAX_PATCH_BYTES } from '../../../src/core/change/limits.ts';
import { parseChange } from '../../../src/core/change/parse.ts';

function changeOf(text: string, format: Format | null = null): Change {
  const parsed = parseChange(Buffer.from(text), { format });
  if (parsed.kind === 'change') return parsed.change;
  return assert.fail(parsed.faults.map(({ message }) => message).join('\n'));
}

function faultsOf(text: string, format: Format | null = null): readonly Fault[] {
  const parsed = parseChange(Buffer.from(text), { format });
  return parsed.kind === 'faulty' ? parsed.faults : assert.fail('it was read as a change');
}

const HUNK = '@@ -1 +1 @@\n-a\n+b\n';
const PLAIN = `--- a/f\n+++ b/f\n${HUNK}`;

test('a mail from git format-patch gives its subject as title, without tags, and drops its signature', () => {
  const mail = `From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001
From: A <a@example.org>
Subject: [PATCH v2 3/7] Teach the
 parser =?UTF-8?q?Gr=C3=BC=C3=9Fe?=

- a list item
--- is no header
---
 f | 2 +-

diff --git a/f b/f
index 1..2 100644
${PLAIN}-- \n2.39.5\n\n`;
  const change = changeOf(mail);
  assert.equal(change.title, 'Teach the parser Grüße');
  assert.equal(change.format, 'mail');
  assert.equal(change.edits.length, 1);
  const [edit] = change.edits;
  assert.equal(edit?.kind === 'modify' && edit.hunks[0]?.lines.length, 2);
});

test('several mails in one text are several patches, and refused as one', () => {
  const mail = (name: string) =>
    `From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: x\n\n- prose\n\n--- a/${name}\n+++ b/${name}\n${HUNK}-- \n2.1\n\n`;
  const [fault] = faultsOf(mail('f') + mail('g'));
  assert.deepEqual([fault?.code, fault?.patchLine], ['unsupported', 15]);
  assert.match(fault?.hint ?? '', /series/);
});

test('a diff in a Markdown fence between sentences is read', () => {
  const text = `Here is the fix:\n\n\`\`\`diff\n--- a/f\n+++ b/f\n@@ -1,9 +1,9 @@\n-a\n+b\n\`\`\`\nDone.\n`;
  assert.deepEqual(changeOf(text).notes, ['hunk 1 of f: header counts 9,9 ignored, body has 1,1']);
});

test('a diff without a final newline, or with a BOM before it, is read', () => {
  assert.equal(changeOf(PLAIN.trimEnd()).edits.length, 1);
  assert.equal(changeOf(`\ufeff${PLAIN}`).edits.length, 1);
});

test('an empty text is empty_patch and a text without any header is unknown_format', () => {
  assert.equal(faultsOf(' \n')[0]?.code, 'empty_patch');
  assert.equal(faultsOf('please fix the bug\n')[0]?.code, 'unknown_format');
  assert.equal(faultsOf('please fix the bug\n', 'unified-diff')[0]?.code, 'empty_patch');
});

test('text in UTF-16 is not guessed at', () => {
  const parsed = parseChange(Buffer.from(`\ufeff${PLAIN}`, 'utf16le'), { format: null });
  assert.equal(parsed.kind === 'faulty' && parsed.faults[0]?.code, 'unknown_format');
});

test('text, files and hunks beyond their limits are too_large', () => {
  const long = parseChange(Buffer.alloc(MAX_PATCH_BYTES + 1, 'x'), { format: null });
  assert.equal(long.kind === 'faulty' && long.faults[0]?.code, 'too_large');
  const files = Array.from({ length: 1001 }, (_, at) => `--- a/f${at}\n+++ b/f${at}\n${HUNK}`).join('');
  assert.equal(faultsOf(files)[0]?.code, 'too_large');
  assert.equal(faultsOf(PLAIN + HUNK.repeat(10_000))[0]?.code, 'too_large');
  assert.equal(changeOf(PLAIN + HUNK.repeat(9_999)).edits.length, 1);
});

test('one bad section does not hide the faults of the next', () => {
  const text = `--- a/../f\n+++ b/../f\n${HUNK}--- a/g\n+++ b/g\n@@ -1 +1 @@\n-a\n*b\n--- a/h\n+++ b/h\n${HUNK}`;
  assert.deepEqual(
    faultsOf(text).map(({ code, patchLine }) => [code, patchLine]),
    [
      ['path_refused', 2],
      ['malformed', 10],
    ],
  );
});

/** Each text is refused with this code at this line. */
const MALFORMED: Readonly<Record<string, readonly [string, string, number]>> = {
  'a line without a prefix': [`--- a/f\n+++ b/f\n@@ -1,9 +1 @@\n-a\nb\n+c\n`, 'malformed', 5],
  'a line without a prefix where the counts happen to end': [
    `--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\noops\n+c\n`,
    'malformed',
    6,
  ],
  'a hunk without a header': [`text\n${HUNK}`, 'malformed', 2],
  'headers without a hunk': ['--- a/f\n+++ b/f\nnothing\n', 'malformed', 3],
  'an empty hunk': ['--- a/f\n+++ b/f\n@@ -1 +1 @@\n', 'malformed', 3],
  'two files in one header': [`--- a/f\n+++ b/g\n${HUNK}`, 'malformed', 1],
  'two sections for one file': [PLAIN + PLAIN, 'malformed', 6],
  'a rename with one name': ['diff --git a/f b/g\nrename from f\n', 'malformed', 1],
  'a rename without rename lines': [`diff --git a/f b/g\n--- a/f\n+++ b/g\n${HUNK}`, 'malformed', 1],
  'headers that name different files': [`diff --git a/f b/f\n--- a/g\n+++ b/g\n${HUNK}`, 'malformed', 1],
  'a section that changes nothing': ['diff --git a/f b/f\nindex 1..2 100644\n', 'malformed', 1],
  'a created file with context': ['--- /dev/null\n+++ b/f\n@@ -1 +1,2 @@\n a\n+b\n', 'malformed', 3],
  'a line after the end of the file': [
    '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\n\\ No newline at end of file\n-b\n+c\n',
    'malformed',
    6,
  ],
  'a merge diff': ['--- a/f\n+++ b/f\n@@@ -1 -1 +1 @@@\n--a\n++b\n', 'malformed', 3],
  'a badly quoted name': [`--- "a/f\n+++ "b/f\n${HUNK}`, 'malformed', 1],
  'a binary difference': ['diff --git a/f b/f\nBinary files a/f and b/f differ\n', 'unsupported', 2],
  'a binary difference outside of sections': [`Binary files a/f and b/f differ\n${PLAIN}`, 'unsupported', 1],
  'a submodule': [
    'diff --git a/s b/s\nnew file mode 160000\n--- /dev/null\n+++ b/s\n@@ -0,0 +1 @@\n+Subproject commit 1\n',
    'unsupported',
    2,
  ],
  'a mode that git would normalise': [
    'diff --git a/f b/f\nold mode 100644\nnew mode 100664\n',
    'unsupported',
    3,
  ],
  'a file turned into a link': ['diff --git a/f b/f\nold mode 100644\nnew mode 120000\n', 'unsupported', 1],
  'a link out of the tree': [
    'diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+../x\n\\ No newline at end of file\n',
    'path_refused',
    1,
  ],
};

for (const [name, [text, code, line]] of Object.entries(MALFORMED)) {
  test(`${name}: ${code} at line ${line}`, () => {
    const [fault, second] = faultsOf(text);
    assert.deepEqual([fault?.code, fault?.patchLine, second], [code, line, undefined], fault?.message);
    assert.notEqual(fault?.hint, '');
  });
}

test('the fault of a doubled section names both lines', () => {
  assert.match(faultsOf(PLAIN + PLAIN)[0]?.message ?? '', /line 6 .* line 1 already/);
});

/** Which file plain headers mean. */
const NAMES: readonly (readonly [string, string, string])[] = [
  ['a/src/f', 'b/src/f', 'src/f'],
  ['src/f', 'src/f', 'src/f'],
  ['f', 'f', 'f'],
  ['old/src/f', 'new/src/f', 'src/f'],
  ['a/f\t2024-05-01 10:00:00.000000000 +0200', 'b/f\t2024-05-01 10:00:01.000000000 +0200', 'f'],
  ['a/f 2024-05-01 10:00:00 +0200', 'b/f 2024-05-01 10:00:01 +0200', 'f'],
  ['f.orig', 'f', 'f'],
  ['a/my file\t', 'b/my file\t', 'my file'],
  ['"a/gr\\303\\274n"', '"b/gr\\303\\274n"', 'gr\xc3\xbcn'],
];

for (const [old, now, path] of NAMES) {
  test(`headers ${JSON.stringify(old)} and ${JSON.stringify(now)} mean ${path}`, () => {
    assert.equal(changeOf(`--- ${old}\n+++ ${now}\n${HUNK}`).edits[0]?.path, path);
  });
}

test('a plain diff creates and deletes through /dev/null or the time 0', () => {
  const created = changeOf('--- /dev/null\n+++ b/f\n@@ -0,0 +1,9 @@\n+a\n+b\n').edits[0];
  assert.deepEqual(created?.kind === 'create' && [created.path, created.content], ['f', 'a\nb\n']);
  const epoch = changeOf('--- a/f\t1970-01-01 01:00:00.000000000 +0100\n+++ b/f\n@@ -0,0 +1 @@\n+a\n')
    .edits[0];
  assert.equal(epoch?.kind, 'create');
  const deleted = changeOf('--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n\\ No newline at end of file\n')
    .edits[0];
  assert.deepEqual(deleted?.kind === 'delete' && deleted.content, 'a');
});

test('a file created by a text in CRLF keeps those line ends, and the notes say so', () => {
  const { edits, notes } = changeOf('--- /dev/null\r\n+++ b/f\r\n@@ -0,0 +1 @@\r\n+a\r\n');
  assert.deepEqual(edits[0]?.kind === 'create' && edits[0].content, 'a\r\n');
  assert.match(notes.join(), /CRLF/);
});

test('right counts keep a removed line that looks like a signature, and file headers that are content', () => {
  const [edit] = changeOf('--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n a\n-- \n').edits;
  assert.equal(edit?.kind === 'modify' && edit.hunks[0]?.lines.length, 2);
  const text = '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n--- x\n+++ y\n@@ -9 +9 @@\n-p\n+q\n';
  const [only, second] = changeOf(text).edits;
  assert.equal(second, undefined);
  assert.equal(only?.kind === 'modify' && only.hunks.length, 2);
});

test('counts that fit neither reading leave file headers to be the next file', () => {
  const { edits, notes } = changeOf(
    '--- a/f\n+++ b/f\n@@ -1,7 +1,7 @@\n-a\n+b\n--- a/g\n+++ b/g\n@@ -9 +9 @@\n-p\n+q\n',
  );
  assert.deepEqual(
    edits.map(({ path }) => path),
    ['f', 'g'],
  );
  assert.match(notes.join('\n'), /next file's header/);
});

test('blank lines in a hunk are context, and at its end they go unless the counts want them', () => {
  const [edit] = changeOf('--- a/f\n+++ b/f\n@@ @@\n a\n\n-b\n\n\n').edits;
  assert.deepEqual(edit?.kind === 'modify' && edit.hunks[0]?.lines.map(({ kind, text }) => [kind, text]), [
    ['context', 'a'],
    ['context', ''],
    ['removed', 'b'],
  ]);
  const [counted] = changeOf('--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n-b\n\n\n').edits;
  assert.equal(counted?.kind === 'modify' && counted.hunks[0]?.lines.length, 2);
});

test('an old block becomes a literal replacement, with what was not obeyed noted', () => {
  const block = { id: 'x-1', target_file: 'a/ü.ts', patch: { pattern: 'ß', replacement: '' }, preCommit: {} };
  const change = changeOf(JSON.stringify(block));
  assert.deepEqual([change.format, change.externalId, change.title], ['block-a', 'x-1', 'x-1']);
  assert.match(change.notes[0] ?? '', /preCommit/);
  const [edit] = change.edits;
  assert.deepEqual(edit?.kind === 'replace' && [edit.path, edit.pattern, edit.replacement], [
    'a/\xc3\xbc.ts',
    '\xc3\x9f',
    '',
  ]);
});

test('every faulty field of an old block is a fault that says what it got and expected', () => {
  const messages = (block: unknown) => faultsOf(JSON.stringify(block)).map(({ message }) => message);
  assert.match(
    messages({ patch: 'echo hi' }).join('\n'),
    /target_file .* missing[\s\S]*patch .* "echo hi"; expected an object/,
  );
  assert.match(
    messages({ target_file: '/tmp/x', patch: { pattern: '', replacement: 1 } }).join('\n'),
    /absolute[\s\S]*pattern is empty[\s\S]*replacement is 1; expected a text/,
  );
  assert.match(
    faultsOf('{"id": ')[0]?.message ?? '',
    /^Line 1, column 8 of the patch: expected a value, got the end/,
  );
  assert.match(
    messages({ target_file: 'a', patch: { pattern: '\ud83e', replacement: '' } })[0] ?? '',
    /surrogate/,
  );
});

test('text made to slow a parser down is read in linear work', () => {
  const spaces = `diff --git ${'a '.repeat(400_000)}\n`;
  assert.equal(faultsOf(spaces).length, 1);
  const tags = `From: x\nSubject: ${'[a]'.repeat(300_000)}\n\n${PLAIN}`;
  assert.equal(changeOf(tags).edits.length, 1);
  const signatures = `--- a/f\n+++ b/f\n@@ @@\n${'-- \n'.repeat(200_000)}`;
  assert.equal(changeOf(signatures).edits.length, 1);
});
