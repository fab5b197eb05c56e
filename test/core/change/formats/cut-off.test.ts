import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { parseSeries } from '../../../../src/core/change/parse-series.ts';

const SECTIONS: readonly string[] = [
  'diff --git a/one.txt b/one.txt\nindex 1111111..2222222 100644\n--- a/one.txt\n+++ b/one.txt\n' +
    '@@ -1,8 +1,9 @@\n a\n b\n c\n-d\n-e\n+D\n+E\n+F\n f\n g\n h\n@@ -20,4 +21,5 @@ x\n t\n u\n+U\n v\n w\n',
  'diff --git a/old.txt b/new.txt\nsimilarity index 90%\nrename from old.txt\nrename to new.txt\n' +
    'index 1111111..2222222 100644\n--- a/old.txt\n+++ b/new.txt\n@@ -1,4 +1,3 @@\n k\n-l\n m\n n\n',
  'diff --git a/made.txt b/made.txt\nnew file mode 100644\nindex 0000000..3333333\n--- /dev/null\n+++ b/made.txt\n@@ -0,0 +1 @@\n+made\n',
];
const GIT = SECTIONS.join('');
/** The same without git's headers, and without the rename, which only they can tell. */
const PLAIN = GIT.split('\n')
  .filter((line) => !/^(?:diff|index|similarity|rename|new file) /.test(line))
  .join('\n')
  .replace('--- a/old.txt', '--- a/new.txt');
const HEAD =
  'From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: [PATCH] Three\n';
const MAIL = `${HEAD}\nWhy.\n---\n one.txt | 2 +-\n\n${GIT}-- \n2.39.5\n`;
const PARTS = `${HEAD}Content-Type: multipart/mixed; boundary=cut\n\n--cut\n\nWhy.\n---\n\n--cut\nContent-Type: text/x-patch\n\n${GIT}\n--cut--\n`;

/** What a text says, or null where it is refused. */
function read(text: string): { readonly edits: string; readonly notes: string } | null {
  const parsed = parseChange(Buffer.from(text), { format: null });
  if (parsed.kind === 'faulty') return null;
  const edits = parsed.change.edits.map(({ span: _, ...edit }) =>
    'hunks' in edit
      ? { ...edit, hunks: edit.hunks.map(({ lines }) => lines.map(({ kind, text: line }) => [kind, line])) }
      : edit,
  );
  return { edits: JSON.stringify(edits), notes: parsed.change.notes.join('; ') };
}

/**
 * The lengths that a text may be cut to by its own counts, found without the product's reader: where a hunk is complete,
 * and, unless a mail has to have its signature, where only context is missing, not directly below a removed line.
 */
function fitting(text: string, mail: boolean): Set<number> {
  const fits = new Set<number>();
  let end = 0;
  let [old, fresh, isChanged] = [0, 0, false];
  for (const line of text.split(/(?<=\n)/)) {
    end += line.length;
    const counts = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (counts !== null) {
      [old, fresh, isChanged] = [Number(counts[1] ?? 1), Number(counts[2] ?? 1), false];
      continue;
    }
    if (old + fresh === 0) continue;
    if (!line.startsWith('+')) old--;
    if (!line.startsWith('-')) fresh--;
    isChanged ||= !line.startsWith(' ');
    if (old + fresh === 0 || (isChanged && !line.startsWith('-') && !mail && old === fresh)) fits.add(end);
  }
  return fits;
}

const FORMS: Readonly<Record<string, string>> = { git: GIT, unified: PLAIN, mail: MAIL };

for (const [form, text] of Object.entries(FORMS))
  test(`of a ${form} diff of three files, a beginning is taken where a hunk is whole, and nowhere else`, (t) => {
    const expected = fitting(text, form === 'mail');
    const diffEnd = form === 'mail' ? text.indexOf('-- \n2.39.5') : text.length;
    const taken = new Set<number>();
    let wholeLine = 0;
    for (let length = 1; length <= text.length; length++) {
      const got = read(text.slice(0, length));
      if (got === null) continue;
      // The signature of a mail changes nothing.
      if (length > diffEnd) assert.deepEqual(got.edits, read(text)?.edits);
      else if (/created empty/.test(got.notes))
        assert.match(text.slice(0, length), /\nnew file mode 100644\n$/);
      else if (text[length - 1] === '\n') taken.add(length);
      else {
        // Nobody can tell the last line of a hunk from a part of it: where the counts agree, a note says so.
        assert.match(
          got.notes,
          /last line of the patch has no line end; it was taken as whole/,
          text.slice(0, length),
        );
        assert.ok(expected.has(text.indexOf('\n', length) + 1), text.slice(0, length));
        wholeLine++;
      }
    }
    assert.deepEqual([...taken], [...expected]);
    t.diagnostic(
      `${form}: ${text.length} beginnings, ${taken.size} taken at whole lines, ${wholeLine} within the last line of a hunk, with a note`,
    );
  });

test('of a mail in parts only the whole is taken', () => {
  const whole = read(PARTS);
  assert.notEqual(whole, null);
  for (let length = 1; length < PARTS.length; length++) {
    const got = read(PARTS.slice(0, length));
    if (got !== null) assert.deepEqual([got, PARTS.length - length], [whole, 1]);
  }
});

function fault(text: string): string {
  const parsed = parseChange(Buffer.from(text), { format: null });
  if (parsed.kind === 'change') return assert.fail(JSON.stringify(parsed.change.notes));
  return parsed.faults.map(({ code, patchLine, message }) => `${code} ${patchLine}: ${message}`).join('\n');
}

const HEADER = '--- a/f\n+++ b/f\n';

