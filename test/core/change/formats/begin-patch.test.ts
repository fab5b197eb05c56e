import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_FILES } from '../../../../src/core/change/limits.ts';
import { changeOf, faultsOf, refusalOf, told } from './reading.ts';

function patch(...lines: string[]): string {
  return ['*** Begin Patch', ...lines, '*** End Patch', ''].join('\n');
}

test('the three kinds of section become edits in order', () => {
  const text = patch(
    ...['*** Add File: docs/new.md', '+# New', '+', '+text'],
    ...['*** Delete File: old.md', ''],
    ...['*** Update File: a.ts', '@@ class A', '@@   run():', ' x', '-y', '+z', '', '@@', '-p', '+q'],
  );
  const change = changeOf(text);
  assert.equal(change.format, 'begin-patch');
  assert.deepEqual(told(change), [
    'create docs/new.md: "# New\\n\\ntext\\n"',
    'delete old.md',
    'modify a.ts: @class A @  run(): =x -y +z | -p +q',
  ]);
  assert.deepEqual(
    change.edits.map(({ span }) => [span.firstLine, span.lastLine]),
    [
      [2, 5],
      [6, 6],
      [8, 17],
    ],
  );
});

test('a file is moved with its changes, or without any', () => {
  const moved = changeOf(patch('*** Update File: a', '*** Move to: b/a', '@@', '-x', '+y'));
  assert.deepEqual(told(moved), ['modify b/a from a: -x +y']);
  assert.deepEqual(told(changeOf(patch('*** Update File: a', '*** Move to: b'))), ['modify b from a: ']);
});

test('the first chunk needs no @@, an empty line in a chunk is context, and blank lines end none', () => {
  const change = changeOf(patch('*** Update File: a', ' x', '', '-y', '', '@@', '+z', ' w', ''));
  assert.deepEqual(told(change), ['modify a: =x = -y | +z =w']);
  assert.match(change.notes.join(), /a: hunk 1: 1 empty lines without their leading space/);
});

test('*** End of File binds a chunk to the end, blank lines above it included', () => {
  const change = changeOf(patch('*** Update File: a', '@@', '-x', '+y', '', '*** End of File', '@@ b', '+z'));
  assert.deepEqual(told(change), ['modify a: -x +y = $ | @b +z']);
});

test('@@ lines as diffs have them are hints: numbers, `...`, and anchors with @@ behind', () => {
  const change = changeOf(
    patch(
      ...['*** Update File: a', '@@ -3,2 +3,2 @@ def f', ' x', '-y', '+z'],
      ...['@@ ... @@', '-p', '+q', '@@ def g(): @@', '-r', '+s'],
    ),
  );
  assert.deepEqual(told(change), ['modify a: =x -y +z | -p +q | @def g(): -r +s']);
  const [edit] = change.edits;
  assert.ok(edit?.kind === 'modify');
  assert.deepEqual(
    edit.hunks.map(({ oldStart, countsAgree }) => [oldStart, countsAgree]),
    [
      [3, true],
      [null, false],
      [null, false],
    ],
  );
});

test('several sections of one file stay several edits, in their order', () => {
  const change = changeOf(patch('*** Update File: a', '-x', '+y', '*** Update File: a', '-y', '+z'));
  assert.deepEqual(told(change), ['modify a: -x +y', 'modify a: -y +z']);
});

test('several patches, heredocs, fences and prose: what is between Begin and End counts', () => {
  const one = patch('*** Delete File: a');
  const other = patch('*** Add File: b', '+b');
  const both = ['delete a', 'create b: "b\\n"'];
  assert.deepEqual(told(changeOf(`Sure!\n\n${one}\nand then\n${other}\nDone.\n`)), both);
  assert.deepEqual(told(changeOf(`\`\`\`\n${one}\`\`\`\ntext\n\`\`\`patch\n${other}\`\`\`\n`)), both);
  for (const word of ["'EOF'", '"EOF"', 'EOF', '-EOF']) {
    assert.deepEqual(told(changeOf(`apply_patch <<${word}\n${one}EOF\n`)), ['delete a'], word);
  }
  assert.deepEqual(told(changeOf(`\`\`\`bash\napply_patch <<'P'\n${one}P\n\`\`\`\n`)), ['delete a']);
});

test('sections without Begin and End are read to the end of their fence, and a note says so', () => {
  const bare = changeOf('*** Update File: a\n-x\n+y\n');
  assert.deepEqual(told(bare), ['modify a: -x +y']);
  assert.match(bare.notes.join(), /without "\*\*\* Begin Patch" and "\*\*\* End Patch"/);
  assert.deepEqual(told(changeOf('Here:\n```\n*** Update File: a\n-x\n+y\n```\nBye.\n')), [
    'modify a: -x +y',
  ]);
});

