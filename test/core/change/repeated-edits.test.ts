import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './world.ts';

const FILE = 'a\nb\nc\n';
const insert = (anchor: string, text: string) => ({ kind: 'insert', path: 'f', after: anchor, text });
const json = (...edits: readonly object[]) => JSON.stringify({ edits });
const v4a = (...lines: readonly string[]) =>
  ['*** Begin Patch', '*** Update File: f', ...lines, '*** End Patch', ''].join('\n');
const diff = (header: string, ...lines: readonly string[]) =>
  ['--- a/f', '+++ b/f', header, ...lines, ''].join('\n');

function said(patch: string): string {
  const result = run({ f: FILE }, patch);
  return result.kind === 'applied'
    ? `made ${JSON.stringify(result.tree.f)}`
    : (result.faults[0]?.message ?? '');
}

const AGAIN = /stands at line \d+ already/;
const TWICE = /^Line \d+ of the patch adds the same lines to f as line \d+/;

const REPEATED: Readonly<Record<string, readonly [string, RegExp]>> = {
  'an insertion twice in one list': [json(insert('b', 'x\n'), insert('b', 'x\n')), AGAIN],
  'an insertion twice, once with its last line end': [json(insert('b', 'x\n'), insert('b\n', 'x')), AGAIN],
  'a replacement twice': [
    json(...Array.from({ length: 2 }, () => ({ kind: 'replace', path: 'f', old: 'b', new: 'bb' }))),
    AGAIN,
  ],
  'the same lines by another context, in V4A': [
    v4a('@@', ' a', '+x = 1', ' b') + v4a('@@', ' b', '+x = 1', ' c'),
    TWICE,
  ],
  'the same lines by more context, in V4A': [
    v4a('@@', ' b', '+x = 1') + v4a('@@', ' a', ' b', '+x = 1', ' c'),
    TWICE,
  ],
  'the same lines by another context, in a diff': [
    diff('@@ -1,2 +1,3 @@', ' a', '+x = 1', ' b') + diff('@@ -2,2 +2,3 @@', ' b', '+x = 1', ' c'),
    TWICE,
  ],
  'the same lines in diffs within a list': [
    json(
      { kind: 'update', path: 'f', diff: '@@\n a\n+x\n b\n' },
      { kind: 'update', path: 'f', diff: '@@\n b\n+x\n c\n' },
    ),
    TWICE,
  ],
};

for (const [what, [patch, says]] of Object.entries(REPEATED)) {
  test(`${what} is refused`, () => assert.match(said(patch), says));
}

const DIFFERENT: Readonly<Record<string, string>> = {
  'the same insertion below two anchors': json(insert('a', 'x\n'), insert('b', 'x\n')),
  'two insertions below one anchor': json(insert('b', 'x\n'), insert('b', 'y\n')),
  'the same lines by contexts that are different places':
    v4a('@@', ' a', '+x = 1') + v4a('@@', ' c', '+x = 1'),
  'other lines by the same context': v4a('@@', ' b', '+x = 1') + v4a('@@', ' b', '+x = 2'),
};

for (const [what, patch] of Object.entries(DIFFERENT)) {
  test(`${what} is no repetition`, () => assert.match(said(patch), /^made /));
}