const CUT: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
  'within a line of a hunk': [
    `${HEADER}@@ -1,3 +1,3 @@\n a\n-b\n+B`,
    /^malformed 6: .*cut off at line 6.*2 old and 2 new lines, its header counts 3 and 3, and its last line has no line end/,
  ],
  'below a removed line': [`${HEADER}@@ -1,3 +1,3 @@\n a\n-b\n`, /its last line is a removed one/],
  'above the changes of a hunk': [`${HEADER}@@ -1,3 +1,3 @@\n a\n b\n`, /no line of it is added or removed/],
  'among added lines': [`${HEADER}@@ -1,3 +1,6 @@\n a\n+b\n+c\n`, /its last line is an added one/],
  'in the ids of a new file': [
    'diff --git a/x b/x\nnew file mode 100644\nindex 000',
    /stands in the header that line 1 begins, and has no line end/,
  ],
  'below the header of a new file': [
    'diff --git a/x b/x\nnew file mode 100644\nindex 0000000..1234567\n',
    /creates a file that is not empty, and nothing follows/,
  ],
  'below the header of a rename': [
    'diff --git a/x b/y\nsimilarity index 90%\nrename from x\nrename to y\n',
    /alike by 90%, and nothing follows/,
  ],
  'in a new name': ['diff --git a/x b/yes\nsimilarity index 100%\nrename from x\nrename to ye', /cut off/],
  'below a mode and two ids': [
    'diff --git a/x b/x\nold mode 100644\nnew mode 100755\nindex 1111111..2222222\n',
    /names two different contents/,
  ],
  'in the first line of a section': [
    `${HEADER}@@ -1 +1 @@\n-a\n+b\ndiff --g`,
    /beginning of a "diff --git" line/,
  ],
  'in an @@ line': [`${HEADER}@@ -1 +1 @@\n-a\n+b\n@`, /beginning of a "@@ -" line/],
  'in the mark of a missing line end': [`${HEADER}@@ -1 +1 @@\n-a\n+b\n\\`, /beginning of a "\\ No newline/],
  'in the name of the next file': [
    `${HEADER}@@ -1 +1 @@\n-a\n+b\n--- a/g`,
    /ends in the header of the next file/,
  ],
  'below the names of the next file': [
    `${HEADER}@@ -1 +1 @@\n-a\n+b\n\n--- a/g\n+++ b/g\n`,
    /ends in the header of the next file/,
  ],
  'in two hyphens': [`${HEADER}@@ -1 +1 @@\n-a\n+b\n--`, /beginning of a "---" line/],
  'in a mail, without its signature': [
    `${HEAD}\n---\n${HEADER}@@ -1,3 +1,3 @@\n a\n-b\n+B\n`,
    /the mail has no signature/,
  ],
};
for (const [where, [text, says]] of Object.entries(CUT))
  test(`a text that is cut off ${where} is refused`, () => assert.match(fault(text), says));

const WHOLE: Readonly<Record<string, string>> = {
  'counts too small': `${HEADER}@@ -1,2 +1,2 @@\n a\n-b\n+B\n c`,
  'counts wrong in both directions': `${HEADER}@@ -1,9 +1,2 @@\n a\n-b\n+B\n c`,
  'counts too large, and a line end': `${HEADER}@@ -1,9 +1,9 @@\n a\n-b\n+B\n c\n`,
  'counts of a new file too large': '--- /dev/null\n+++ b/f\n@@ -0,0 +1,9 @@\n+a\n+b\n',
  'a closing fence': `Here:\n\n\`\`\`diff\n${HEADER}@@ -1,9 +1,9 @@\n a\n-b\n\`\`\`\n`,
  'a rename without a line end': 'diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y',
  'prose without a line end': `${HEADER}@@ -1 +1 @@\n-a\n+b\n\nindex is now b, done`,
  'a mode without a line end': 'diff --git a/x b/x\nold mode 100644\nnew mode 100755',
  'an empty file without a line end': 'diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29',
};
for (const [what, text] of Object.entries(WHOLE))
  test(`a text with ${what} is not cut off`, () => assert.notEqual(read(text), null, text));

test('a file that is created by the last line of a text, without an id, is created empty with a note', () => {
  assert.match(
    read('diff --git a/x b/x\nnew file mode 100644\n')?.notes ?? '',
    /^x: .* so it is created empty/,
  );
});

test('a line that begins with what only looks like a sign is named', () => {
  const line = (first: string) => fault(`${HEADER}@@ -1,3 +1,3 @@\n a\n${first}def f():\n+b\n`);
  assert.match(
    line('\u2212'),
    /^malformed 5: Line 5 of the patch, "\u2212def f\(\):", .*: it begins with U\+2212, which only looks like -\./,
  );
  assert.match(line('\u2013'), /U\+2013, which only looks like -/);
  assert.match(line('\uff0b'), /U\+FF0B, which only looks like \+/);
  assert.match(line('\u00a0'), /U\+00A0, which only looks like a space/);
  assert.match(line('\u00fc'), /"\u00fcdef f\(\):", stands inside a hunk without a prefix\. Every/);
});

test('a list right below a diff is refused as what it is', () => {
  const text = `${HEADER}@@ -1 +1 @@\n-a\n+b\n\n- please review\n- and merge\n`;
  assert.match(
    fault(text),
    /^malformed 7: Line 7 .*"- please review", reads as a changed line; .* may be the item of a list/,
  );
  assert.notEqual(read(text.replace('-1 +1 @@', '-1,4 +1,2 @@')), null, 'the counts say that it is content');
});

test('the rest of a series is refused where its last mail is cut off', () => {
  const series = (end: number) =>
    parseSeries(Buffer.from((MAIL + MAIL).slice(0, end)), { format: null }).kind;
  assert.deepEqual([series(2 * MAIL.length), series(2 * MAIL.length - 40)], ['series', 'faulty']);
});
