import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault } from '../../../../src/core/change/fault.ts';
import { run } from '../world.ts';

const CODE = [
  'def total(items):',
  '    result = 0',
  '    for item in items:',
  '        result += item',
  '    return result',
  '',
  'def count(items):',
  '    return len(items)',
  '',
].join('\n');

function faultOf(file: string, patch: string): Fault {
  const result = run({ 'f.py': file }, patch);
  assert.ok(result.kind === 'refused', JSON.stringify(result));
  const [fault, ...more] = result.faults;
  assert.ok(fault !== undefined && more.length === 0, JSON.stringify(result.faults));
  return fault;
}

const diff = (...body: readonly string[]) => `--- a/f.py\n+++ b/f.py\n@@ @@\n${body.join('\n')}\n`;
const codex = (...body: readonly string[]) =>
  `*** Begin Patch\n*** Update File: f.py\n${body.join('\n')}\n*** End Patch\n`;
const blocks = (...pairs: readonly (readonly [string, string])[]) =>
  pairs
    .map(([old, fresh]) => `f.py\n<<<<<<< SEARCH\n${old}\n=======\n${fresh}\n>>>>>>> REPLACE\n`)
    .join('\n');

describe('lines that almost stand in a file', () => {
  it('are shown where they stand but for white space inside', () => {
    const fault = faultOf(CODE, diff(' def total( items ):', '-    result=0', '+    result = 1'));
    assert.equal(fault.code, 'hunk_not_found');
    assert.match(
      fault.message,
      /its 2 old lines do not stand in the file; with white space set aside they stand at lines 1-2/,
    );
    assert.deepEqual(fault.closest?.diff, [
      '-def total( items ):',
      '-    result=0',
      '+def total(items):',
      '+    result = 0',
    ]);
    assert.match(fault.hint, /from lines 1-2 of the file exactly/);
  });

  it('are listed where they stand several times but for white space', () => {
    const fault = faultOf('if (a) x()\nb\nif (a)  x()\n', diff('-if(a) x()', '+y()'));
    assert.match(fault.message, /with white space set aside they stand in 2 places, from lines 1, 3/);
    assert.deepEqual(fault.candidates, [1, 3]);
  });

  it('are told to be there, and not at the end as their chunk says', () => {
    const fault = faultOf(CODE, codex('@@', '-    result = 0', '+    result = 1', '*** End of File'));
    assert.match(
      fault.message,
      /where it says; they stand from line 2, and it says that they end the file, which has 8 lines/,
    );
  });

  it('are told to be there, and not below the line that their chunk names', () => {
    const fault = faultOf(CODE, codex('@@ def count(items):', '-    result = 0', '+    result = 1'));
    assert.match(fault.message, /they stand from line 2, which is not below "def count\(items\):"/);
  });

  it('are not looked for below a line that is not there, and the line that was meant is named', () => {
    const fault = faultOf(CODE, codex('@@ def totl(items):', '-    result = 0', '+    result = 1'));
    assert.match(fault.message, /names "def totl\(items\):", and no line of the file says so/);
    assert.match(fault.hint, /^Did you mean "def total\(items\):", on line 1\?/);
    const far = faultOf(CODE, codex('@@ class Anything', '-    result = 0', '+    result = 1'));
    assert.doesNotMatch(far.hint, /Did you mean/);
  });

  it('are looked at piece by piece where some are left out', () => {
    const twice = 'a1\nb1\nc1\nd1\na1\ne1\n';
    const often = faultOf(twice, diff(' a1', ' ...', '-d1', '+D1'));
    assert.equal(often.code, 'hunk_ambiguous');
    assert.deepEqual(often.candidates, [1, 5]);
    assert.match(often.message, /"a1" on \(1 line\) stands in 2 places, from lines 1, 5; expected one/);
    const gone = faultOf(twice, diff(' b1', ' ...', '-d2', '+D1'));
    assert.equal(gone.code, 'hunk_not_found');
    assert.match(gone.message, /"d2" on \(1 line\) stands nowhere/);
  });
});

describe('a fault speaks the form of its author', () => {
  it('of blocks, SEARCH and REPLACE', () => {
    const missing = faultOf(CODE, blocks(['    result = 7', '    result = 8']));
    assert.match(
      missing.message,
      /^f\.py, SEARCH\/REPLACE block 1 \(patch line \d+\): its SEARCH line does not stand/,
    );
    assert.match(missing.hint, /^Copy the SEARCH lines from line 2 of the file/);
    const often = faultOf('a\nb\na\n', blocks(['a', 'c']));
    assert.match(often.message, /its SEARCH line stands in 2 places, from lines 1, 3/);
    assert.match(often.hint, /into SEARCH and REPLACE, until SEARCH stands only once/);
    const done = faultOf(CODE, blocks(['    result = 7', '    result = 0']));
    assert.match(done.message, /its REPLACE lines already stand at line 2, and its SEARCH lines nowhere/);
    for (const { message, hint } of [missing, often, done]) assert.doesNotMatch(message + hint, /@@|hunk/);
  });

  it('of chunks, and the @@ line that names what stands above', () => {
    const often = faultOf('a\nb\na\n', codex('@@', '-a', '+c'));
    assert.match(often.message, /^f\.py, chunk 1 /);
    assert.match(often.hint, /name the class or function above them in an @@ line/);
    assert.doesNotMatch(often.hint, /counts/);
  });

  it('where a file is not there, in how each form creates one', () => {
    const hints = [
      [diff('-a', '+b'), /use --- \/dev\/null/],
      [codex('@@', '-a', '+b'), /use \*\*\* Add File/],
      [blocks(['a', 'b']), /leave SEARCH empty/],
    ] as const;
    for (const [patch, hint] of hints) {
      const result = run({}, patch);
      assert.equal(result.kind === 'refused' && result.faults[0]?.code, 'file_missing');
      assert.match((result.kind === 'refused' && result.faults[0]?.hint) || '', hint);
    }
  });

  it('of diffs, hunks and their headers', () => {
    const often = faultOf('a\nb\na\n', diff('-a', '+c'));
    assert.match(often.message, /^f\.py, hunk 1 /);
    assert.match(often.hint, /the right line number and counts in the @@ line/);
  });
});
