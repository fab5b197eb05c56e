import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, faultsOf } from './reading.ts';

/** A block of each form for one file, in a fence where the form needs one. */
const BLOCKS: Readonly<Record<string, (file: string, fresh: string) => string>> = {
  'a SEARCH/REPLACE block': (file, fresh) =>
    `${file}\n<<<<<<< SEARCH\nold\n=======\n${fresh}\n>>>>>>> REPLACE\n`,
  'a fenced SEARCH/REPLACE block': (file, fresh) =>
    `${file}\n\`\`\`\n<<<<<<< SEARCH\nold\n=======\n${fresh}\n>>>>>>> REPLACE\n\`\`\`\n`,
  'a fenced diff': (file, fresh) =>
    `\`\`\`diff\n--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-old\n+${fresh}\n\`\`\`\n`,
  'a bare diff': (file, fresh) => `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-old\n+${fresh}\n`,
  'a V4A patch': (file, fresh) =>
    `*** Begin Patch\n*** Update File: ${file}\n@@\n-old\n+${fresh}\n*** End Patch\n`,
  'a whole file': (file, fresh) => `${file}\n\`\`\`\n${fresh}\n\`\`\`\n`,
};

const TURNS = [
  'Option B (pick one!):',
  '**Option 2: the short way**',
  'Or, alternatively:',
  'Alternatively, this:',
  'or:',
  'Or use this:',
  "No wait, that's wrong. Correct is:",
  'Wait, I forgot something.',
  'Correction:',
  'Please ignore the above and use this:',
  'Here is the fixed version:',
  'I am sorry. Let me provide a corrected version of it.',
  'Use this instead:',
];

for (const [form, block] of Object.entries(BLOCKS)) {
  for (const turn of TURNS) {
    test(`${form}, "${turn}" and another one are two answers`, () => {
      const text = `First:\n\n${block('a.c', 'one')}\n${turn}\n\n${block('b.c', 'two')}`;
      const faults = faultsOf(text);
      assert.deepEqual(
        faults.map(({ code }) => code),
        ['malformed'],
      );
      const { message = '', patchLine } = faults[0] ?? {};
      assert.match(message, /says that the block at line \d+ may be meant in place of the one at line \d+/);
      assert.ok(patchLine !== null && patchLine !== undefined && message.includes(`line ${patchLine} may`));
    });
  }
}

const STEPS = [
  'Then the test:',
  'The second option of the menu is next, which waits for the first.',
  'Now let us use the other function instead of the old one.',
  'This fixes the version in the header as well:',
];

for (const [form, block] of Object.entries(BLOCKS)) {
  test(`${form}, a sentence and another one are taken together, and a note says so`, () => {
    for (const step of STEPS) {
      const change = changeOf(`First:\n\n${block('a.c', 'one')}\n${step}\n\n${block('b.c', 'two')}`);
      const told = change.notes.filter((note) =>
        /^2 blocks with text between them are taken together/.test(note),
      );
      // Between bare diffs stands what tools write there.
      assert.equal(told.length, form === 'a bare diff' ? 0 : 1, change.notes.join('\n'));
    }
  });

  test(`${form} right below another one needs no note`, () => {
    const { notes } = changeOf(`First:\n\n${block('a.c', 'one')}\n${block('b.c', 'two')}\nThat is all.\n`);
    assert.ok(!notes.some((note) => note.includes('taken together')), notes.join('\n'));
  });
}

test('the message of a commit between two diffs is no talk', () => {
  const log = 'commit 1\nAuthor: A <a@b>\n\n    No wait, use this instead\n\n';
  const block = BLOCKS['a bare diff'];
  assert.ok(block !== undefined);
  const { edits, notes } = changeOf(`${block('a.c', 'one')}\n${log}${block('b.c', 'two')}`);
  assert.equal(edits.length, 2);
  assert.ok(!notes.some((note) => note.includes('taken together')));
});

test('words inside of a block are content', () => {
  const text =
    'a.c\n<<<<<<< SEARCH\nold\n=======\nOption B:\n>>>>>>> REPLACE\n\na.c\n<<<<<<< SEARCH\nx\n=======\nWait.\n>>>>>>> REPLACE\n';
  assert.equal(changeOf(text).edits.length, 1);
});
