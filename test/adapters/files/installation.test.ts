import assert from 'node:assert/strict';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openInstallation } from '../../../src/adapters/files/installation.ts';
import { temporaryDirectory } from './temporary.ts';

describe('openInstallation', () => {
  it('has the same identity at every start, closed to other users', async (t) => {
    const directories = await places(t);
    const first = await openInstallation(directories);
    assert.deepEqual(await openInstallation(directories), first);
    const file = join(directories.data, 'installation');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(directories.keys)).mode & 0o777, 0o700);
  });

  it('gives all processes that start at once one identity, and leaves nothing else behind', async (t) => {
    const directories = await places(t);
    const opened = await Promise.all(Array.from({ length: 10 }, () => openInstallation(directories)));
    assert.equal(new Set(opened.map(({ id }) => id)).size, 1);
    assert.deepEqual(await readdir(directories.data), ['installation']);
  });

  it('gives two installations different identities', async (t) => {
    const [one, two] = [await openInstallation(await places(t)), await openInstallation(await places(t))];
    assert.notEqual(one.id, two.id);
  });

  it('does not take a damaged identity for a new start', async (t) => {
    const directories = await places(t);
    await openInstallation(directories);
    await writeFile(join(directories.data, 'installation'), '');
    await assert.rejects(openInstallation(directories), { code: 'integrity_broken' });
  });
});

async function places(t: TestContext) {
  const home = await temporaryDirectory(t);
  return { data: join(home, 'data'), keys: join(home, 'keys') };
}
