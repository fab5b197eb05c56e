import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_FILE_BYTES, MAX_FILES, MAX_MADE_BYTES } from '../../../../src/core/change/limits.ts';
import type { Path } from '../../../../src/core/git.ts';
import { type BareEdit, runEdits, type Tree } from '../world.ts';

const create = (path: string, content: string): BareEdit => ({
  kind: 'create',
  path: path as Path,
  mode: '100644',
  content,
});
const rename = (from: string, to: string): BareEdit => ({
  ...{ kind: 'modify', path: to as Path, from: from as Path, hunks: [], order: 'ordered', binary: null },
  ...{ oldMode: null, newMode: '100755', preimage: null },
});
const replace = (path: string, pattern: string, replacement: string): BareEdit => ({
  ...{ kind: 'replace', path: path as Path, pattern, replacement },
});
const codes = (tree: Tree, edits: readonly BareEdit[]) => {
  const result = runEdits(tree, edits);
  return result.kind === 'refused' ? result.codes : 'applied';
};

test('a file of exactly the limit is made, one byte more is too large', () => {
  const full = 'x'.repeat(MAX_FILE_BYTES);
  assert.equal(codes({}, [create('f', full)]), 'applied');
  assert.deepEqual(codes({}, [create('f', `${full}x`)]), ['too_large']);
});

test('a change may not make a file one byte too large', () => {
  const tree = { f: `a${'x'.repeat(MAX_FILE_BYTES - 1)}` };
  assert.equal(codes(tree, [replace('f', 'a', 'b')]), 'applied');
  assert.deepEqual(codes(tree, [replace('f', 'a', 'bb')]), ['too_large']);
});

test('a file that is too large already may move and change its mode', () => {
  assert.equal(codes({ f: 'x'.repeat(MAX_FILE_BYTES + 1) }, [rename('f', 'g')]), 'applied');
});

test('as many files as the limit are changed, one more is too large', () => {
  const creations = Array.from({ length: MAX_FILES }, (_, at) => create(`f${at}`, `${at}\n`));
  assert.equal(codes({}, creations), 'applied');
  assert.deepEqual(codes({}, [...creations, create('one-more', '')]), ['too_large']);
});

test('all files together have a limit, and the edit that passes it is the last one tried', () => {
  const part = 'x'.repeat(MAX_FILE_BYTES);
  const count = Math.floor(MAX_MADE_BYTES / MAX_FILE_BYTES) + 2;
  const creations = Array.from({ length: count }, (_, at) => create(`f${at}`, part));
  assert.deepEqual(codes({}, creations), ['too_large']);
});
