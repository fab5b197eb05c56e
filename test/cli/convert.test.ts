import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type } from './host.ts';

const DIFF = `--- a/a.txt
+++ b/a.txt
@@ -1,3 +1,3 @@
 one
-two
+2
 three
`;

test('a diff is written as a Begin Patch, and what that form cannot say is told', async () => {
  const ran = await type({ stdin: DIFF }, 'convert', '-', '--to', 'begin-patch');
  assert.equal(ran.exit, 0, ran.stderr);
  assert.equal(
    ran.stdout,
    '*** Begin Patch\n*** Update File: a.txt\n@@\n one\n-two\n+2\n three\n*** End Patch\n',
  );
  assert.match(ran.stderr, /begin-patch cannot say the line numbers of a\.txt/);
});

test('JSON holds the text and what was lost', async () => {
  const ran = await type({ stdin: DIFF }, 'convert', '-', '--to', 'json-edits', '--json');
  const answer = JSON.parse(ran.stdout);
  assert.deepEqual(JSON.parse(answer.text), {
    edits: [{ kind: 'update', path: 'a.txt', diff: '@@\n one\n-two\n+2\n three\n' }],
  });
  assert.deepEqual(answer.lost, ['the line numbers of a.txt']);
});

test('what a form cannot say is an error that names it and the way out', async () => {
  const edits = JSON.stringify({ edits: [{ kind: 'replace', path: 'a.txt', old: 'two', new: '2' }] });
  const ran = await type({ stdin: edits }, 'convert', '-', '--to', 'git-diff');
  assert.equal(ran.exit, 2);
  assert.match(ran.stderr, /a\.txt: a "replace" edit without the lines of the file around it/);
  assert.match(ran.stderr, /--repo/);
});

test('text that is no patch is refused with its faults', async () => {
  const ran = await type({ stdin: 'hello' }, 'convert', '-', '--to', 'git-diff');
  assert.equal(ran.exit, 5);
  assert.match(ran.stderr, /unknown_format/);
});

test('a form that does not exist is a usage error that names those that do', async () => {
  const ran = await type({ stdin: DIFF }, 'convert', '-', '--to', 'gitdiff');
  assert.equal(ran.exit, 2);
  assert.match(ran.stderr, /git-diff, begin-patch, search-replace, json-edits/);
});
