import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileEvidenceKeys } from '../../../src/adapters/files/evidence-keys.ts';
import { fileSightings } from '../../../src/adapters/files/sightings.ts';
import { fileTrust } from '../../../src/adapters/files/trust-store.ts';
import { keepTrust } from '../../../src/app/evidence/keep-trust.ts';
import { revokeKey } from '../../../src/app/evidence/revoke-key.ts';
import { rememberTrust } from '../../../src/app/verify/trusting.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { newestVersion } from '../../../src/core/evidence/trust/trust-file.ts';
import { systemClock } from '../../../src/platform/clock.ts';

describe('The trust file of an installation', () => {
  it('is made with its first key, and the same whoever makes it', async () => {
    const { needs, file } = await aHome();
    const [one, other] = await Promise.all([keepTrust(needs), keepTrust(needs)]);
    assert.deepEqual(one.bytes, other.bytes);
    assert.deepEqual(await readFile(file), Buffer.from(one.bytes));
    assert.equal(one.versions.length, 1);
  });

  it('has another version for each key that follows, and keeps those before it', async () => {
    const { needs } = await aHome();
    const first = await keepTrust(needs);
    await needs.evidenceSigner.rotate();
    await needs.evidenceSigner.rotate();
    const third = await keepTrust(needs);
    assert.deepEqual(
      third.versions.map(({ trust }) => trust.keys.map(({ until }) => until === null)),
      [[true], [false, true], [false, false, true]],
    );
    assert.equal(third.versions[0].digest, first.versions[0].digest);
    assert.deepEqual((await keepTrust(needs)).bytes, third.bytes);
  });

  it('is not written over where somebody changed it', async () => {
    const { needs, file } = await aHome();
    const { bytes } = await keepTrust(needs);
    await writeFile(file, Buffer.from(bytes).toString().replace('"sig":"', '"sig":"A'));
    await assert.rejects(keepTrust(needs), { code: 'integrity_broken' });
  });

  it('is not begun anew, nor taken up, where a newer one was seen', async () => {
    const { needs, file } = await aHome();
    const first = await keepTrust(needs);
    const { keyId } = await needs.evidenceSigner.newest();
    await revokeKey(needs, { key: keyId, since: 0 });
    await rememberTrust(needs, newestVersion((await keepTrust(needs)).versions));
    await writeFile(file, first.bytes);
    await assert.rejects(keepTrust(needs), /is at version 1; version 2 was seen before/);
    await rm(file);
    await assert.rejects(keepTrust(needs), /the trust file is gone; version 2 was seen before/);
  });

  it('loses neither of two versions that are made at the same moment', async () => {
    const { needs, file } = await aHome();
    const { keyId } = await needs.evidenceSigner.newest();
    await keepTrust(needs);
    await needs.evidenceSigner.rotate();
    const other = { ...needs, trust: fileTrust(dirname(file), 'here') };
    await Promise.all([keepTrust(other), revokeKey(needs, { key: keyId, since: 0 }), keepTrust(other)]);
    const { trust } = newestVersion((await keepTrust(needs)).versions);
    assert.deepEqual(
      trust.keys.map(({ revoked }) => revoked),
      ['1970-01-01T00:00:00.000Z', null],
    );
  });

  it('is not written by whoever read it before another version was there', async () => {
    const { needs } = await aHome();
    const { bytes } = await keepTrust(needs);
    assert.equal(await needs.trust.write(Buffer.from('{}'), { after: null }), 'changed');
    assert.deepEqual(await needs.trust.read(), Buffer.from(bytes));
  });
});

describe('What was seen', () => {
  it('is kept by name, each part by itself', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ghost-seen-'));
    const sightings = fileSightings(directory);
    const checkpoint = { size: 2, root: sha256('root') };
    await sightings.keep('a', { checkpoint });
    await sightings.keep('a', { trust: { version: 1, digest: sha256('trust') } });
    await sightings.keep('b', { checkpoint: { ...checkpoint, size: 3 } });
    assert.deepEqual(await fileSightings(directory).find('a'), {
      trust: { version: 1, digest: sha256('trust') },
      checkpoint,
      published: null,
      origin: null,
      verified: null,
    });
    const names = ['c', 'd', 'e', 'f'];
    await Promise.all(names.map((name) => fileSightings(directory).keep(name, { checkpoint })));
    for (const name of names) assert.deepEqual((await sightings.find(name)).checkpoint, checkpoint);
    await writeFile(join(directory, 'seen.json'), '{');
    await assert.rejects(sightings.find('a'), { code: 'integrity_broken' });
  });
});

async function aHome() {
  const directory = await mkdtemp(join(tmpdir(), 'ghost-trust-'));
  const evidenceSigner = fileEvidenceKeys({ directory: join(directory, 'keys'), now: () => 1_000 });
  return {
    needs: {
      evidenceSigner,
      trust: fileTrust(directory, 'here'),
      sightings: fileSightings(directory),
      clock: systemClock,
    },
    file: join(directory, 'trust.json'),
  };
}
