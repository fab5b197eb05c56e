import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { SYSTEM_PATH } from '../../../src/adapters/git/environment.ts';
import { ObjectReader } from '../../../src/adapters/git/object-reader.ts';
import { Trees } from '../../../src/adapters/git/trees.ts';
import { GitWorktree } from '../../../src/adapters/git/work-tree.ts';
import type { CommitId } from '../../../src/core/git.ts';
import {
  asCommit,
  change,
  type Kind,
  makePlace,
  opened,
  type Place,
  path,
  prepared,
  raised,
  write,
} from './world.ts';

/** A workspace that was added while nothing had the branch checked out, and a way to land on it. */
async function line(t: TestContext, kind: Kind = 'checked out', programs = (_place: Place) => SYSTEM_PATH) {
  const place = makePlace(t, kind);
  const open = await opened(t, { ...place, workTree: null }, { path: programs(place) });
  const fence = await raised(t, open, 1);
  const land = async (name: string, content: string | null) => {
    const intent = await prepared(open, [change(name, content)], `${name} ${content}`);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    const follow = () => open.worktree.follow(intent.base, intent.commit);
    return { ...intent, follow };
  };
  const status = () => place.git('status', '--porcelain');
  /** Lands without being able to follow. */
  const landAlone = async (name: string, content: string | null) => {
    const lock = join(place.git('rev-parse', '--absolute-git-dir'), 'index.lock');
    write(lock, '');
    const landed = await land(name, content);
    assert.equal(await landed.follow(), 'behind');
    rmSync(lock);
    return landed;
  };
  return { place, worktree: open.worktree, land, landAlone, status };
}

/** A search path with a git that, while a file stands there, is killed when it is asked whether the repository is bare. */
function gitThatCannotAnswer(place: Place, whileThere: string): string {
  const folder = join(place.root, 'programs');
  const asked = `case "$*" in *core.bare*) [ -e '${whileThere}' ] && kill -9 $$ ;; esac`;
  write(join(folder, 'git'), `#!/bin/sh\n${asked}\nexec /usr/bin/git "$@"\n`);
  chmodSync(join(folder, 'git'), 0o755);
  return `${folder}:${SYSTEM_PATH}`;
}

const ONE = path('src/one.ts');

describe('the work tree of a branch', () => {
  for (const kind of ['checked out', 'linked'] satisfies Kind[]) {
    it(`is the ${kind} one that has it now, whatever was there when the workspace was added`, async (t) => {
      const { place, worktree, land, status } = await line(t, kind);
      const { commit, follow } = await land('src/one.ts', 'uno\n');
      assert.equal(await follow(), 'followed');
      assert.equal(status(), '');
      write(join(place.path, 'src/one.ts'), 'mine\n');
      assert.deepEqual(await worktree.localEdits(commit, [ONE]), [ONE]);
      place.git('stash', '-q');
      place.git('checkout', '-q', '--detach');
      assert.equal(await (await land('src/one.ts', 'due\n')).follow(), 'none');
      place.git('checkout', '-q', 'main');
      assert.equal(await (await land('src/one.ts', 'tre\n')).follow(), 'followed');
      assert.equal(status(), '');
    });
  }

  it('may be several, and one that cannot follow is enough to be behind', async (t) => {
    const { place, worktree, land, status } = await line(t);
    const second = join(place.root, 'second');
    place.git('worktree', 'add', '-q', '--force', second, 'main');
    const first = await land('src/one.ts', 'uno\n');
    assert.equal(await first.follow(), 'followed');
    assert.deepEqual([status(), readFileSync(join(second, 'src/one.ts'), 'utf8')], ['', 'uno\n']);
    write(join(second, 'src/one.ts'), 'mine\n');
    assert.deepEqual(await worktree.localEdits(first.commit, [ONE]), [ONE]);
    assert.equal(await (await land('src/one.ts', 'due\n')).follow(), 'behind');
    assert.deepEqual([status(), readFileSync(join(second, 'src/one.ts'), 'utf8')], ['', 'mine\n']);
  });

  it('is none where the repository is bare by configuration, and files beside it are not touched', async (t) => {
    const { place, land } = await line(t);
    place.git('config', 'core.bare', 'true');
    const before = readFileSync(join(place.path, 'src/one.ts'), 'utf8');
    assert.equal(await (await land('src/one.ts', 'uno\n')).follow(), 'none');
    assert.equal(readFileSync(join(place.path, 'src/one.ts'), 'utf8'), before);
  });

  it('is none where the directory belongs to another repository by now', async (t) => {
    const { place, land } = await line(t, 'linked');
    rmSync(place.path, { recursive: true });
    const other = makePlace(t);
    symlinkSync(other.path, place.path);
    assert.equal(await (await land('src/one.ts', 'uno\n')).follow(), 'none');
    assert.equal(other.git('status', '--porcelain'), '');
  });
});

