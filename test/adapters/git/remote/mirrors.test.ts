import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gitMirrors } from '../../../../src/adapters/git/remote/mirrors.ts';
import type { Remote } from '../../../../src/core/workspace.ts';
import type { Mirrors } from '../../../../src/ports/repository.ts';
import { aRemote, makeMirror, pushByOther, type RemotePlace } from './world.ts';

interface Site {
  readonly place: RemotePlace;
  readonly folder: string;
  readonly mirrors: Mirrors;
  remote(writers: Remote['writers']): Remote;
  discard(writers: Remote['writers']): Promise<boolean>;
}

function aSite(t: TestContext): Site {
  const place = aRemote(t);
  const folder = join(place.root, 'mirrors');
  const mirrors = gitMirrors({ folder });
  const remote = (writers: Remote['writers']) => ({ url: place.url, writers, credentials: null });
  const discard = async (writers: Remote['writers']) => {
    const hold = await mirrors.hold('demo');
    assert(hold !== null);
    const discarded = await hold.discard({ gitDir: join(folder, 'demo.git'), remote: remote(writers) });
    hold.release();
    return discarded;
  };
  return { place, folder, mirrors, remote, discard };
}

/** A commit on the branch of the copy, as one that landed there and never got to the remote. */
function landed({ place }: Site, gitDir: string): string {
  const at = `--git-dir=${gitDir}`;
  const commit = place.git(at, 'commit-tree', '-p', 'main', '-m', 'Landed, not pushed', 'main^{tree}');
  place.git(at, 'update-ref', 'refs/heads/main', commit);
  return commit;
}

describe('the copy of a remote that was left', () => {
  it('is neither overwritten nor removed, whoever writes the branch, while it has what the remote lacks', async (t) => {
    const site = aSite(t);
    const { gitDir } = await makeMirror(site.mirrors, { remote: site.remote('ghost') });
    const commit = landed(site, gitDir);
    for (const writers of ['ghost', 'others'] as const) assert.equal(await site.discard(writers), false);
    await assert.rejects(makeMirror(site.mirrors, { remote: site.remote('others') }), {
      code: 'repository_invalid',
      message: new RegExp(`it has ${commit}, which branch main of .* does not have; add it with --follower`),
    });
    const again = await makeMirror(site.mirrors, { remote: site.remote('ghost') });
    assert.equal(again.found, true);
    assert.equal(site.place.git(`--git-dir=${gitDir}`, 'rev-parse', 'main'), commit);
  });

  it('is not removed for the sake of another branch, nor while the remote does not answer', async (t) => {
    const site = aSite(t);
    const { gitDir } = await makeMirror(site.mirrors, { remote: site.remote('others') });
    site.place.git(`--git-dir=${gitDir}`, 'update-ref', 'refs/heads/main', landed(site, gitDir));
    site.place.git('update-ref', 'refs/heads/dev', 'main');
    await makeMirror(site.mirrors, { remote: site.remote('others'), branch: 'dev' });
    assert.equal(await site.discard('others'), false);
    site.place.git('update-ref', '-d', 'refs/heads/main');
    assert.equal(await site.discard('others'), false);
  });

  it('goes forward to where the remote is, and is removed though the remote has moved on', async (t) => {
    const site = aSite(t);
    const { gitDir } = await makeMirror(site.mirrors, { remote: site.remote('others') });
    const tip = pushByOther(site.place);
    await makeMirror(site.mirrors, { remote: site.remote('ghost') });
    assert.equal(site.place.git(`--git-dir=${gitDir}`, 'rev-parse', 'main'), tip);
    pushByOther(site.place);
    assert.equal(await site.discard('ghost'), true);
    assert.equal(existsSync(gitDir), false);
    assert.deepEqual(readdirSync(join(site.folder, '.unfinished')), []);
  });
});

describe('the name of a copy', () => {
  it('is held by one at a time, and free again for whoever comes next', async (t) => {
    const { mirrors } = aSite(t);
    const hold = await mirrors.hold('demo');
    assert.equal(await mirrors.hold('demo'), null);
    const other = await mirrors.hold('other');
    assert.notEqual(other, null);
    hold?.release();
    (await mirrors.hold('demo'))?.release();
    other?.release();
  });

  it('is free of what dead processes left unfinished; what others have in hand stays', async (t) => {
    const { mirrors, folder } = aSite(t);
    const busy = await mirrors.hold('busy');
    const unfinished = join(folder, '.unfinished');
    for (const name of ['demo~1', 'gone~2', 'busy~3']) {
      mkdirSync(join(unfinished, name, 'objects'), { recursive: true });
      writeFileSync(join(unfinished, name, 'HEAD'), 'half\n');
    }
    (await mirrors.hold('demo'))?.release();
    assert.deepEqual(readdirSync(unfinished), ['busy~3']);
    busy?.release();
    (await mirrors.hold('demo'))?.release();
    assert.deepEqual(readdirSync(unfinished), []);
  });
});

describe('a remote with more branches than an answer may be long', () => {
  const branches = 14_000;

  /** As `git pack-refs` would leave them. */
  function withBranches(place: RemotePlace): void {
    const tip = place.git('rev-parse', 'main');
    const names = Array.from(
      { length: branches },
      (_, at) => `refs/heads/bot/a-rather-long-name/package-${at}`,
    );
    const lines = [...names, 'refs/heads/main'].sort().map((name) => `${tip} ${name}\n`);
    writeFileSync(join(place.gitDir, 'packed-refs'), `# pack-refs with: sorted \n${lines.join('')}`);
  }

  it('is copied, and where the branch is not there a few of them are named', async (t) => {
    const { place, mirrors, remote } = aSite(t);
    withBranches(place);
    const to = { remote: remote('others') };
    assert.equal((await makeMirror(mirrors, { ...to, branch: null })).branch, 'main');
    const error = await makeMirror(mirrors, { ...to, branch: 'none' }).catch((thrown: Error) => thrown);
    assert(error instanceof Error);
    assert.match(
      error.message,
      /has no branch none; it has bot\/a-rather-long-name\/package-0, .* and others\.$/,
    );
    assert.ok(error.message.length < 700, `${error.message.length} characters`);
  });
});
