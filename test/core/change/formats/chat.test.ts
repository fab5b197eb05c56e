import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, faultsOf, refusalOf, told } from './reading.ts';

const DIFF = '--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n k\n-x\n+y\n';
const BLOCK = '<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n';
const PATCH = '*** Begin Patch\n*** Delete File: a\n*** End Patch\n';
const JSON_EDITS = '{"edits": [{"kind": "delete", "path": "a"}]}\n';

function fenced(text: string, opening = '```diff'): string {
  return `${opening}\n${text}${opening.replace(/[^`~ ]+$/, '')}\n`;
}

test('several fenced diffs in one reply are one change, with prose and shell between', () => {
  const other = DIFF.replaceAll('x.c', 'z.c');
  const text = `First:\n\n${fenced(DIFF)}\nThen \`x\`:\n\n~~~diff\n${other}~~~\n\nRun:\n\`\`\`sh\nmake - \n\`\`\`\n`;
  const change = changeOf(text);
  assert.deepEqual(told(change), ['modify x.c: =k -x +y', 'modify z.c: =k -x +y']);
  assert.deepEqual(
    change.edits.map(({ span }) => span),
    [
      { firstLine: 4, lastLine: 9 },
      { firstLine: 15, lastLine: 20 },
    ],
  );
});

test('a hunk ends at its closing fence, and fences in its context do not end it', () => {
  const markdown = '--- a/a.md\n+++ b/a.md\n@@ @@\n ```sh\n-x\n+y\n ```\n';
  const expected = ['modify a.md: =```sh -x +y =```'];
  assert.deepEqual(told(changeOf(fenced(markdown))), expected);
  assert.deepEqual(told(changeOf(markdown)), expected);
});

test('a diff in an indented fence is read without the indent', () => {
  const text = `- do this:\n\n  \`\`\`diff\n${DIFF.replace(/^(?=.)/gm, '  ')}  \`\`\`\n`;
  assert.deepEqual(told(changeOf(text)), ['modify x.c: =k -x +y']);
});

test('heredocs around a diff are taken off', () => {
  for (const opening of ["git apply <<'EOF'", 'cat <<EOF | git apply', 'patch -p1 <<"EOF"']) {
    assert.deepEqual(told(changeOf(`${opening}\n${DIFF}EOF\nmake\n`)), ['modify x.c: =k -x +y'], opening);
    const shell = fenced(`cd repo\n${opening}\n${DIFF}EOF\ngit commit\n`, '```bash');
    assert.deepEqual(told(changeOf(`Run:\n${shell}`)), ['modify x.c: =k -x +y'], opening);
  }
});