describe('a work tree that is behind', () => {
  it('catches up with the next landing, and only then has followed', async (t) => {
    const { place, worktree, landAlone, land, status } = await line(t);
    await landAlone('src/one.ts', 'uno\n');
    const second = await landAlone('brand/new', 'new\n');
    // What landings left behind is nobody's edit, and must not hold a patch for ever.
    const touched = ['src/one.ts', 'brand/new', 'src/two.ts'].map(path);
    assert.deepEqual(await worktree.localEdits(second.commit, touched), []);
    write(join(place.path, 'src/two.ts'), 'mine\n');
    place.git('add', 'src/two.ts');
    assert.deepEqual(await worktree.localEdits(second.commit, touched), [path('src/two.ts')]);
    assert.equal(await (await land('sort0', null)).follow(), 'followed');
    assert.equal(status(), 'M  src/two.ts');
  });

  it('catches up also after a landing that could not find out where it was', async (t) => {
    const broken = (place: Place) => join(place.root, 'broken');
    const { place, land, status } = await line(t, 'checked out', (at) => gitThatCannotAnswer(at, broken(at)));
    write(broken(place), '');
    assert.equal(await (await land('brand/new', 'new\n')).follow(), 'behind');
    rmSync(broken(place));
    assert.equal(await (await land('src/one.ts', 'uno\n')).follow(), 'followed');
    assert.equal(status(), '');
  });

  it('stays behind for as long as an edit is in the way, and loses nothing', async (t) => {
    const { place, land, status } = await line(t);
    const mine = join(place.path, 'src/one.ts');
    write(mine, 'mine\n');
    assert.equal(await (await land('src/one.ts', 'uno\n')).follow(), 'behind');
    assert.equal(await (await land('src/two.ts', 'due\n')).follow(), 'behind');
    assert.equal(readFileSync(mine, 'utf8'), 'mine\n');
    place.git('checkout', '-q', '--', 'src/one.ts');
    assert.equal(await (await land('sort0', null)).follow(), 'followed');
    assert.equal(status(), '');
  });

  it('is known to be up to date when a person brought it there', async (t) => {
    const { place, landAlone, land, status } = await line(t);
    await landAlone('src/one.ts', 'uno\n');
    place.git('reset', '-q', '--hard');
    assert.equal(await (await land('src/two.ts', 'due\n')).follow(), 'followed');
    assert.equal(status(), '');
    place.git('commit', '-q', '--allow-empty', '-m', 'Mine');
    assert.equal(place.git('show', 'main:src/one.ts'), 'uno');
  });

  it('stays behind, untouched, when a person brought a part of it up to date', async (t) => {
    const { place, landAlone, land, status } = await line(t);
    await landAlone('src/one.ts', 'uno\n');
    await landAlone('src/two.ts', 'due\n');
    place.git('reset', '-q', 'main', '--', 'src/one.ts');
    place.git('checkout', '-q', '--', 'src/one.ts');
    assert.equal(await (await land('sort0', null)).follow(), 'behind');
    assert.equal(status(), 'A  sort0\nM  src/two.ts'.trim());
    place.git('reset', '-q', '--hard');
    assert.equal(await (await land('README.md', 'Bye\n')).follow(), 'followed');
  });

  it('is not called followed when the branch was moved under it by somebody else', async (t) => {
    const { place, land, status } = await line(t);
    const intent = place.git('commit-tree', '-p', 'main', '-m', 'Pushed', `${emptyTree(place)}`);
    place.git('update-ref', 'refs/heads/main', intent);
    assert.equal(await (await land('fresh', 'x\n')).follow(), 'behind');
    assert.match(status(), /A {2}README\.md/);
    place.git('reset', '-q', '--hard');
    assert.equal(await (await land('fresh', 'y\n')).follow(), 'followed');
  });
});

