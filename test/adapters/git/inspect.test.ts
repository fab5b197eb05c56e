import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gitRepositories } from '../../../src/adapters/git/open.ts';
import { makePlace, opened, temporary, write } from './world.ts';

function probe(t: TestContext) {
  return gitRepositories({ installation: 'ours', scratch: join(temporary(t), 'scratch') });
}

describe('inspecting a path', () => {
  it('finds a bare repository and its branch', async (t) => {
    const place = makePlace(t, 'bare');
    const found = { gitDir: place.gitDir, workTree: null, branch: 'main' };
    assert.deepEqual(await probe(t).inspect(place.path, null), found);
  });

  it('finds a work tree from its root, from below, by its git directory and through a link', async (t) => {
    const place = makePlace(t);
    const found = { gitDir: place.gitDir, workTree: place.path, branch: 'main' };
    const link = join(place.root, 'a link');
    symlinkSync(place.path, link);
    for (const path of [place.path, join(place.path, 'src/deep'), place.gitDir, link]) {
      assert.deepEqual(await probe(t).inspect(path, null), found, path);
    }
  });

  it('finds the work tree in which the branch is checked out, linked ones included', async (t) => {
    const place = makePlace(t, 'linked');
    const main = join(place.root, 'seed');
    const { inspect } = probe(t);
    assert.deepEqual(await inspect(place.path, null), {
      gitDir: place.gitDir,
      workTree: place.path,
      branch: 'main',
    });
    assert.deepEqual(await inspect(main, 'main'), {
      gitDir: place.gitDir,
      workTree: place.path,
      branch: 'main',
    });
    assert.deepEqual(await inspect(place.path, 'other'), {
      gitDir: place.gitDir,
      workTree: main,
      branch: 'other',
    });
  });

  it('gives no work tree for a branch that is checked out nowhere', async (t) => {
    const place = makePlace(t);
    place.git('branch', 'team/side', 'main');
    const found = { gitDir: place.gitDir, workTree: null, branch: 'team/side' };
    assert.deepEqual(await probe(t).inspect(place.path, 'team/side'), found);
  });

  it('takes a shallow clone and refuses a partial one', async (t) => {
    const place = makePlace(t);
    const { inspect } = probe(t);
    write(join(place.gitDir, 'shallow'), `${place.git('rev-parse', 'main')}\n`);
    assert.equal((await inspect(place.path, null)).branch, 'main');
    place.git('config', 'remote.origin.promisor', 'true');
    await assert.rejects(inspect(place.path, null), { code: 'repository_invalid', message: /partial clone/ });
  });

  it('refuses what git cannot work with, and says why', async (t) => {
    const { inspect } = probe(t);
    const root = temporary(t);
    mkdirSync(join(root, 'plain'));
    await assert.rejects(inspect(join(root, 'plain'), null), { code: 'repository_invalid' });
    await assert.rejects(inspect(join(root, 'nowhere'), null), { code: 'repository_invalid' });
    const reftable = makePlace(t);
    reftable.git('config', 'core.repositoryFormatVersion', '1');
    reftable.git('config', 'extensions.refStorage', 'reftable');
    await assert.rejects(inspect(reftable.path, null), {
      code: 'repository_invalid',
      message: /refstorage/i,
    });
    const detached = makePlace(t);
    detached.git('checkout', '-q', '--detach');
    await assert.rejects(inspect(detached.path, null), { code: 'repository_invalid', message: /detached/ });
  });

  it('names the branches that there are when the wanted one is not', async (t) => {
    const place = makePlace(t);
    const { inspect } = probe(t);
    await assert.rejects(inspect(place.path, 'nope'), { code: 'branch_unknown', message: /it has main/ });
    await assert.rejects(inspect(place.path, '--all'), { code: 'branch_unknown' });
    place.git('symbolic-ref', 'HEAD', 'refs/heads/unborn');
    await assert.rejects(inspect(place.path, null), { code: 'branch_unknown' });
  });

  it('needs git and flock where it is told to look', async (t) => {
    const nothing = gitRepositories({ installation: 'ours', scratch: temporary(t), path: '/nonexistent' });
    await assert.rejects(nothing.inspect('/', null), { code: 'start_failed', message: /git was not found/ });
    const git = join(temporary(t), 'bin');
    mkdirSync(git);
    symlinkSync('/usr/bin/git', join(git, 'git'));
    const noFlock = gitRepositories({ installation: 'ours', scratch: temporary(t), path: git });
    await assert.rejects(noFlock.inspect('/', null), {
      code: 'start_failed',
      message: /flock was not found/,
    });
  });
});

it('a branch name cannot lead out of the repository', async (t) => {
  const place = makePlace(t);
  for (const branch of ['../../x', '/etc/x', 'a//b', '.hidden', 'a.lock', '-x', 'a b', 'a\nb', '', 'a/']) {
    await assert.rejects(opened(t, place, { branch }), { code: 'branch_unknown' }, JSON.stringify(branch));
  }
});
