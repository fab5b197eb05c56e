import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileOutputs } from '../../../src/adapters/files/outputs.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { folderNameOf } from '../../../src/platform/process-folder.ts';
import { identify } from '../../../src/platform/process-identity.ts';
import { aDeadProcess } from './dead-process.ts';
import { temporaryDirectory } from './temporary.ts';

describe('fileOutputs', () => {
  it('gives back the bytes under their digest', async (t) => {
    const outputs = fileOutputs(join(await temporaryDirectory(t), 'outputs'));
    const bytes = randomBytes(100_000);
    const digest = await outputs.keep(bytes);
    assert.equal(digest, sha256(bytes));
    assert.deepEqual(Buffer.from((await outputs.read(digest)) ?? []), bytes);
  });

  it('keeps the same bytes once, also when kept at the same time', async (t) => {
    const directory = await temporaryDirectory(t);
    const outputs = fileOutputs(directory);
    await Promise.all(Array.from({ length: 5 }, () => outputs.keep(Buffer.from('same'))));
    const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    assert.equal(files.length, 1);
  });

  it('keeps them from other users of the machine', async (t) => {
    const home = await temporaryDirectory(t);
    await fileOutputs(join(home, 'outputs')).keep(Buffer.from('printed'));
    const names = await readdir(home, { recursive: true });
    const modes = await Promise.all(names.map(async (name) => (await stat(join(home, name))).mode & 0o077));
    assert.deepEqual([names.length, ...modes], [3, 0, 0, 0]);
  });

  it('takes away what processes that are gone had begun to keep', async (t) => {
    const directory = await temporaryDirectory(t);
    const [dead, living] = [await aDeadProcess(), identify(process.pid)];
    assert.ok(living);
    const digest = sha256('half');
    const left = [dead, living].map((owner) => `.${digest}.1.${folderNameOf(owner)}.tmp`);
    for (const name of left) await writeFile(join(directory, name), 'ha');
    const outputs = fileOutputs(directory);
    assert.equal(await outputs.keep(Buffer.from('half')), digest);
    assert.deepEqual((await readdir(directory)).sort(), [left[1], digest.slice(0, 2)]);
    assert.equal(Buffer.from((await outputs.read(digest)) ?? []).toString(), 'half');
  });

  it('keeps the empty output', async (t) => {
    const outputs = fileOutputs(await temporaryDirectory(t));
    assert.equal((await outputs.read(await outputs.keep(new Uint8Array())))?.length, 0);
  });

  it('knows nothing of other digests and never leaves its directory', async (t) => {
    const directory = await temporaryDirectory(t);
    await writeFile(join(directory, 'secret'), 'x');
    const outputs = fileOutputs(join(directory, 'outputs'));
    assert.equal(await outputs.read(sha256('nothing')), null);
    assert.equal(await outputs.read('../../secret' as never), null);
  });

  it('notices that a kept output was changed', async (t) => {
    const directory = await temporaryDirectory(t);
    const outputs = fileOutputs(directory);
    const digest = await outputs.keep(Buffer.from('passed'));
    await writeFile(join(directory, digest.slice(0, 2), digest.slice(2)), 'failed');
    await assert.rejects(outputs.read(digest), { code: 'integrity_broken' });
  });
});
