import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sha256 } from '../../../src/core/digest.ts';
import { keyOfFile } from '../../../src/core/inbox/file-key.ts';
import { kindOfName, stopIn } from '../../../src/core/inbox/inbox-name.ts';

it('a hidden file, an unfinished one and a hold are not looked at', () => {
  for (const name of ['.x.diff', 'x.diff.part', 'x.tmp', 'x.diff~', 'x.crdownload', 'x.diff.hold', '.stop'])
    assert.equal(kindOfName(name), 'ignored', name);
});

it('any other name may be a patch, whatever it ends in', () => {
  for (const name of ['x', 'x.diff', '0001-x.patch', 'x.part.diff', 'ä b\n.txt', 'stop', 'x.receipt.json'])
    assert.equal(kindOfName(name), 'offered', name);
});

it('a name without a form in text, or without room behind it, cannot be taken', () => {
  assert.equal(kindOfName('x\ufffd.diff'), 'unusable');
  assert.equal(kindOfName('x'.repeat(200)), 'offered');
  assert.equal(kindOfName('x'.repeat(201)), 'unusable');
  assert.equal(kindOfName('ä'.repeat(101)), 'unusable');
});

it('a stop or a hold without a name stops its folder', () => {
  assert.equal(stopIn(['a', '.stop']), '.stop');
  assert.equal(stopIn(['.hold', 'a']), '.hold');
  assert.equal(stopIn(['a.hold', 'a', 'stop']), null);
});

it('the key of a file is none that a header can carry', () => {
  const key = keyOfFile({ workspace: 'app', name: 'x.diff', digest: sha256('content') });
  assert.match(key, /^inbox [0-9a-f]{64}$/);
});

it('the key of a file changes with its workspace, its name and its content, and with nothing else', () => {
  const file = { workspace: 'app', name: 'x.diff', digest: sha256('content') };
  const key = keyOfFile(file);
  assert.equal(keyOfFile({ ...file }), key);
  for (const other of [{ workspace: 'ap' }, { name: 'y.diff' }, { digest: sha256('other') }])
    assert.notEqual(keyOfFile({ ...file, ...other }), key);
  const shifted = { workspace: 'app\0x', name: 'diff', digest: file.digest };
  assert.notEqual(keyOfFile(shifted), keyOfFile({ ...shifted, workspace: 'app', name: 'xdiff' }));
});
