import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockChange, blockRefusal, editsOf } from './reading.ts';

const edits = (...mutations: readonly unknown[]) => editsOf(blockChange({ blockId: 'x', mutations }));
const refusal = (mutation: unknown, root: string | null = null) =>
  blockRefusal({ blockId: 'x', mutations: [mutation] }, { root });

test('each way of saying a mutation', () => {
  assert.deepEqual(
    edits(
      { path: 'a', contents: 'x', mode: '0755' },
      { path: 'b', op: 'upsert', content: '' },
      { path: 'c', pattern: 'x', replacement: '', mode: '+x' },
      { path: 'd', contents: 'new\n', insertAfter: 'old' },
      { path: 'e', contents: 'new\n', insertBefore: 'old' },
      { path: 'f', contents: 'new\n', insertAt: 'top' },
      { path: 'g', contents: 'new\n', insertAt: 'end' },
      { path: 'h', op: 'delete' },
      { path: 'i', op: 'chmod', mode: 493 },
      { path: 'j', mode: '644' },
    ),
    [
      'write a 100755 "x"',
      'write b null ""',
      'replace c "x" by ""',
      'mode c 100755',
      'insert d after "old": "new\\n"',
      'insert e before "old": "new\\n"',
      'insert f start "": "new\\n"',
      'insert g end "": "new\\n"',
      'delete h',
      'mode i 100755',
      'mode j 100644',
    ],
  );
});

test('what can be meant in two ways, or not be done, is refused with its reason', () => {
  const said: readonly (readonly [mutation: object, says: RegExp])[] = [
    [{ contents: 'x', pattern: 'y', replacement: 'z' }, /has pattern and contents; expected one thing to do/],
    [{ contents: 'x', insertAfter: 'y', insertAt: 'end' }, /has insertAfter and insertAt and contents/],
    [{ op: 'delete', contents: 'x' }, /has "op": "delete" and contents/],
    [{ op: 'rename', contents: 'x' }, /op is the text "rename"; expected "upsert", "delete" or "chmod"/],
    [{}, /says nothing to do: it has no contents, no pattern and no mode/],
    [{ pattern: 'x' }, /Field mutations\[0\]\.replacement is missing/],
    [{ contents: { a: 1 } }, /Field mutations\[0\]\.contents is an object; expected a text/],
    [
      { contents: 'x', insertAt: 12 },
      /insertAt is 12; expected "start" or "end": a line number .* line numbers move/,
    ],
    [{ contents: 'x', insertAt: 'line 12' }, /line numbers move/],
    [{ contents: 'x', insertAt: 'somewhere' }, /it names no place/],
    [{ contents: 'x', insertAfter: '.*' }, /a regular expression for any text/],
    [
      { pattern: 'x', replacement: 'y', fallback: 'append' },
      /fallback is the text "append", which is not done/,
    ],
    [
      { pattern: 'x', replacement: 'y', replaceAll: true },
      /replaceAll is true, which is not done: a pattern stands/,
    ],
    [{ pattern: 'x', replacement: 'y', flags: 'g' }, /regular expressions are never run/],
    [{ contents: 'eA==', encoding: 'base64' }, /encoding is the text "base64"/],
    [{ op: 'chmod', mode: '0600' }, /mode is the text "0600"; expected "0644" or "0755": git keeps no other/],
    [{ op: 'chmod' }, /mode is missing; expected "0644" or "0755"/],
  ];
  for (const [mutation, says] of said) assert.match(refusal({ path: 'a', ...mutation }), says);
});

test('what asks for no more than is done anyway is taken', () => {
  const strict = { regex: false, fallback: 'fail', count: 1, encoding: 'UTF-8', flags: '' };
  assert.deepEqual(edits({ path: 'a', pattern: 'x', replacement: 'y', ...strict }), ['replace a "x" by "y"']);
});

test('absolute paths are taken below the workspace’s folder and nowhere else', () => {
  const block = (path: string) => ({ blockId: 'x', mutations: [{ path, contents: 'x' }] });
  const change = blockChange(block('/srv/app/lib/a.js'), { root: '/srv/app' });
  assert.deepEqual(editsOf(change), ['write lib/a.js null "x"']);
  assert.deepEqual(change.notes, ["absolute paths were taken relative to the workspace's folder"]);
  for (const path of ['/srv/app', '/srv/application/a', '/etc/passwd', '/']) {
    assert.match(
      refusal({ path, contents: 'x' }, '/srv/app'),
      /^path_refused at 5: .*not below the folder/,
      path,
    );
  }
  assert.match(
    refusal({ path: '/srv/app/../x', contents: '' }, '/srv/app'),
    /^path_refused .* the segment "\.\."/,
  );
  assert.match(
    refusal({ path: '/srv/app/.git/hooks/x', contents: '' }, '/srv/app'),
    /^path_refused .*own directory/,
  );
  assert.match(refusal({ path: '/srv/app/a', contents: 'x' }), /has no folder of its own/);
  for (const path of ['~/x', '$HOME/x'])
    assert.match(refusal({ path, contents: 'x' }), /no shell expands paths here/);
});

test('a shell line that cannot fail is no check, and refused as one', () => {
  const block = (...shell: readonly string[]) => ({
    blockId: 'x',
    mutations: [{ path: 'a', contents: 'x' }],
    validate: { shell },
  });
  for (const line of ['npm test || true', 'npm test; exit 0', "echo 'done'", 'true', '', 'npm test &']) {
    assert.match(
      blockRefusal(block('npm test', line)),
      /^check_vacuous at 12: Field validate\.shell\[1\], ".*", is no check, since it cannot fail: /,
      line,
    );
  }
  assert.match(
    blockRefusal(block(...Array(21).fill('npm test'))),
    /^too_large .* the patch has more than 20 shell lines/,
  );
  const seven = { shell: Array(7).fill('npm test') };
  const spread = { ...block(), preMutationValidation: seven, postMutationBuild: seven, validate: seven };
  assert.match(
    blockRefusal(spread),
    /^too_large .* With field validate the patch has more than 20 shell lines/,
  );
  const long = block(`npm test #${'x'.repeat(20_000)}`);
  assert.match(blockRefusal(long), /^too_large .* a shell line of 20010 characters/);
  assert.match(
    blockRefusal({ ...block(), validate: 7 }),
    /Field validate is 7; expected a list of shell lines/,
  );
});