function emptyTree(place: {
  gitWith(input: string, env: Record<string, string>, ...args: string[]): string;
}) {
  return place.gitWith('', {}, 'mktree');
}

describe('whoever follows too late', () => {
  it('touches nothing once the branch has moved on, even back to the old content', async (t) => {
    const { place, land, status } = await line(t);
    const first = await land('src/one.ts', 'uno\n');
    assert.equal(await first.follow(), 'followed');
    assert.equal(await (await land('src/one.ts', 'one\n')).follow(), 'followed');
    const before = readFileSync(join(place.gitDir, 'index'));
    assert.equal(await first.follow(), 'behind');
    assert.deepEqual(readFileSync(join(place.gitDir, 'index')), before);
    assert.equal(status(), '');
  });

  it('repairs what it wrote when the branch moved on between its look and its hand', async (t) => {
    const { place, land, status } = await line(t);
    const first = await land('src/one.ts', 'uno\n');
    assert.equal(await first.follow(), 'followed');
    const second = await land('src/one.ts', 'one\n');
    assert.equal(await second.follow(), 'followed');
    const late = lateWorktree(t, place, [first.commit, second.commit]);
    assert.equal(await late.follow(first.base, first.commit), 'behind');
    assert.equal(status(), '');
  });
});

/** One that reads the branch's tip as `tips`, in this order: what a process sees that is stopped between two looks. */
function lateWorktree(
  t: TestContext,
  { gitDir }: { readonly gitDir: string },
  tips: readonly CommitId[],
): GitWorktree {
  const search = { searchPath: process.env.PATH ?? '', commonDir: gitDir, branch: 'main', hint: null };
  const reader = new ObjectReader({ searchPath: search.searchPath, gitDir, workTree: null });
  t.after(() => reader.close());
  const left = [...tips];
  return new GitWorktree({
    search,
    trees: new Trees(reader, 20),
    tip: async () => left.shift() ?? asCommit(''),
    treeOf: async (commit) =>
      /^tree (\w+)/.exec(String((await reader.require(commit, 'commit')).bytes))?.[1] ?? '',
  });
}

describe('a work tree in a bad state', () => {
  const states: Readonly<Record<string, (at: { gitDir: string; path: string }) => void>> = {
    'a torn index': ({ gitDir }) => truncateSync(join(gitDir, 'index'), 20),
    'a directory for an index': ({ gitDir }) => {
      rmSync(join(gitDir, 'index'));
      mkdirSync(join(gitDir, 'index'));
    },
    'a filter whose name is not UTF-8': ({ gitDir }) =>
      write(
        join(gitDir, 'config'),
        Buffer.concat([
          readFileSync(join(gitDir, 'config')),
          Buffer.from('[filter "\xff"]\n\tclean = x\n', 'latin1'),
        ]),
      ),
    'a list of linked ones that cannot be read': ({ gitDir }) =>
      symlinkSync('worktrees', join(gitDir, 'worktrees')),
  };
  for (const [what, spoil] of Object.entries(states)) {
    it(`has no edits and stays behind: ${what}`, async (t) => {
      const { place, worktree, land } = await line(t);
      const { base, follow } = await land('src/one.ts', 'uno\n');
      spoil(place);
      assert.deepEqual(await worktree.localEdits(base, [ONE]), []);
      assert.equal(await follow(), 'behind');
    });
  }

  it('has no edits and stays behind: a linked one that cannot be read', async (t) => {
    const { place, worktree, land } = await line(t, 'linked');
    const { base, follow } = await land('src/one.ts', 'uno\n');
    rmSync(join(place.path, '.git'));
    symlinkSync('.git', join(place.path, '.git'));
    assert.deepEqual(await worktree.localEdits(base, [ONE]), []);
    assert.equal(await follow(), 'behind');
  });

  it('catches up once its index is whole again', async (t) => {
    const { place, land, status } = await line(t);
    const whole = readFileSync(join(place.gitDir, 'index'));
    const first = await land('src/one.ts', 'uno\n');
    truncateSync(join(place.gitDir, 'index'), 20);
    assert.equal(await first.follow(), 'behind');
    write(join(place.gitDir, 'index'), whole);
    assert.equal(await (await land('src/two.ts', 'due\n')).follow(), 'followed');
    assert.equal(status(), '');
  });
});
