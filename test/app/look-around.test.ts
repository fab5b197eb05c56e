import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { applyToTip } from '../../src/app/apply-change.ts';
import type { Fault } from '../../src/core/change/fault.ts';
import { makePlace, opened } from '../adapters/git/world.ts';

const CODE = 'import os\n\ndef total(items):\n    return sum(items)\n';

async function faultsOf(t: TestContext, files: Record<string, string>, patch: string) {
  const open = await opened(t, makePlace(t, 'checked out', { files }));
  const fitted = await applyToTip(open, await open.repository.tip(), {
    ...{
      body: Buffer.from(patch),
      reading: { format: null },
      allowPaths: [],
      loosest: 'gap',
      merge: 'never',
      text: 'new',
    },
  });
  assert.ok(fitted.kind === 'faulty');
  return fitted.faults;
}

function only(faults: readonly Fault[]): Fault {
  const [fault, ...more] = faults;
  assert.ok(fault !== undefined && more.length === 0, JSON.stringify(faults));
  return fault;
}

const change = (path: string) =>
  `--- a/${path}\n+++ b/${path}\n@@ @@\n def total(items):\n-    return sum(items)\n+    return 0\n`;

describe('a patch that does not fit is held against what is near', () => {
  it('lines that stand in a file of the same name elsewhere are found there', async (t) => {
    const files = { 'app/sums.py': 'pass\n', 'lib/math/sums.py': CODE };
    const fault = only(await faultsOf(t, files, change('app/sums.py')));
    assert.deepEqual([fault.code, fault.foundIn], ['hunk_not_found', 'lib/math/sums.py']);
    assert.match(fault.hint, /lib\/math\/sums\.py/);
  });

  it('and so are those in a file of the same folder, unless two have them', async (t) => {
    const files = { 'app/sums.py': 'pass\n', 'app/totals.py': CODE };
    assert.equal(only(await faultsOf(t, files, change('app/sums.py'))).foundIn, 'app/totals.py');
    const both = { ...files, 'app/more.py': CODE };
    assert.equal(only(await faultsOf(t, both, change('app/sums.py'))).foundIn, null);
  });

  it('but a short line alone, which may stand anywhere, is not looked for', async (t) => {
    const files = { 'app/sums.py': 'pass\n', 'app/totals.py': CODE };
    const patch = '--- a/app/sums.py\n+++ b/app/sums.py\n@@ @@\n-import os\n+import sys\n';
    assert.equal(only(await faultsOf(t, files, patch)).foundIn, null);
  });

  it('a file that is not there may have been meant to be another one', async (t) => {
    const files = { 'src/app/sums.py': CODE, 'src/app/names.py': 'pass\n', 'test/sums.py': 'pass\n' };
    const meant = async (path: string) => only(await faultsOf(t, files, change(path))).hint;
    assert.match(
      await meant('project/src/app/sums.py'),
      /^Did you mean src\/app\/sums\.py or test\/sums\.py\?/,
    );
    assert.match(await meant('src/app/Sums.py'), /^Did you mean src\/app\/sums\.py/);
    assert.match(await meant('src/app/sms.py'), /^Did you mean src\/app\/sums\.py\?/);
    assert.match(await meant('src/ap/names.py'), /^Did you mean src\/app\/names\.py\?/);
    assert.doesNotMatch(await meant('docs/unlike/anything.txt'), /Did you mean/);
  });

  it('tells of each file how many lines it has and which blob it is', async (t) => {
    const fault = only(await faultsOf(t, { f: 'one\ntwo\n' }, '--- a/f\n+++ b/f\n@@ @@\n-three\n+four\n'));
    assert.deepEqual(fault.file, { lines: 2, blob: '814f4a422927b82f5f8a43f8fab6d3839e3983f2' });
  });
});
