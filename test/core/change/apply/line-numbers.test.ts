import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../world.ts';

const block = (old: string, fresh: string) =>
  `t.md\n<<<<<<< SEARCH\n${old}=======\n${fresh}>>>>>>> REPLACE\n`;

function made(file: string, patch: string): unknown {
  const result = run({ 't.md': file }, patch);
  return result.kind === 'applied' ? result.tree['t.md'] : result.codes;
}

test('numbers before lines that the file has with them are content', () => {
  const table = '1 | foo\n2 | bar\n\nfoo\n';
  assert.equal(made(table, block('1 | foo\n', '1 | baz\n')), table.replace('1 | foo', '1 | baz'));
  assert.equal(made(table, block('2 | bar\n', '2 | bar\nend\n')), '1 | foo\n2 | bar\nend\n\nfoo\n');
});

test('numbers before lines that the file has without them are left out, and tell the place', () => {
  assert.equal(made('foo\nbar\nfoo\n', block('3 | foo\n', '3 | baz\n')), 'foo\nbar\nbaz\n');
  assert.equal(made('foo\nbar\n', block('1 | foo\n2 | bar\n', '')), '');
});

test('where one of the lines stands with its number the others are sought with theirs', () => {
  assert.deepEqual(made('1 | foo\nx\nfoo\nbar\n', block('1 | foo\n2 | bar\n', '1 | foo\n')), [
    'hunk_not_found',
  ]);
});