test('`\\ No newline at end of file` is understood', () => {
  const [edit] = changeOf(patch('*** Update File: a', '-x', '\\ No newline at end of file', '+y')).edits;
  assert.ok(edit?.kind === 'modify');
  const [hunk] = edit.hunks;
  assert.deepEqual([hunk?.oldEndsWithoutNewline, hunk?.newEndsWithoutNewline], [true, false]);
  assert.deepEqual(told(changeOf(patch('*** Add File: b', '+x', '\\ No newline at end of file'))), [
    'create b: "x"',
  ]);
});

test('CRLF of the patch text goes with its lines', () => {
  const [edit] = changeOf(patch('*** Update File: a', '@@', '-x', '+y').replaceAll('\n', '\r\n')).edits;
  assert.ok(edit?.kind === 'modify');
  assert.deepEqual(
    edit.hunks.map(({ headerEol, lines }) => [headerEol, ...lines.map(({ eol }) => eol)]),
    [['\r\n', '\r\n', '\r\n']],
  );
});

const REFUSED: readonly (readonly [what: string, text: string, says: RegExp])[] = [
  [
    'an unmarked line',
    patch('*** Update File: a', '@@', '-x', 'y', '+z'),
    /^malformed at 5: .*"y".* without a mark/,
  ],
  [
    'a missing end',
    '*** Begin Patch\n*** Update File: a\n-x\n+y\n',
    /^malformed at 1: .*not followed by "\*\*\* End Patch"/,
  ],
  [
    'a second beginning',
    `*** Begin Patch\n*** Delete File: a\n${patch('*** Delete File: b')}`,
    /^malformed at 1: /,
  ],
  ['nothing between', patch(), /^empty_patch/],
  ['a section without lines', patch('*** Update File: a'), /^malformed at 2: .*changes nothing/],
  ['a chunk without lines', patch('*** Update File: a', '@@ x'), /^malformed at 3: .*no lines/],
  ['a move onto itself', patch('*** Update File: a', '*** Move to: a', '-x'), /^malformed at 3: .*itself/],
  ['a header with a slip', patch('*** Updat File: a', '-x'), /^malformed at 2: .*no header/],
  ['no name', patch('*** Delete File: '), /^malformed at 2: .*names no file/],
  ['an absolute path', patch('*** Delete File: /etc/passwd'), /^path_refused at 2/],
  ['a path upwards', patch('*** Update File: a', '*** Move to: ../b', '-x'), /^path_refused at 3/],
  ['an added line without +', patch('*** Add File: a', '+x', '', '+y'), /^malformed at 4: .*begins with \+/],
  ['lines below a deletion', patch('*** Delete File: a', '-x'), /^malformed at 3: .*takes no lines/],
  ['prose between sections', patch('Hello', '*** Delete File: a'), /^malformed at 2: .*before any section/],
  [
    'a section outside',
    `*** Delete File: a\n${patch('*** Delete File: b')}`,
    /^malformed at 1: .*outside of/,
  ],
  [
    'a patch told twice',
    patch('*** Delete File: a').repeat(2),
    /^malformed at 5: .*stands at line 2 already/,
  ],
  [
    'a bare text that ends within a line',
    '*** Update File: a\n@@\n-x\n+return foo(ba',
    /^malformed at 4: .*ends in the middle/,
  ],
  [
    'a bare text that ends within a header',
    '*** Delete File: a\n*** Delete File: src/b',
    /^malformed at 2: .*ends in the middle/,
  ],
  [
    'an open fence without End Patch',
    'x\n```\n*** Update File: a\n-x\n+y\n',
    /^malformed at 2: .*never closed/,
  ],
  ['an open heredoc', "git apply <<'E'\n--- a/x\n+++ b/x\n@@ @@\n-x\n+y\n", /^malformed at 1: The heredoc/],
];

for (const [what, text, says] of REFUSED) {
  test(`${what} is refused, with the line`, () => assert.match(refusalOf(text), says));
}

test('an unknown header is answered with the nearest known one', () => {
  assert.match(faultsOf(patch('*** Updte File: a', '-x'))[0]?.hint ?? '', /"\*\*\* Update File:"/);
  assert.match(faultsOf(patch('*** Moved to: a', '-x'))[0]?.hint ?? '', /"\*\*\* Move to:"/);
});

test('every faulty section is told, and one file too many is told alone', () => {
  assert.equal(faultsOf(patch('*** Update File: a', 'x', '*** Delete File: /b')).length, 2);
  const many = Array.from({ length: MAX_FILES + 1 }, (_, at) => `*** Delete File: f${at}`);
  assert.match(refusalOf(patch(...many)), /^too_large at \d+: .*1001 files/);
});
