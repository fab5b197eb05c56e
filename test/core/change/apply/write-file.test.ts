import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Writing } from '../../../../src/core/change/change.ts';
import type { FileMode, Path } from '../../../../src/core/git.ts';
import { run, runEdits, type Tree } from '../world.ts';

const write = (content: string, lineEnds: Writing['lineEnds'] = 'given', mode: FileMode | null = null) =>
  [{ kind: 'write', path: 'f' as Path, content, mode, lineEnds }] as const;
const BOM = '\xef\xbb\xbf';

const WRITTEN: Readonly<Record<string, readonly [Tree, ReturnType<typeof write>, Tree]>> = {
  'a new file': [{}, write('x\n'), { f: 'x\n' }],
  'a new file from a chat keeps its bytes': [{}, write('x\r\n', 'file'), { f: 'x\r\n' }],
  'a file that stands there keeps its mode': [
    { f: { mode: '100755', text: 'x\n' } },
    write('y\n'),
    { f: { mode: '100755', text: 'y\n' } },
  ],
  'a mode that is given is taken': [
    { f: 'x\n' },
    write('x\n', 'given', '100755'),
    { f: { mode: '100755', text: 'x\n' } },
  ],
  'bytes that are given stay as they are': [{ f: 'x\r\n' }, write('y\n'), { f: 'y\n' }],
  'text from a chat takes the CRLF of the file': [
    { f: 'x\r\ny\r\n' },
    write('1\n2\n', 'file'),
    { f: '1\r\n2\r\n' },
  ],
  'a last line without a line end does not make a file mixed': [
    { f: 'x\r\ny' },
    write('1\n2', 'file'),
    { f: '1\r\n2' },
  ],
  'text from a chat stays LF where the file mixes line ends': [
    { f: 'x\r\ny\n' },
    write('1\n', 'file'),
    { f: '1\n' },
  ],
  'text that has a CR of its own stays as it is': [
    { f: 'x\r\n' },
    write('1\n2\r\n', 'file'),
    { f: '1\n2\r\n' },
  ],
  'a byte order mark is kept': [{ f: `${BOM}x\n` }, write('1\n', 'file'), { f: `${BOM}1\n` }],
  'a byte order mark is not doubled': [{ f: `${BOM}x\n` }, write(`${BOM}1\n`, 'file'), { f: `${BOM}1\n` }],
  'a link becomes a file when the mode says so': [
    { f: { mode: '120000', text: 'g' } },
    write('x\n', 'given', '100644'),
    { f: 'x\n' },
  ],
  'a file becomes a link when the mode says so': [
    { f: 'x\n' },
    write('g', 'given', '120000'),
    { f: { mode: '120000', text: 'g' } },
  ],
};

for (const [name, [before, edits, after]] of Object.entries(WRITTEN)) {
  test(name, () => {
    const result = runEdits(before, edits);
    assert.deepEqual(result.kind === 'applied' ? result.tree : result.faults, after);
  });
}

const REFUSED: Readonly<Record<string, readonly [Tree, ReturnType<typeof write>, string]>> = {
  'content for a link that is taken for a file': [
    { f: { mode: '120000', text: 'g' } },
    write('x'),
    'mode_mismatch',
  ],
  'content for a directory': [{ 'f/g': 'x' }, write('x'), 'file_exists'],
  'content for a submodule': [{ f: { mode: '160000', text: '' } }, write('x'), 'file_exists'],
  'a link out of the tree': [{ f: 'x\n' }, write('../x', 'given', '120000'), 'path_refused'],
  'content that is there already': [{ f: 'x\n' }, write('x\n'), 'changes_nothing'],
};

for (const [name, [tree, edits, code]] of Object.entries(REFUSED)) {
  test(`${name} is refused with ${code}`, () => {
    const result = runEdits(tree, edits);
    assert.deepEqual(result.kind === 'refused' ? result.codes : result.tree, [code]);
  });
}

test('what of the file is kept is noted', () => {
  const result = runEdits({ f: `${BOM}x\r\n` }, write('1\n', 'file'));
  assert.deepEqual(result.kind === 'applied' && result.notes, [
    'f: written with the CRLF line ends and the byte order mark of the file it replaces',
  ]);
});

/** A file, what is written over it, and what is noted of that. */
const NOTED: Readonly<Record<string, readonly [string, ReturnType<typeof write>, readonly RegExp[]]>> = {
  'CRLF to LF': ['x\r\ny\r\n', write('1\n'), [/^f: its line ends become LF; they were CRLF$/]],
  'LF to CRLF': ['x\n', write('1\r\n'), [/^f: its line ends become CRLF; they were LF$/]],
  'LF to both': ['x\n', write('1\r\n2\n'), [/^f: its line ends become mixed; they were LF$/]],
  'text with CRLF for a file with LF': [
    'x\n',
    write('1\r\n2\r\n', 'file'),
    [/^f: written with the LF line ends of the file it replaces$/],
  ],
  'a lost newline at the end': ['x\n', write('1', 'file'), [/^f: ends without a newline/]],
  'a byte order mark that goes': [`${BOM}x\n`, write('1\n'), [/^f: loses its byte order mark$/]],
  'most lines of a long file gone': [
    Array.from({ length: 34 }, (_, at) => `line ${at}\n`).join(''),
    write('line 1\nline 2\n'),
    [/^f: 32 of the 34 lines of the file it replaces are gone$/],
  ],
  'a long file with half of its lines': [
    Array.from({ length: 34 }, (_, at) => `line ${at}\n`).join(''),
    write(Array.from({ length: 17 }, (_, at) => `  line ${at}\n`).join('')),
    [],
  ],
  'most lines of a short file': ['a\nb\nc\n', write('x\n'), []],
};

for (const [name, [file, edits, patterns]] of Object.entries(NOTED)) {
  test(`${name}: ${patterns.length} notes`, () => {
    const result = runEdits({ f: file }, edits);
    const notes = result.kind === 'applied' ? result.notes : [];
    assert.equal(notes.length, patterns.length, notes.join('\n'));
    for (const [at, pattern] of patterns.entries()) assert.match(notes[at] ?? '', pattern);
  });
}

test('text with CRLF takes the LF of the file', () => {
  const result = runEdits({ f: 'x\n' }, write('1\r\n2\r\n', 'file'));
  assert.deepEqual(result.kind === 'applied' && result.tree, { f: '1\n2\n' });
});

for (const edit of [write('1\r\n'), [{ ...write('1\r\n')[0], kind: 'create', mode: '100644' }] as const]) {
  test(`a new file with CRLF throughout is noted (${edit[0].kind})`, () => {
    const result = runEdits({}, edit);
    assert.deepEqual(result.kind === 'applied' && result.notes, ['f: is made with CRLF line ends']);
  });
}

test('JSON says whether the line ends of the file are taken', () => {
  const said = (lineEnds: unknown) =>
    run({ f: 'x\r\n' }, JSON.stringify({ edits: [{ kind: 'write', path: 'f', content: '1\n', lineEnds }] }));
  const [file, given, wrong] = [said('file'), said('given'), said('mixed')];
  assert.deepEqual(file.kind === 'applied' && file.tree, { f: '1\r\n' });
  assert.deepEqual(given.kind === 'applied' && given.tree, { f: '1\n' });
  assert.deepEqual(wrong.kind === 'refused' && wrong.codes, ['malformed']);
});
