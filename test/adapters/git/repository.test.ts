import assert from 'node:assert/strict';
import { chmodSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { FileChange } from '../../../src/core/change/change.ts';
import { change, FILES, type Kind, makePlace, opened, type Place, path, write } from './world.ts';

const ODD = 'with space/new\nline/ünïcode.txt';

/** The tree that git itself makes of the tip with `files` changed, in an index of its own. */
function treeByGit(place: Place, files: readonly FileChange[]): string {
  const env = { GIT_INDEX_FILE: join(place.root, 'index-by-git') };
  place.gitWith('', env, 'read-tree', 'main');
  for (const { path: name, after } of files) {
    const raw = Buffer.from(name, 'latin1').toString('utf8');
    if (after === null)
      place.gitWith(`0 ${'0'.repeat(40)}\t${raw}\0`, env, 'update-index', '-z', '--index-info');
    else {
      const id = place.gitWith(Buffer.from(after.bytes), {}, 'hash-object', '-w', '--stdin');
      place.gitWith(`${after.mode} ${id}\t${raw}\0`, env, 'update-index', '-z', '--index-info');
    }
  }
  return place.gitWith('', env, 'write-tree');
}

const CHANGES: Readonly<Record<string, readonly FileChange[]>> = {
  'a modified file': [change('src/one.ts', 'uno\n')],
  'a new file in new directories': [change('x/y/z.txt', 'z\n')],
  'names with spaces, newlines and UTF-8': [change(ODD, 'odd\n'), change('src/ä', 'ä\n')],
  'an executable file and a symbolic link': [
    change('bin/run', '#!/bin/sh\n', '100755'),
    change('link', 'src/one.ts', '120000'),
  ],
  'a directory that loses its last file': [change('src/deep/er/three.ts', null)],
  'a file that becomes a directory': [change('sort.a', null), change('sort.a/b', 'b\n')],
  'a directory that becomes a file': [change('sort/b', null), change('sort', 'file\n')],
  'names between which a directory sorts by its slash': [change('sort-', 'x\n'), change('sort/c', 'c\n')],
  'nothing but the mode': [change('src/one.ts', 'one\n', '100755')],
  'no file at all': [],
};

for (const kind of ['bare', 'checked out', 'linked'] satisfies Kind[]) {
  describe(`a ${kind} repository`, () => {
    it('builds the trees that git builds', async (t) => {
      const place = makePlace(t, kind);
      const { repository } = await opened(t, place);
      const tip = await repository.tip();
      for (const [label, files] of Object.entries(CHANGES)) {
        assert.equal(await repository.buildTree(tip.tree, files), treeByGit(place, files), label);
      }
      place.git('fsck', '--strict');
    });

    it('builds a tree as deep as a path may be', async (t) => {
      const place = makePlace(t, kind);
      const { repository } = await opened(t, place);
      const deep = `${'d/'.repeat(2040)}file`;
      const tree = await repository.buildTree((await repository.tip()).tree, [change(deep, 'x\n')]);
      const seen = await repository.snapshot(tree, [path(deep)]);
      assert.equal(seen.get(path(deep))?.kind, 'file');
    });

    it('tells tip, and what stands at paths and above them', async (t) => {
      const place = makePlace(t, kind);
      const { repository } = await opened(t, place);
      const tip = await repository.tip();
      assert.equal(tip.commit, place.git('rev-parse', 'main'));
      assert.equal(tip.tree, place.git('rev-parse', 'main^{tree}'));
      assert.equal(tip.committedAt, 1_700_000_000);
      const seen = await repository.snapshot(tip.tree, ['src/one.ts', 'src/one.ts/x', 'no/where'].map(path));
      assert.deepEqual([...seen].map(([name, standing]) => `${name} ${standing.kind}`).sort(), [
        ' directory',
        'no absent',
        'no/where absent',
        'src directory',
        'src/one.ts file',
        'src/one.ts/x absent',
      ]);
      const above = seen.get(path('src'));
      assert.deepEqual(
        above?.kind === 'directory' && above.names,
        place.git('ls-tree', '--name-only', 'main:src').split('\n'),
      );
      const standing = seen.get(path('src/one.ts'));
      assert.ok(standing?.kind === 'file');
      assert.equal(standing.mode, '100644');
      assert.equal(standing.blob, place.git('rev-parse', 'main:src/one.ts'));
      assert.equal(Buffer.from(standing.bytes).toString(), 'one\n');
    });
  });
}

describe('commits', () => {
  it('are the ones that git commit-tree makes, in SHA-1 and in SHA-256', async (t) => {
    for (const format of ['sha1', 'sha256'] as const) {
      const place = makePlace(t, 'bare', { format });
      const { repository, history } = await opened(t, place);
      const tip = await repository.tip();
      const tree = await repository.buildTree(tip.tree, [change('src/ü', 'ü\n')]);
      const message = 'Grüße\n\nGhost-Patch: p_9\nGhost-Seq: 3\n';
      const draft = { tree, parent: tip.commit, message, date: 1_700_000_100 };
      const env = {
        GIT_AUTHOR_NAME: 'Ghost',
        GIT_AUTHOR_EMAIL: 'ghost@localhost',
        GIT_COMMITTER_NAME: 'Ghost',
        GIT_COMMITTER_EMAIL: 'ghost@localhost',
        GIT_AUTHOR_DATE: '@1700000100 +0000',
        GIT_COMMITTER_DATE: '@1700000100 +0000',
      };
      const expected = place.gitWith(message, env, 'commit-tree', tree, '-p', tip.commit);
      const commit = await repository.commit(draft);
      assert.equal(commit, expected);
      assert.equal(await repository.commit(draft), commit, 'again, the same id');
      assert.equal(commit.length, format === 'sha1' ? 40 : 64);
      assert.equal((await history.commit(commit))?.patch, 'p_9');
      place.git('fsck', '--strict', '--unreachable');
    }
  });

  it('cannot be smuggled a NUL', async (t) => {
    const { repository } = await opened(t, makePlace(t, 'bare'));
    const tip = await repository.tip();
    const draft = { tree: tip.tree, parent: tip.commit, message: 'a\0b', date: 1 };
    await assert.rejects(repository.commit(draft), /NUL/);
  });
});

describe('objects', () => {
  it('are read-only files, and a torn one left by a power cut is replaced', async (t) => {
    const place = makePlace(t, 'bare');
    const { repository } = await opened(t, place);
    const tip = await repository.tip();
    const files = [change('fresh.txt', 'fresh content\n')];
    await repository.buildTree(tip.tree, files);
    const id = place.gitWith('fresh content\n', {}, 'hash-object', '--stdin');
    const file = join(place.gitDir, 'objects', id.slice(0, 2), id.slice(2));
    assert.equal(statSync(file).mode & 0o777, 0o444);
    truncateSync(file, 0);
    assert.throws(() => place.git('cat-file', 'blob', id));
    await repository.buildTree(tip.tree, files);
    assert.equal(place.git('cat-file', 'blob', id), 'fresh content');
    const left = readdirSync(join(place.gitDir, 'objects'), { recursive: true, encoding: 'utf8' });
    assert.deepEqual(
      left.filter((name) => name.includes('tmp_obj')),
      [],
    );
  });

  it('that are there already are not written again', async (t) => {
    const place = makePlace(t);
    const { repository } = await opened(t, place);
    const tip = await repository.tip();
    const count = () => place.git('count-objects');
    const before = count();
    assert.equal(await repository.buildTree(tip.tree, [change('src/one.ts', 'one\n')]), tip.tree);
    assert.equal(count(), before);
  });

  it('are read through replaced refs and grafts unchanged', async (t) => {
    const place = makePlace(t);
    const { repository } = await opened(t, place);
    const before = await repository.tip();
    write(join(place.path, 'README.md'), 'other\n');
    place.git('checkout', '-q', '-b', 'side');
    place.git('commit', '-q', '-am', 'other');
    place.git('replace', before.commit, 'side');
    assert.deepEqual(await repository.tip(), before);
  });

  it('a change that would make a name both file and directory is refused', async (t) => {
    const { repository } = await opened(t, makePlace(t, 'bare'));
    const { tree } = await repository.tip();
    await assert.rejects(repository.buildTree(tree, [change('src', 'file\n')]), /file and a directory/);
    await assert.rejects(repository.buildTree(tree, [change('sort.a/b', 'b\n')]), /file and a directory/);
  });

  it('a submodule is seen and kept', async (t) => {
    const place = makePlace(t);
    const id = place.git('rev-parse', 'main');
    place.git('update-index', '--add', '--cacheinfo', `160000,${id},vendor/sub`);
    place.git('commit', '-q', '-m', 'sub');
    const { repository } = await opened(t, place);
    const { tree } = await repository.tip();
    const seen = await repository.snapshot(tree, [path('vendor/sub/x')]);
    assert.equal(seen.get(path('vendor/sub'))?.kind, 'gitlink');
    assert.equal(seen.get(path('vendor/sub/x'))?.kind, 'absent');
    const built = await repository.buildTree(tree, [change('vendor/y', 'y\n')]);
    assert.match(place.git('ls-tree', built, 'vendor/'), /160000 commit .*vendor\/sub/);
  });

  it('a damaged object is an error, and reading goes on', async (t) => {
    const noise = Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * at) % 251)).toString('latin1');
    const place = makePlace(t, 'checked out', { files: { ...FILES, noise } });
    const { repository } = await opened(t, place);
    const { tree } = await repository.tip();
    const damaged = (name: string, damage: (file: string) => void) => {
      const id = place.git('rev-parse', `main:${name}`);
      const file = join(place.gitDir, 'objects', id.slice(0, 2), id.slice(2));
      chmodSync(file, 0o644);
      damage(file);
    };
    damaged('src/one.ts', (file) => writeFileSync(file, 'garbage'));
    damaged('noise', (file) => truncateSync(file, statSync(file).size >> 1));
    const [one, noisy, two] = await Promise.allSettled(
      ['src/one.ts', 'noise', 'src/two.ts'].map((name) => repository.snapshot(tree, [path(name)])),
    );
    assert.ok(one?.status === 'rejected' && /missing/.test(String(one.reason)));
    assert.ok(noisy?.status === 'rejected' && /git cat-file ended with 128/.test(String(noisy.reason)));
    assert.ok(two?.status === 'fulfilled' && two.value.get(path('src/two.ts'))?.kind === 'file');
  });
});
