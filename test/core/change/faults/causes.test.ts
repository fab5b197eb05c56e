import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '../../../../src/core/change/bytes.ts';
import type { Fault } from '../../../../src/core/change/fault.ts';
import { suggestingPaths } from '../../../../src/core/change/faults/did-you-mean.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';
import type { Path } from '../../../../src/core/git.ts';
import { run, type Tree } from '../world.ts';

function onlyFault(tree: Tree, patch: string): Fault {
  const result = run(tree, patch);
  assert.ok(result.kind === 'refused', JSON.stringify(result));
  const [fault, ...more] = result.faults;
  assert.ok(fault !== undefined && more.length === 0, JSON.stringify(result.faults));
  return fault;
}

const diff = (...body: readonly string[]) => `--- a/f\n+++ b/f\n@@ @@\n${body.join('\n')}\n`;
const [NFC, NFD] = [utf8('caf\u00e9'), utf8('cafe\u0301')];

test('lines that differ in Unicode normalisation only are told so', () => {
  const fault = onlyFault({ f: `a\n${NFC}\n` }, diff(' a', `-${NFD}`, '+b'));
  assert.equal(fault.code, 'hunk_not_found');
  assert.match(
    fault.message,
    /with Unicode normalisation set aside they stand at lines 1-2, but accents have/,
  );
  assert.deepEqual(fault.candidates, [1]);
});

test('dashes that no reading makes those of the file are told as typography', () => {
  const fault = onlyFault({ f: 'a --- b\nx\n' }, diff(utf8(' a \u2014 b'), '-x'));
  assert.match(
    fault.message,
    /with typography set aside they stand at lines 1-2, but quotes, dashes or blanks/,
  );
});

test('a pattern that differs in normalisation or typography only is told so', () => {
  const replace = (old: string) => JSON.stringify({ edits: [{ kind: 'replace', path: 'f', old, new: 'y' }] });
  const accents = onlyFault({ f: `${NFC}\n` }, utf8(replace('cafe\u0301')));
  assert.deepEqual([accents.code, /Unicode normalisation/.test(accents.hint)], ['pattern_not_found', true]);
  const quotes = onlyFault({ f: 'say("a")\n' }, utf8(replace('say(\u201ca\u201d)')));
  assert.deepEqual([quotes.code, /typography/.test(quotes.hint)], ['pattern_not_found', true]);
});

function missing(path: string, known: readonly string[]): string {
  const fault = onlyFault({}, `--- a/${path}\n+++ b/${path}\n@@ @@\n-a\n+b\n`);
  assert.equal(fault.code, 'file_missing');
  return suggestingPaths([fault], known as readonly Path[])[0]?.hint ?? '';
}

test('a name in another Unicode normalisation is found, and told what differs', () => {
  const hint = missing(`src/${NFD}.ts`, ['src/cafes.ts', `src/${NFC}.ts`]);
  assert.match(
    hint,
    /^Did you mean src\/caf\u00e9\.ts\? Only the form of its accents differs \(Unicode normalisation\)/,
  );
  assert.match(hint, /one character each there, a letter and a mark each in the patch/);
});

test('a name in other letters of case is found, and told what differs', () => {
  const hint = missing('src/readme.MD', ['lib/readme.md', 'src/README.md']);
  assert.match(hint, /^Did you mean src\/README\.md\? Only the case of its letters differs\./);
});

for (const [what, patch] of Object.entries({
  'a diff': diff('-x', '+y'),
  'a replacement': JSON.stringify({ edits: [{ kind: 'replace', path: 'f', old: 'x', new: 'y' }] }),
  'a whole file': JSON.stringify({ edits: [{ kind: 'write', path: 'f', content: 'y\n' }] }),
  "git's diff": `diff --git a/f b/f\nindex 1234567..89abcde 100644\n${diff('-x', '+y')}`,
})) {
  test(`${what} for a symbolic link is told where that points to`, () => {
    const fault = onlyFault({ f: { mode: '120000', text: 'src/g' } }, patch);
    assert.equal(fault.code, 'mode_mismatch');
    assert.match(fault.message, /is a symbolic link to "src\/g"; expected a regular file/);
    assert.match(fault.hint, /name that one/);
  });
}

test('a name that Windows cannot hold has to become another one', () => {
  for (const name of ['what?.txt', 'NUL.txt', 'dir./x', '-rf']) {
    const fault = onlyFault({}, `--- /dev/null\n+++ b/${name}\n@@ -0,0 +1 @@\n+a\n`);
    assert.deepEqual([fault.code, /another name/.test(fault.hint)], ['path_refused', true], name);
  }
  const out = onlyFault({}, '--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+a\n');
  assert.match(out.hint, /relative to the top of the repository/);
  const git = onlyFault({}, '--- /dev/null\n+++ b/.git/config\n@@ -0,0 +1 @@\n+a\n');
  assert.match(git.hint, /what git keeps for itself/);
});

test('the second of two diffs for one line is told that the first has changed the file', () => {
  const second = '--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+z\n';
  const fault = onlyFault({ f: 'x\n' }, `${diff('-x', '+y')}${second}`);
  assert.equal(fault.code, 'hunk_not_found');
  assert.match(
    fault.message,
    /Line 1 of the patch has changed this file before, and its lines are told as they are after/,
  );
});

test('text of no form is told of all forms', () => {
  for (const text of ['Nothing here.\n', '\n']) {
    const parsed = parseChange(Buffer.from(text), { format: null });
    const hint = parsed.kind === 'faulty' ? parsed.faults[0]?.hint : '';
    assert.match(
      hint ?? '',
      /diff.*mail.*Begin Patch.*SEARCH\/REPLACE.*whole files.*JSON edits.*block.*docs\/formats\.md/,
    );
  }
});