test('a heredoc beside a diff in one fence loses neither', () => {
  const heredoc = `git apply <<'EOF'\n${DIFF}EOF\n`;
  const other = DIFF.replaceAll('x.c', 'z.c');
  assert.equal(changeOf(fenced(`${other}${heredoc}`)).edits.length, 2);
  assert.equal(changeOf(fenced(`${heredoc}${other}`)).edits.length, 2);
  assert.equal(changeOf(`${fenced(heredoc, '```sh')}\n${fenced(other)}`).edits.length, 2);
});

test('fenced JSON and YAML that nothing names go to their reader, with their lines', () => {
  assert.equal(changeOf(`Here:\n${fenced(JSON_EDITS, '```json')}`).format, 'json-edits');
  assert.match(refusalOf(`Here:\n\n${fenced('{"edits": [}\n', '```json')}`), /at 4/);
});

test('JSON of a patch is found in prose without a fence, and in the fences of Slack', () => {
  for (const text of [
    `Here:\n${JSON_EDITS}Thanks!\n`,
    `Do: \n\`\`\`${JSON_EDITS.trim()}\`\`\`\n`,
    `\`\`\`${JSON_EDITS}\`\`\``,
  ]) {
    assert.deepEqual(told(changeOf(text)), ['delete a'], text);
  }
  assert.match(refusalOf(`Here:\n\n{"edits": [}\n`), /at 3/);
  assert.match(refusalOf('Like {this}, or\n{that}.\n'), /^unknown_format/);
});

test('what looks like members of YAML in a diff or a block makes no data of it', () => {
  const yaml =
    'From: A <a@b.c>\nSubject: x\n\n--- a/x.yml\n+++ b/x.yml\n@@ -1,2 +1,2 @@\n mutations:\n-x\n+y\n';
  assert.deepEqual(told(changeOf(yaml)), ['modify x.yml: =mutations: -x +y']);
  assert.deepEqual(told(changeOf(`File: x.yml\n${BLOCK.replace('x\n', 'patch:\n')}`)), [
    'modify x.yml: -patch: +y',
  ]);
});

test('two forms in one text are refused, naming both and their lines', () => {
  assert.match(
    refusalOf(`x.c\n${BLOCK}\n${fenced(DIFF)}`),
    /^malformed at 9: .*a SEARCH\/REPLACE block at line 2 and a diff at line 9/,
  );
  assert.match(refusalOf(`${PATCH}\nx.c\n${BLOCK}`), /"\*\*\* Begin Patch" at line 1 and a SEARCH/);
  assert.match(refusalOf(`${DIFF}\n${PATCH}`), /a diff at line 1 and a "\*\*\* Begin Patch" at line 8/);
  assert.match(
    refusalOf(`x.c\n${BLOCK}\nb.ts\n\`\`\`\nwhole\n\`\`\`\n`),
    /SEARCH.* and a whole file in a fence at line 9/,
  );
  assert.match(refusalOf(`${fenced(DIFF)}${fenced(JSON_EDITS, '```json')}`), /a diff .* and a JSON or YAML/);
});

test('a named format counts alone, with prose and other forms around it', () => {
  const text = `x.c\n${BLOCK}\n${fenced(DIFF)}\n${PATCH}`;
  assert.deepEqual(told(changeOf(text, 'search-replace')), ['modify x.c: -x +y']);
  assert.deepEqual(told(changeOf(text, 'unified-diff')), ['modify x.c: =k -x +y']);
  assert.deepEqual(told(changeOf(text, 'begin-patch')), ['delete a']);
  assert.match(refusalOf(text, 'block-b'), /^malformed/);
  assert.match(refusalOf('Hello', 'whole-file'), /^empty_patch/);
  assert.match(refusalOf('Hello', 'search-replace'), /^empty_patch/);
});

test('marks in the content of another form are content', () => {
  const adds = (text: string) => text.replace(/^(?=.)/gm, '+');
  const docs = `${BLOCK}${PATCH}${JSON_EDITS}\`\`\`\n`;
  const lines = docs.trimEnd().split('\n').length;
  const diff = `--- /dev/null\n+++ b/docs.md\n@@ -0,0 +1,${lines} @@\n${adds(docs)}`;
  const expected = [`create docs.md: ${JSON.stringify(docs)}`];
  assert.deepEqual(told(changeOf(diff)), expected);
  assert.deepEqual(told(changeOf(`Adds docs:\n${fenced(diff)}`)), expected);
  const patch = `*** Begin Patch\n*** Add File: docs.md\n${adds(`${docs}${DIFF}`)}*** End Patch\n`;
  assert.deepEqual(told(changeOf(patch)), [`create docs.md: ${JSON.stringify(docs + DIFF)}`]);
  const [block] = changeOf(`docs.md\n<<<<<<< SEARCH\n=======\n${DIFF}${PATCH}>>>>>>> REPLACE\n`).edits;
  assert.ok(block?.kind === 'create' && block.content === DIFF + PATCH);
});

test('an unclosed fence around a diff is refused where it opens', () => {
  const [fault] = faultsOf(`Hi\n\`\`\`diff\n${DIFF}`);
  assert.deepEqual([fault?.code, fault?.patchLine], ['malformed', 2]);
});

test('a fence tagged as a diff that names no file is refused, and is never the content of one', () => {
  const headless = '```diff\n-x\n+y\n```\n';
  assert.match(refusalOf(`Do:\n${headless}`), /^malformed at 2: .*tagged as a diff/);
  assert.match(refusalOf(`x.c\n${headless}`), /^malformed at 2: .*tagged as a diff/);
  assert.match(refusalOf(`${fenced(DIFF)}\n${headless}`), /^malformed at 10: .*tagged as a diff/);
  assert.match(refusalOf(`x.c\n${BLOCK}\n${headless}`), /a diff at line 8/);
  assert.deepEqual(told(changeOf(`x.c\n${fenced(`index 1..2\n${DIFF}`)}`)), ['modify x.c: =k -x +y']);
  assert.deepEqual(told(changeOf(`x.diff\n${headless}`)), ['write x.diff: "-x\\n+y\\n"']);
});

test('a block that closes itself needs no closed fence', () => {
  assert.deepEqual(told(changeOf(`x.c\n\`\`\`\n${BLOCK}`)), ['modify x.c: -x +y']);
  assert.deepEqual(told(changeOf(`\`\`\`\n${PATCH}`)), ['delete a']);
});

test('a BOM and CRLF change nothing about what is recognised', () => {
  for (const text of [fenced(DIFF), `x.c\n${BLOCK}`, PATCH, `a.ts\n${fenced('x\n', '```ts')}`]) {
    const plain = changeOf(text);
    const windows = changeOf(`\xef\xbb\xbf${text.replaceAll('\n', '\r\n')}`);
    assert.equal(windows.format, plain.format);
    assert.deepEqual(
      windows.edits.map(({ kind, path, span }) => [kind, path, span]),
      plain.edits.map(({ kind, path, span }) => [kind, path, span]),
    );
  }
});

test('prose alone is no patch', () => {
  assert.match(refusalOf('I would change `a.c` so that x <<<<<<< SEARCH is not found.\n'), /^unknown_format/);
});
