import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { OutputStore } from '../../../src/adapters/files/output-store.ts';
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
    const [passed, failed] = [
      await outputs.keep(Buffer.from('passed')),
      await outputs.keep(Buffer.from('failed')),
    ];
    const fileOf = (digest: string) => join(directory, digest.slice(0, 2), `${digest.slice(2)}.zst`);
    await copyFile(fileOf(failed), fileOf(passed));
    await assert.rejects(outputs.read(passed), { code: 'integrity_broken' });
    await writeFile(fileOf(passed), 'no frames');
    await assert.rejects(outputs.read(passed), { code: 'integrity_broken' });
  });

  it('keeps anew what is damaged, whoever keeps it', async (t) => {
    const directory = await temporaryDirectory(t);
    const outputs = fileOutputs(directory);
    const digest = await outputs.keep(Buffer.from('passed'));
    const path = join(directory, digest.slice(0, 2), `${digest.slice(2)}.zst`);
    const keepers = [
      () => outputs.keep(Buffer.from('passed')),
      () => new OutputStore(directory).keep([Buffer.from('passed')]),
    ];
    for (const keep of keepers) {
      await writeFile(path, 'no frames');
      await keep();
      assert.equal(Buffer.from((await outputs.read(digest)) ?? []).toString(), 'passed');
    }
  });

  it('does not remove what was kept again after it was listed', async (t) => {
    const directory = await temporaryDirectory(t);
    const outputs = fileOutputs(directory);
    const digest = await outputs.keep(Buffer.from('said twice'));
    await utimes(join(directory, digest.slice(0, 2), `${digest.slice(2)}.zst`), 1, 1);
    const [listed] = await Array.fromAsync(outputs.list());
    await outputs.keep(Buffer.from('said twice'));
    await outputs.remove(digest, listed?.keptAt);
    assert.ok(await outputs.read(digest));
    const [again] = await Array.fromAsync(outputs.list());
    await outputs.remove(digest, again?.keptAt);
    assert.equal(await outputs.read(digest), null);
  });

  it('notices every bit of a kept output that is changed', async (t) => {
    const directory = await temporaryDirectory(t);
    const outputs = fileOutputs(directory);
    const digest = await outputs.keep(Buffer.from('passed\n'.repeat(20)));
    const path = join(directory, digest.slice(0, 2), `${digest.slice(2)}.zst`);
    const stored = await readFile(path);
    for (let bit = 0; bit < 8 * stored.length; bit += 1) {
      const changed = Buffer.from(stored);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await writeFile(path, changed);
      await assert.rejects(
        outputs.read(digest),
        { code: 'integrity_broken' },
        `bit ${bit} of ${8 * stored.length}`,
      );
    }
  });

  it('reads what was kept before outputs were compressed', async (t) => {
    const directory = await temporaryDirectory(t);
    const outputs = fileOutputs(directory);
    const digest = sha256('of old');
    await mkdir(join(directory, digest.slice(0, 2)));
    await writeFile(join(directory, digest.slice(0, 2), digest.slice(2)), 'of old');
    assert.equal(Buffer.from((await outputs.read(digest)) ?? []).toString(), 'of old');
    const part = await outputs.readPart(digest, { kind: 'last', bytes: 3 });
    assert.deepEqual(part && { ...part, bytes: Buffer.from(part.bytes).toString() }, {
      from: 3,
      bytes: 'old',
      total: 6,
    });
  });

  it('reads parts of a long one, compressed as a tool reads it', async (t) => {
    const directory = await temporaryDirectory(t);
    const outputs = fileOutputs(directory);
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => `line ${at}\n`).join(''));
    const digest = await outputs.keep(bytes);
    const [kept] = await Array.fromAsync(outputs.list());
    assert.equal(kept?.digest, digest);
    assert.ok((kept?.storedBytes ?? 0) < bytes.length / 2);
    for (const [from, length] of [
      [0, 10],
      [262_140, 10],
      [262_144, 1],
      [700_000, 300_000],
      [bytes.length - 5, 99],
    ] as const) {
      const part = await outputs.readPart(digest, { kind: 'range', from, bytes: length });
      assert.deepEqual(part?.bytes, bytes.subarray(from, from + length), `${from}`);
    }
    const last = await outputs.readPart(digest, { kind: 'last', bytes: 11 });
    assert.deepEqual(
      [last?.from, last?.total, `${last?.bytes}`],
      [bytes.length - 11, bytes.length, `${bytes.subarray(-11)}`],
    );
    await outputs.remove(digest);
    assert.equal(await outputs.read(digest), null);
  });
});
