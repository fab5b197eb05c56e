import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { tryHome } from '../../src/main/try-home.ts';
import { temporaryFolder } from '../world/git.ts';
import { mounted, whyNotMounted } from '../world/mounts.ts';

describe('trying a home before anything is written there', () => {
  it('takes a local folder, and leaves nothing behind', async () => {
    const folder = temporaryFolder('home');
    await tryHome(folder);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('refuses a read-only one, with what was tried and where', {
    skip: whyNotMounted() ?? false,
  }, async (test) => {
    const disk = mounted(test, '1m');
    await tryHome(disk.path);
    disk.remount('ro');
    const message =
      /Ghost did not start: in .* \(tmpfs\) making a directory was tried; got EROFS: .*, expected to work\./;
    await assert.rejects(tryHome(disk.path), { code: 'start_failed', message });
  });
});
