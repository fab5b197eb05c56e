import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../world.ts';

function replaced(file: string, ...blocks: readonly (readonly [string, string])[]) {
  const text = blocks.map(([search, replace]) => {
    return `src/f.js\n\`\`\`\n<<<<<<< SEARCH\n${search}=======\n${replace}>>>>>>> REPLACE\n\`\`\`\n`;
  });
  return run({ 'src/f.js': file }, text.join('\n'));
}

function textOf(result: ReturnType<typeof run>): unknown {
  return result.kind === 'applied' ? result.tree['src/f.js'] : result.codes;
}

test('blocks stand in any order, and nothing is said about it', () => {
  const result = replaced('a\nb\nc\nd\n', ['d\n', 'D\n'], ['a\n', 'A\n']);
  assert.equal(textOf(result), 'A\nb\nc\nD\n');
  assert.deepEqual(result.kind === 'applied' && result.notes, []);
});

test('hunks of a diff in another order than the file are placed with a note', () => {
  const result = run({ f: 'a\nb\nc\nd\n' }, '--- a/f\n+++ b/f\n@@ @@\n-d\n+D\n@@ @@\n-a\n+A\n');
  assert.deepEqual(result.kind === 'applied' && result.tree, { f: 'A\nb\nc\nD\n' });
  assert.match(result.kind === 'applied' ? result.notes.join() : '', /stand in another order than the patch/);
});

test('two blocks that look for the same line do not share out its two places', () => {
  assert.deepEqual(textOf(replaced('a\nb\na\n', ['a\n', 'A\n'], ['a\n', 'B\n'])), [
    'hunk_ambiguous',
    'hunk_ambiguous',
  ]);
});

test('blocks that share a line are refused', () => {
  const result = replaced('a\nb\nc\n', ['a\nb\n', 'A\nb\n'], ['b\nc\n', 'b\nC\n']);
  assert.deepEqual(textOf(result), ['hunks_out_of_order']);
});

test('each block climbs with the others: the loosest one names the rung', () => {
  const result = replaced('  a\nb\n  c\n', ['a\n', 'A\n'], ['b\n', 'B\n']);
  assert.equal(textOf(result), '  A\nB\n  c\n');
  assert.deepEqual(result.kind === 'applied' && result.rungs, ['indent']);
});
