import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommand } from '../../src/slack/command.ts';

const DIFF = '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';

test('the words are read without regard to case and space', () => {
  assert.deepEqual(parseCommand(' STATUS '), { kind: 'status' });
  assert.deepEqual(parseCommand('help'), { kind: 'help' });
  assert.deepEqual(parseCommand(''), { kind: 'help' });
  assert.deepEqual(parseCommand('frobnicate now'), { kind: 'unknown', word: 'frobnicate' });
});

test('a patch comes on the next lines, with or without a workspace', () => {
  assert.deepEqual(parseCommand(`submit\n${DIFF}`), { kind: 'submit', workspace: null, patch: DIFF });
  assert.deepEqual(parseCommand(`submit alpha\n${DIFF}`), {
    kind: 'submit',
    workspace: 'alpha',
    patch: DIFF,
  });
});

test('the line end that Slack cuts off is put back', () => {
  assert.deepEqual(parseCommand(`submit alpha\n${DIFF.trimEnd()}`), {
    kind: 'submit',
    workspace: 'alpha',
    patch: DIFF,
  });
});

test('a fenced block is unwrapped in every way that people write it', () => {
  const expected = { kind: 'submit', workspace: 'alpha', patch: DIFF };
  for (const text of [
    `submit alpha\n\`\`\`\n${DIFF}\`\`\``,
    `submit alpha\n\`\`\`diff\n${DIFF}\`\`\`\n`,
    `submit alpha \`\`\`${DIFF.trimEnd()}\`\`\``,
    `submit alpha \`\`\`diff\n${DIFF}\`\`\``,
  ])
    assert.deepEqual(parseCommand(text), expected, JSON.stringify(text));
  assert.deepEqual(parseCommand(`submit \`\`\`${DIFF}\`\`\``), { ...expected, workspace: null });
});

test("Slack's escapes are undone, and a text that was not escaped keeps its entities", () => {
  const escaped = parseCommand('submit\n-a &lt;b&gt;\n+a &amp;lt; c');
  assert.deepEqual(escaped, { kind: 'submit', workspace: null, patch: '-a <b>\n+a &lt; c\n' });
  const bare = parseCommand('submit\n-<b>&amp;</b>\n+<b>&lt;</b>');
  assert.deepEqual(bare, { kind: 'submit', workspace: null, patch: '-<b>&amp;</b>\n+<b>&lt;</b>\n' });
});

test('submitting nothing is told apart', () => {
  for (const text of ['submit', 'submit alpha', 'submit alpha\n \n', 'submit ```\n```'])
    assert.deepEqual(parseCommand(text), { kind: 'submit-nothing' }, text);
});
