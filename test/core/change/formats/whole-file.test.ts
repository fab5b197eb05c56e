import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, refusalOf, told } from './reading.ts';

test('named fences become files written whole, with the line ends of what they replace', () => {
  const text =
    'Here are both:\n\n`src/a.ts`\n```ts\nexport const a = 1;\n\n```\n\n**docs/b.md**:\n\n~~~~\n# B\n~~~\n~~~~\nDone.\n';
  const change = changeOf(text);
  assert.equal(change.format, 'whole-file');
  assert.deepEqual(told(change), [
    'write src/a.ts: "export const a = 1;\\n\\n"',
    'write docs/b.md: "# B\\n~~~\\n"',
  ]);
  assert.ok(
    change.edits.every((edit) => edit.kind === 'write' && edit.lineEnds === 'file' && edit.mode === null),
  );
  assert.deepEqual(change.edits[0]?.span, { firstLine: 4, lastLine: 7 });
});

test('a longer fence holds shorter ones, and an indented one gives its indent back', () => {
  assert.deepEqual(told(changeOf('a.md\n````md\n```sh\nls\n```\n````\n')), [
    'write a.md: "```sh\\nls\\n```\\n"',
  ]);
  assert.deepEqual(told(changeOf('1. `a.py`\n\n   a.py\n   ```\n   if x:\n       y\n   ```\n')), [
    'write a.py: "if x:\\n    y\\n"',
  ]);
});

test('content that looks like another form is content', () => {
  const diff = '# Diffs\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n';
  assert.deepEqual(told(changeOf(`a.md\n\`\`\`md\n${diff}\`\`\`\n`)), [
    `write a.md: ${JSON.stringify(diff)}`,
  ]);
  const data = '{"edits": []}\n';
  assert.deepEqual(told(changeOf(`a.json\n\`\`\`json\n${data}\`\`\`\n`)), [
    `write a.json: ${JSON.stringify(data)}`,
  ]);
});

const REFUSED: readonly (readonly [what: string, text: string, says: RegExp])[] = [
  ['a fence without a name', 'Like so:\n```ts\nx\n```\n', /^malformed at 2: .*no file is named above it/],
  ['a name among words', 'Now src/a.ts is:\n```ts\nx\n```\n', /^malformed at 2: .*more than a file name/],
  ['an unnamed fence beside a named one', 'a.ts\n```\nx\n```\nRun:\n```sh\nls\n```\n', /^malformed at 6: /],
  [
    'one file twice',
    'a.ts\n```\nx\n```\na.ts\n```\ny\n```\n',
    /^malformed at 6: a\.ts is given twice, at lines 2/,
  ],
  ['an open fence', 'a.ts\n```\nx\n', /^malformed at 2: .*never closed/],
  [
    'a fence in a fence',
    'a.md\n```md\n```sh\nls\n```\n```\n',
    /^malformed at 2: .*holds another one, at line 3/,
  ],
  ['an empty fence', 'a.ts\n```\n\n```\n', /^malformed at 2: .*is empty/],
  ['a path out of the tree', '../a.ts\n```\nx\n```\n', /^path_refused at 2/],
  [
    'a lazy file',
    'a.ts\n```\nx\n// ... existing code ...\n```\n',
    /^malformed at 4: .*stands for lines of a\.ts/,
  ],
];

for (const [what, text, says] of REFUSED) {
  test(`${what} is refused, with the line`, () => assert.match(refusalOf(text), says));
}
