import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileEvidence } from '../../../src/adapters/files/evidence.ts';
import { fileEvidenceKeys } from '../../../src/adapters/files/evidence-keys.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { isSignedBy } from '../../../src/core/evidence/ed25519.ts';
import { patchId } from '../../../src/core/patch/id.ts';
import { temporaryFolder } from '../../world/git.ts';

const ID = patchId('01JDB0000000000000000000AA');

function keysIn(directory: string) {
  return fileEvidenceKeys({ directory, now: () => 1_000 });
}

describe('keys of evidence', () => {
  it('are made once, whoever starts at the same moment, and nobody else can read them', async () => {
    const directory = temporaryFolder('keys');
    const made = await Promise.all(Array.from({ length: 8 }, () => keysIn(directory).newest()));
    assert.equal(new Set(made.map(({ keyId }) => keyId)).size, 1);
    assert.deepEqual(readdirSync(directory), ['evidence-1.json']);
    assert.equal(statSync(join(directory, 'evidence-1.json')).mode & 0o777, 0o600);
  });

  it('sign the same bytes the same way, for everybody who has the public half', async () => {
    const key = await keysIn(temporaryFolder('keys')).newest();
    const bytes = Buffer.from('what landed');
    assert.deepEqual(key.sign(bytes), key.sign(bytes));
    assert.ok(isSignedBy(key.publicKey, bytes, key.sign(bytes)));
    assert.ok(!isSignedBy(key.publicKey, Buffer.from('something else'), key.sign(bytes)));
  });

  it('are rotated in a running process too, and none is lost', async () => {
    const directory = temporaryFolder('keys');
    const running = keysIn(directory);
    const first = await running.newest();
    await Promise.all([keysIn(directory).rotate(), keysIn(directory).rotate()]);
    const [newest, ...others] = await running.keys();
    assert.equal((await running.newest()).keyId, newest?.keyId);
    assert.equal(others.at(-1)?.keyId, first.keyId);
  });

  it('are not read from a file that holds something else, whose text is told to nobody', async () => {
    const directory = temporaryFolder('keys');
    writeFileSync(join(directory, 'evidence-1.json'), '{"d":"a secret"}');
    await assert.rejects(keysIn(directory).newest(), (error: Error) => {
      assert.match(error.message, /evidence-1\.json does not hold a signing key on Ed25519/);
      assert.doesNotMatch(error.message, /a secret/);
      return true;
    });
  });
});

describe('bundles', () => {
  it('stand side by side, by patch and content, and what is not there is null', async () => {
    const evidence = fileEvidence(join(temporaryFolder('evidence'), 'made'));
    const one = await evidence.keep(ID, Buffer.from('one\n'));
    const other = await evidence.keep(ID, Buffer.from('other\n'));
    assert.equal(await evidence.keep(ID, Buffer.from('one\n')), one);
    assert.equal(String(await evidence.read(ID, one)), 'one\n');
    assert.equal(String(await evidence.read(ID, other)), 'other\n');
    assert.equal(await evidence.read(ID, sha256('none')), null);
  });
});
