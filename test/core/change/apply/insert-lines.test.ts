import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Insertion } from '../../../../src/core/change/change.ts';
import type { Path } from '../../../../src/core/git.ts';
import { runEdits, type Tree } from '../world.ts';

const insert = (where: Insertion['where'], anchor: string, text: string) =>
  [{ kind: 'insert', path: 'f' as Path, where, anchor, text }] as const;

/** File, where, anchor, text, and the file afterwards. */
const INSERTED: Readonly<Record<string, readonly [string, Insertion['where'], string, string, string]>> = {
  'lines go before the line that holds the anchor': ['a\nxby\nc\n', 'before', 'b', 'n\n', 'a\nn\nxby\nc\n'],
  'lines go after the line that holds the anchor': ['a\nxby\nc\n', 'after', 'b', 'n\n', 'a\nxby\nn\nc\n'],
  'an anchor over several lines is one place': ['a\nb\nc\nd\n', 'after', 'b\nc', 'n\n', 'a\nb\nc\nn\nd\n'],
  'before an anchor over several lines is before the first': [
    'a\nb\nc\nd\n',
    'before',
    'b\nc',
    'n\n',
    'a\nn\nb\nc\nd\n',
  ],
  'an anchor that ends in a line end holds nothing of the next line': [
    'a\nb\n',
    'after',
    'a\n',
    'n\n',
    'a\nn\nb\n',
  ],
  'before the first line': ['a\nb\n', 'before', 'a', 'n\n', 'n\na\nb\n'],
  'before a first line that is empty': ['\nb\n', 'before', '\nb', 'n\n', 'n\n\nb\n'],
  'after the last line': ['a\nb\n', 'after', 'b', 'n\n', 'a\nb\nn\n'],
  'a missing line end is added': ['a\nb\n', 'after', 'a', 'n', 'a\nn\nb\n'],
  'new lines end as most lines of the file do': [
    'a\r\nb\r\n',
    'after',
    'a',
    'n\nm\n',
    'a\r\nn\r\nm\r\nb\r\n',
  ],
  'CRLF does not come into a file without it': ['a\nb\n', 'after', 'a', 'n\r\n', 'a\nn\nb\n'],
  'an anchor with other line ends than the file is found': [
    'a\r\nb\r\nc\r\n',
    'before',
    'a\nb',
    'n',
    'n\r\na\r\nb\r\nc\r\n',
  ],
  'a last line without a line end stays without one': ['a\nb', 'after', 'b', 'n\n', 'a\nb\nn'],
  'before a last line without a line end': ['a\nb', 'before', 'b', 'n\n', 'a\nn\nb'],
  'at the start': ['a\n', 'start', '', 'n\n', 'n\na\n'],
  'at the start, behind the byte order mark': ['\xef\xbb\xbfa\n', 'start', '', 'n', '\xef\xbb\xbfn\na\n'],
  'before the first line, behind the byte order mark': [
    '\xef\xbb\xbfa\n',
    'before',
    'a',
    'n',
    '\xef\xbb\xbfn\na\n',
  ],
  'before an anchor with the byte order mark': [
    '\xef\xbb\xbfa\n',
    'before',
    '\xef\xbb\xbfa',
    'n',
    '\xef\xbb\xbfn\na\n',
  ],
  'at the end': ['a\n', 'end', '', 'n\n', 'a\nn\n'],
  'at the end of a file without a final line end': ['a', 'end', '', 'n\n', 'a\nn'],
  'at the end of a CRLF file without a final line end': ['a\r\nb', 'end', '', 'n\n', 'a\r\nb\r\nn'],
  'into an empty file, as given': ['', 'end', '', 'n\r\n', 'n\r\n'],
  'into an empty file at the start': ['', 'start', '', 'n', 'n\n'],
};

for (const [name, [file, where, anchor, text, after]] of Object.entries(INSERTED)) {
  test(name, () => {
    const result = runEdits({ f: file }, insert(where, anchor, text));
    assert.deepEqual(result.kind === 'applied' ? result.tree : result.faults, { f: after });
  });
}

const REFUSED: Readonly<Record<string, readonly [Tree, string, string]>> = {
  'an anchor that stands nowhere': [{ f: 'a\n' }, 'b', 'pattern_not_found'],
  'an anchor that stands twice in one line': [{ f: 'b b\n' }, 'b', 'pattern_ambiguous'],
  'an anchor that stands twice by overlapping': [{ f: 'aaa\n' }, 'aa', 'pattern_ambiguous'],
  'an anchor that stands twice once line ends are set aside': [
    { f: 'a\r\nb\r\na\r\nb\r\n' },
    'a\nb',
    'pattern_ambiguous',
  ],
  'an insertion into a link': [{ f: { mode: '120000', text: 'b' } }, 'b', 'mode_mismatch'],
  'an insertion into a directory': [{ 'f/g': 'b' }, 'b', 'not_a_file'],
  'an insertion into nothing': [{ g: 'b' }, 'b', 'file_missing'],
};

for (const [name, [tree, anchor, code]] of Object.entries(REFUSED)) {
  test(`${name} is refused with ${code}`, () => {
    const result = runEdits(tree, insert('after', anchor, 'n\n'));
    assert.deepEqual(result.kind === 'refused' ? result.codes : result.tree, [code]);
  });
}

test('an anchor that is not found says so, and which lines are like it', () => {
  const result = runEdits(
    { f: 'const one = 1;\nconst two = 2;\n' },
    insert('after', 'const two = 3;', 'n\n'),
  );
  const [fault] = result.kind === 'refused' ? result.faults : [];
  assert.match(
    fault?.message ?? '',
    /the anchor "const two = 3;" does not stand in the file; line 2 is closest/,
  );
});

test('several insertions at one anchor take effect in order', () => {
  const edits = [...insert('after', 'a', '1'), ...insert('after', 'a', '2'), ...insert('before', '1', '3')];
  const result = runEdits({ f: 'a\n' }, edits);
  assert.deepEqual(result.kind === 'applied' && result.tree, { f: 'a\n2\n3\n1\n' });
});
