import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SYSTEM_PATH } from '../../../../src/adapters/git/environment.ts';
import { gitRepositories } from '../../../../src/adapters/git/open.ts';
import { accessTo } from '../../../../src/adapters/git/remote/access.ts';
import { gitMirrors } from '../../../../src/adapters/git/remote/mirrors.ts';
import { networkGit } from '../../../../src/adapters/git/remote/network-git.ts';
import { path } from '../world.ts';
import { aRemote, aWorkspace, makeMirror, openedRemote, type RemotePlace } from './world.ts';

/** Puts a program in the place of ssh; the search path that finds it. */
function instead(place: RemotePlace, script: string): string {
  const folder = join(place.root, 'bin');
  mkdirSync(folder);
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\nfor command; do :; done\n${script}\n`);
  chmodSync(join(folder, 'ssh'), 0o755);
  return `${folder}:${SYSTEM_PATH}`;
}

/** A commit with a file that no compression makes small. */
function pushLargeFile(place: RemotePlace): void {
  const blob = place.gitWith(randomBytes(2_000_000), {}, 'hash-object', '-w', '--stdin');
  const entries = `${place.git('ls-tree', 'main')}\n100644 blob ${blob}\tlarge\n`;
  const tree = place.gitWith(entries, {}, 'mktree');
  place.git('update-ref', 'refs/heads/main', place.git('commit-tree', '-p', 'main', '-m', 'Large', tree));
}

/** Opened as by one process, which knows nothing of what another one fetched in vain. */
async function overTheLine(t: TestContext, place: RemotePlace, searchPath: string) {
  const remote = { url: `ssh://git@localhost${place.gitDir}`, writers: 'others', credentials: null } as const;
  const gitDir = join(place.root, 'mirrors', 'demo.git');
  if (!existsSync(gitDir))
    await makeMirror(gitMirrors({ folder: dirname(gitDir), path: searchPath }), { remote });
  const scratch = join(place.root, 'scratch');
  const repositories = gitRepositories({ installation: 'ours', scratch, path: searchPath });
  const open = await repositories.open(aWorkspace(gitDir, remote));
  t.after(() => open.repository.close());
  return open.repository;
}

describe('a line that drops', () => {
  it('in the middle of a fetch leaves nothing that is taken for the whole', async (t) => {
    const place = aRemote(t);
    const cut = join(place.root, 'cut');
    const script = `[ -e ${cut} ] || exec sh -c "$command"\nsh -c "$command" | dd bs=4096 count=60 2>/dev/null\nexit 255`;
    const searchPath = instead(place, script);
    const first = await overTheLine(t, place, searchPath);
    pushLargeFile(place);
    writeFileSync(cut, '');
    const second = await overTheLine(t, place, searchPath);
    for (const opened of [first, first, second])
      await assert.rejects(opened.tip(), { code: 'remote_unreachable' });
    rmSync(cut);
    const packs = readdirSync(join(place.root, 'mirrors/demo.git/objects/pack'));
    assert.deepEqual(
      packs.filter((name) => name.startsWith('tmp_')),
      [],
    );
    for (const opened of [await overTheLine(t, place, searchPath), first]) {
      const { tree } = await opened.tip();
      const snapshot = await opened.snapshot(tree, [path('large')]);
      assert.equal(snapshot.get(path('large'))?.kind, 'file');
    }
  });
});

describe('what a remote sends', () => {
  /** A commit on a tree with one entry, written as it is told and checked by nobody. */
  function pushTree(place: RemotePlace, entry: string, id: string): void {
    const content = Buffer.concat([Buffer.from(`${entry}\0`), Buffer.from(id, 'hex')]);
    const tree = place.gitWith(content, {}, 'hash-object', '-t', 'tree', '-w', '--literally', '--stdin');
    place.git('update-ref', 'refs/heads/main', place.git('commit-tree', '-p', 'main', '-m', 'Odd', tree));
  }

  it('is not let in with a folder that git itself would obey', async (t) => {
    const place = aRemote(t);
    const { repository } = await openedRemote(t, place);
    pushTree(place, '40000 .git', place.git('rev-parse', 'main^{tree}'));
    await assert.rejects(repository.tip(), /hasDotgit/);
  });

  it('may have the slips that old versions of git made', async (t) => {
    const place = aRemote(t);
    const { repository } = await openedRemote(t, place);
    pushTree(place, '040000 src', place.git('rev-parse', 'main^{tree}'));
    assert.equal((await repository.tip()).commit, place.git('rev-parse', 'main'));
  });
});

describe('a command whose helper outlives it', () => {
  it('ends at its limit, though the helper left its group and keeps what it writes to', async (t) => {
    const place = aRemote(t);
    const note = join(place.root, 'helper');
    const searchPath = instead(place, `setsid sleep 300 & echo $! > ${note}; sleep 300`);
    const url = 'ssh://git@localhost/srv/a.git';
    const end = await networkGit({
      place: { searchPath, gitDir: place.gitDir, workTree: null },
      access: await accessTo({ url, credentials: null }),
      args: ['ls-remote', url],
      limitMs: 500,
    });
    assert.equal(end.exitCode, null);
    assert.match(end.stderr, /no end within 500 ms/);
    assert.equal(process.kill(Number(readFileSync(note, 'utf8'))), true);
  });

  it('is believed where only what it says of itself has no end', async (t) => {
    const place = aRemote(t);
    const note = join(place.root, 'helper');
    const searchPath = instead(
      place,
      `setsid sleep 300 >/dev/null & echo $! > ${note}; exec sh -c "$command"`,
    );
    const url = `ssh://git@localhost${place.gitDir}`;
    const end = await networkGit({
      place: { searchPath, gitDir: place.gitDir, workTree: null },
      access: await accessTo({ url, credentials: null }),
      args: ['ls-remote', url, 'refs/heads/main'],
      limitMs: 60_000,
    });
    assert.deepEqual([end.exitCode, end.stdout], [0, `${place.git('rev-parse', 'main')}\trefs/heads/main\n`]);
    assert.equal(process.kill(Number(readFileSync(note, 'utf8'))), true);
  });
});
