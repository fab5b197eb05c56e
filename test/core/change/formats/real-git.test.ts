import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { SEED, sample } from '../arbitrary.ts';
import { type Scratch, scratch } from '../git.ts';
import { edited } from '../make-diff.ts';
import { run, type Tree } from '../world.ts';

const git: Scratch = scratch();
after(() => git.remove());

const LINES = Array.from({ length: 30 }, (_, at) => `line ${at}\n`).join('');
const CRLF = LINES.replaceAll('\n', '\r\n');

const RENAMES = ['-M', '--full-index'];

/** What git's own diff between two trees must do here: exactly what it does in git. */
const CASES: Readonly<
  Record<string, { readonly from: Tree; readonly to: Tree; readonly options?: readonly string[] }>
> = {
  'a changed line': { from: { a: LINES }, to: { a: LINES.replace('line 9\n', 'nine\n') } },
  'many changes in one file': { from: { a: LINES }, to: { a: LINES.replace(/line (.)5/g, 'five $1') } },
  'a created file': { from: { a: 'x\n' }, to: { a: 'x\n', 'new/b': LINES } },
  'a created file without a final newline': { from: { a: 'x\n' }, to: { a: 'x\n', b: 'one\ntwo' } },
  'an empty created file': { from: { a: 'x\n' }, to: { a: 'x\n', b: '' } },
  'a created executable': {
    from: { a: 'x\n' },
    to: { a: 'x\n', b: { mode: '100755', text: '#!/bin/sh\n' } },
  },
  'a deleted file': { from: { a: LINES, b: 'x\n' }, to: { b: 'x\n' } },
  'a deleted empty file': { from: { a: '', b: 'x\n' }, to: { b: 'x\n' } },
  'a mode change': { from: { a: LINES }, to: { a: { mode: '100755', text: LINES } } },
  'a mode change with an edit': {
    from: { a: LINES },
    to: { a: { mode: '100755', text: LINES.replace('line 3\n', '') } },
  },
  'a pure rename': { from: { a: LINES }, to: { 'dir/b': LINES }, options: ['-M'] },
  'a rename with an edit': {
    from: { a: LINES },
    to: { 'dir/b': LINES.replace('line 3\n', 'three\n') },
    options: ['-M'],
  },
  'a copy with an edit': {
    from: { a: LINES },
    to: { a: LINES, b: LINES.replace('line 3\n', 'three\n') },
    options: ['-C', '--find-copies-harder'],
  },
  'a copy of a file that changes too': {
    from: { a: LINES },
    to: { a: LINES.replace('line 7\n', 'seven\n'), b: LINES.replace('line 3\n', 'three\n') },
    options: ['-C'],
  },
  'CRLF lines': { from: { a: CRLF }, to: { a: CRLF.replace('line 9\r\n', 'nine\r\n') } },
  'CRLF turned into LF': { from: { a: CRLF }, to: { a: LINES } },
  'one line end changed': { from: { a: LINES }, to: { a: LINES.replace('line 9\n', 'line 9\r\n') } },
  'a final newline taken away': { from: { a: 'x\ny\n' }, to: { a: 'x\ny' } },
  'a final newline added': { from: { a: 'x\ny' }, to: { a: 'x\ny\n' } },
  'an edit above a missing final newline': { from: { a: 'x\ny' }, to: { a: 'z\ny' } },
  'a lone carriage return at the end': { from: { a: 'x\ny\r' }, to: { a: 'z\ny\r' } },
  'a carriage return added at the end': { from: { a: 'x\ny' }, to: { a: 'x\ny\r' } },
  'lines that look like headers': {
    from: { a: '-- old\n++ x\nkeep\n' },
    to: { a: '++ new\nkeep\n@@ -1 +1 @@\n' },
  },
  'a removed line that looks like a signature': { from: { a: 'x\n- \n' }, to: { a: 'x\n' } },
  'a name with spaces': { from: { 'my file': 'x\n' }, to: { 'my file': 'y\n' } },
  'a mode change of a name with spaces': {
    from: { 'my file': 'x\n' },
    to: { 'my file': { mode: '100755', text: 'x\n' } },
  },
  'a name with bytes above 127': {
    from: { 'gr\xc3\xbc\xc3\x9fe': 'x\n' },
    to: { 'gr\xc3\xbc\xc3\x9fe': 'y\n' },
  },
  'a name with an apostrophe': { from: { "a'b": 'x\n' }, to: { "a'c": 'x\n' }, options: ['-M'] },
  'a new symbolic link': { from: { a: 'x\n' }, to: { a: 'x\n', l: { mode: '120000', text: 'a' } } },
  'a changed symbolic link': {
    from: { a: 'x\n', l: { mode: '120000', text: 'a' } },
    to: { a: 'x\n', l: { mode: '120000', text: 'b/c' } },
  },
  'a deleted symbolic link': { from: { a: 'x\n', l: { mode: '120000', text: 'a' } }, to: { a: 'x\n' } },
  'a file replaced by a directory': { from: { a: 'x\n' }, to: { 'a/b': 'y\n' } },
  'a file that becomes a link': {
    from: { a: LINES, b: 'x\n' },
    to: { a: { mode: '120000', text: 'b' }, b: 'x\n' },
    options: RENAMES,
  },
  'a link that becomes an executable file, beside one that becomes a link': {
    from: { a: { mode: '120000', text: 'b' }, b: { mode: '100755', text: LINES } },
    to: { a: { mode: '100755', text: LINES }, b: { mode: '120000', text: 'a' } },
    options: RENAMES,
  },
  'an empty file that becomes a link': {
    from: { a: '', b: 'x\n' },
    to: { a: { mode: '120000', text: 'b' }, b: 'x\n' },
    options: RENAMES,
  },
  'a file that moves and leaves a link': {
    from: { a: LINES },
    to: { a: { mode: '120000', text: 'b' }, b: LINES },
    options: RENAMES,
  },
  'a folder that becomes a file': {
    from: { 'a/b': 'x\n', 'a/c/d': 'y\n', 'a.b': 'z\n' },
    to: { a: LINES, 'a.b': 'z\n' },
    options: RENAMES,
  },
  'a folder that becomes the file that stood in it': {
    from: { 'a/b': LINES, 'a/c/d': 'y\n' },
    to: { a: LINES.replace('line 3\n', 'three\n') },
    options: RENAMES,
  },
  'a folder that becomes a link to where its files go': {
    from: { 'a/b': LINES, 'a/c/d': 'y\n' },
    to: { a: { mode: '120000', text: 'z' }, 'z/b': LINES, 'z/c/d': 'y\n' },
    options: RENAMES,
  },
  'a file that becomes a folder': {
    from: { a: LINES },
    to: { 'a/b': LINES, 'a/c/d': 'y\n' },
    options: RENAMES,
  },
  'a link that becomes a folder': {
    from: { a: { mode: '120000', text: 'b' }, b: 'x\n' },
    to: { 'a/c': LINES, b: 'x\n' },
    options: RENAMES,
  },
  'an emptied file': { from: { a: LINES }, to: { a: '' } },
  'a filled empty file': { from: { a: '' }, to: { a: LINES } },
  'a BOM kept': { from: { a: '\xef\xbb\xbfx\ny\n' }, to: { a: '\xef\xbb\xbfz\ny\n' } },
  'a BOM removed': { from: { a: '\xef\xbb\xbfx\ny\n' }, to: { a: 'x\ny\n' } },
  'bytes that are no UTF-8': { from: { a: 'x\n\xff\xfe\n' }, to: { a: 'x\n\xfd\n' } },
  'several files at once': {
    from: { a: LINES, b: 'x\n', c: 'y\n' },
    to: { a: LINES.replace('line 1\n', ''), c: { mode: '100755', text: 'y\n' }, d: 'new\n' },
  },
};

