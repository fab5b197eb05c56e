import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SYSTEM_PATH } from '../../../src/adapters/git/environment.ts';
import { gitRepositories } from '../../../src/adapters/git/open.ts';
import { GhostError } from '../../../src/core/errors.ts';
import { aBareRepository, git } from '../../world/git.ts';
import { mounted, whyNotMounted } from '../../world/mounts.ts';
import { makePlace, temporary } from './world.ts';

/** Programs of the test's own, found before the system's. */
function programs(t: TestContext, scripts: Readonly<Record<string, string>>): string {
  const folder = temporary(t);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return `${folder}:${SYSTEM_PATH}`;
}

function probe(t: TestContext, path = SYSTEM_PATH) {
  return gitRepositories({ installation: 'ours', scratch: join(temporary(t), 'scratch'), path });
}

/** What the refusal says. */
async function refusal(examined: Promise<void>): Promise<string> {
  const error = await examined.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof GhostError, String(error));
  assert.equal(error.code, 'repository_unsuitable');
  return error.message;
}

/** A flock that says yes to everybody, as a network file system without locks does. */
const LIAR = `case "$1" in --version) exec /usr/bin/flock --version;; esac
while [ "\${1#--}" != "$1" ]; do shift; done
shift
exec "$@"`;

describe('examining the file system of a repository', () => {
  it('finds nothing wrong with a local one, and leaves nothing behind', async (t) => {
    const place = makePlace(t);
    await probe(t).examine(place.gitDir);
    await probe(t).examine(place.gitDir);
    assert.deepEqual(readdirSync(join(place.gitDir, 'ghost')), []);
  });

  it('may be asked by many at once', async (t) => {
    const { gitDir } = makePlace(t, 'bare');
    const repositories = probe(t);
    await Promise.all(Array.from({ length: 8 }, () => repositories.examine(gitDir)));
  });

  it('refuses one whose locks keep nobody out', async (t) => {
    const { gitDir } = makePlace(t);
    const message = await refusal(probe(t, programs(t, { flock: LIAR })).examine(gitDir));
    assert.match(message, /a lock \(flock\) between two processes was tried; got both, expected one/);
    assert.ok(message.startsWith(`${gitDir} does not serve: on its file system (`), message);
    assert.deepEqual(readdirSync(join(gitDir, 'ghost')), []);
  });

  it('refuses one on which nobody gets a lock', async (t) => {
    const { gitDir } = makePlace(t);
    const flock =
      'case "$1" in --version) exec /usr/bin/flock --version;; esac\necho "flock: $4: No locks available" >&2\nexit 71';
    assert.match(
      await refusal(probe(t, programs(t, { flock })).examine(gitDir)),
      /got .*No locks available, expected/,
    );
  });

  it('refuses one in which it may make no folder', async (t) => {
    const { gitDir } = makePlace(t);
    writeFileSync(join(gitDir, 'ghost'), 'in the way');
    assert.match(await refusal(probe(t).examine(gitDir)), /making a directory was tried; got EEXIST/);
  });

  const why = whyNotMounted();
  it('refuses a read-only one, and takes it when it is written again', { skip: why ?? false }, async (t) => {
    const disk = mounted(t, '16m');
    const gitDir = join(disk.path, 'repository.git');
    mkdirSync(gitDir);
    git(disk.path, 'clone', '-q', '--bare', aBareRepository(), gitDir);
    const repositories = probe(t);
    await repositories.examine(gitDir);
    disk.remount('ro');
    assert.match(
      await refusal(repositories.examine(gitDir)),
      /\(tmpfs\) .* got EROFS: read-only file system/,
    );
    assert.equal((await repositories.inspect(gitDir, null)).branch, 'main', 'it can still be looked at');
    disk.remount('rw');
    await repositories.examine(gitDir);
  });
});
