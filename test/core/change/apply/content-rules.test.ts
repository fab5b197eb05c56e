import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Path } from '../../../../src/core/git.ts';
import { type BareEdit, run, runEdits, type Tree } from '../world.ts';

const bytes = (text: string) => Buffer.from(text).toString('latin1');
const write = (content: string): BareEdit => ({
  ...{ kind: 'write', path: 'f' as Path, content: bytes(content), mode: null, lineEnds: 'given' },
});
const replace = (pattern: string, replacement: string): BareEdit => ({
  kind: 'replace',
  path: 'f' as Path,
  pattern,
  replacement,
});
const codes = (tree: Tree, ...edits: readonly BareEdit[]) => {
  const result = runEdits(tree, edits);
  return result.kind === 'refused' ? result.codes : 'applied';
};

for (const point of [
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0x200e, 0x200f, 0x061c],
]) {
  const name = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  test(`${name} in a new line is refused, and named with file, line and text`, () => {
    const char = String.fromCodePoint(point);
    const result = runEdits({ f: 'a\n' }, [write(`a\nb${char}c\n`)]);
    assert.deepEqual(result.kind === 'refused' ? result.codes : result.tree, ['text_hidden']);
    const [fault] = result.kind === 'refused' ? result.faults : [];
    const message = fault?.message ?? '';
    assert.ok(message.includes(`line 2 would get ${name}`), message);
    assert.ok(!message.includes(char) && message.includes(`"b\\u{${point.toString(16)}}c"`), message);
    assert.deepEqual([fault?.path, fault?.patchLine, fault?.candidates], ['f', 1, [2]]);
  });
}

const RLO = '\u202e';
const hunk = (...lines: readonly string[]) => bytes(`--- a/f\n+++ b/f\n@@ @@\n${lines.join('\n')}\n`);

test('the hunk that adds the line is named', () => {
  const patch = hunk(' a', '-b', '+c', ' d') + bytes(`@@ @@\n x\n+y${RLO}\n`);
  const result = run({ f: 'a\nb\nd\nx\n' }, patch);
  const [fault] = result.kind === 'refused' ? result.faults : [];
  assert.deepEqual([fault?.code, fault?.patchLine, fault?.candidates], ['text_hidden', 8, [5]]);
});

test('a line that stood there may stay as context, move, or stand in a copy', () => {
  const old = { f: bytes(`a${RLO}\nb\nc\n`) };
  const copy: BareEdit = {
    ...{ kind: 'copy', path: 'g' as Path, from: 'f' as Path, hunks: [], order: 'ordered', binary: null },
    ...{ newMode: null, preimage: null },
  };
  assert.equal(run(old, hunk(` a${RLO}`, '-b', '+B', ' c')).kind, 'applied');
  assert.equal(codes(old, write(`b\nc\na${RLO}\n`)), 'applied');
  assert.equal(codes(old, copy), 'applied');
  assert.equal(codes(old, write('b\n')), 'applied');
});

test('a second line like one that stood there is a new one', () => {
  assert.deepEqual(codes({ f: bytes(`a${RLO}\n`) }, write(`a${RLO}\na${RLO}\n`)), ['text_hidden']);
});

test('a character that two edits put together from bytes is found', () => {
  const edits = [replace('1', '\xe2\x80'), replace('2', '\xae')];
  assert.deepEqual(codes({ f: 'a12b\n' }, ...edits), ['text_hidden']);
});

test('bytes of a binary file mean nothing', () => {
  const image = { kind: 'create', path: 'i' as Path, mode: '100644', content: `\0${bytes(RLO)}` } as const;
  assert.equal(codes({}, image), 'applied');
});

test('a NUL further on than git looks does not make a file binary', () => {
  const content = `${'x'.repeat(9000)}\0${bytes(RLO)}`;
  assert.deepEqual(codes({}, { kind: 'create', path: 'i' as Path, mode: '100644', content }), [
    'text_hidden',
  ]);
});

/** New content, and what is noted of it. */
const NOTED: Readonly<Record<string, readonly [string, readonly RegExp[]]>> = {
  'a zero-width space': ['a\u200bb\n', [/^f: line 1 gets the invisible U\+200B$/]],
  'a soft hyphen and a word joiner': ['\n\u00ad\u2060\n', [/line 2 gets the invisible U\+00AD, U\+2060/]],
  'a byte order mark inside': ['a\ufeff\n', [/U\+FEFF/]],
  tags: ['a\u{e0061}\n', [/U\+E0061/]],
  'a run of variation selectors': ['a\ufe00\ufe01\n', [/U\+FE00/]],
  'a joiner between letters': ['a\u200db\n', [/U\+200D/]],
  'a joiner between emoji is none': ['\u{1f469}\u200d\u{1f680} \u2764\ufe0f\u200d\u{1f525}\n', []],
  'a flag of a region is none': ['\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}\n', []],
  'an ellipsis and a byte order mark at the start are none': ['\ufeffa\u2026\n', [/gets a byte order mark/]],
  'typography where there was none': [
    '\u201cquoted\u201d \u2013 it\u2019s\u00a0\u2026\n',
    [
      /^f \(patch line 1\): had none of these characters and gets U\+201C \(double quote\), U\+201D \(double quote\), U\+2013 \(dash\), U\+2019 \(single quote\), U\+00A0 \(blank\), as written$/,
    ],
  ],
  'a NUL in what was text': ['a\0\n', [/^f: gets a NUL byte/]],
};

for (const [name, [content, patterns]] of Object.entries(NOTED)) {
  test(`${name}: ${patterns.length} notes`, () => {
    const result = runEdits({ f: 'old\n' }, [write(content)]);
    const notes = result.kind === 'applied' ? result.notes : [];
    assert.equal(notes.length, patterns.length, notes.join('\n'));
    for (const [at, pattern] of patterns.entries()) assert.match(notes[at] ?? '', pattern);
  });
}

test('many notes are counted', () => {
  const result = runEdits({ f: 'old\n' }, [write('a\u200b\n'.repeat(25))]);
  const notes = result.kind === 'applied' ? result.notes : [];
  assert.equal(notes.length, 21);
  assert.match(notes.at(-1) ?? '', /^f: 5 more lines get invisible characters$/);
});