for (const [name, { from, to, options = [] }] of Object.entries(CASES)) {
  test(`git's own diff gives the same bytes as in git: ${name}`, () => {
    const patch = git.diff(git.write(from), git.write(to), options);
    assert.notEqual(patch, '');
    const result = run(from, patch);
    assert.deepEqual(result.kind === 'applied' ? result.tree : result.faults, to);
  });
}

test(`damaged diffs are applied as git applies them, or refused (seed ${SEED})`, () => {
  const seen = { same: 0, 'we refuse': 0, 'both refuse': 0, 'git refuses': 0 };
  const damage = fc.constantFrom('none', 'start', 'count');
  const check = fc.property(
    sample({ repeats: false }),
    sample({ repeats: false }),
    damage,
    fc.boolean(),
    (mine, other, how, foreign) => {
      const from: Tree = { f: mine.lines.join('') };
      const to: Tree = { f: edited(mine.lines, mine.stretches).join('') };
      const patch = damaged(git.diff(git.write(from), git.write(to)), how);
      const base: Tree = foreign ? { f: `${mine.lines.slice(0, 2).join('')}${other.lines.join('')}` } : from;
      const byGit = git.apply(git.write(base), patch);
      const result = run(base, patch);
      if (result.kind === 'refused') seen[byGit === null ? 'both refuse' : 'we refuse']++;
      else if (byGit === null) seen['git refuses']++;
      else {
        assert.deepEqual(result.tree, git.read(byGit), patch);
        seen.same++;
      }
      if (result.kind === 'applied' && !foreign) assert.deepEqual(result.tree, to);
    },
  );
  fc.assert(check, { seed: SEED, numRuns: 60 });
  assert.ok(seen.same > 10, JSON.stringify(seen));
});

function damaged(patch: string, how: string): string {
  if (how === 'none') return patch;
  return patch.replace(/^@@ -(\d+)(?:,(\d+))? /gm, (_, start: string, count = '1') =>
    how === 'start' ? `@@ -${Number(start) + 1},${count} ` : `@@ -${start},${Number(count) + 1} `,
  );
}
