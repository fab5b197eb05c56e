import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { FileChange } from '../../../src/core/change/change.ts';
import { change, type Kind, makePlace, opened, path, prepared, raised, write } from './world.ts';

async function landed(
  t: TestContext,
  kind: Kind,
  files: readonly FileChange[],
  meddle?: (at: string) => void,
) {
  const place = makePlace(t, kind);
  const open = await opened(t, place);
  meddle?.(place.path);
  const intent = await prepared(open, files);
  const fence = await raised(t, open, 1);
  assert.deepEqual(await fence.land(intent), { kind: 'moved' });
  const follow = () => open.worktree.follow(intent.base, intent.commit);
  return { place, open, intent, follow };
}

const CHANGES = [
  change('src/one.ts', 'uno\n'),
  change('brand/new file', 'new\n', '100755'),
  change('sort0', null),
];

describe('the work tree', () => {
  for (const kind of ['checked out', 'linked'] satisfies Kind[]) {
    it(`of a ${kind} branch follows, once or twice`, async (t) => {
      const { place, follow } = await landed(t, kind, CHANGES);
      assert.equal(await follow(), 'followed');
      assert.equal(place.git('status', '--porcelain'), '');
      assert.equal(readFileSync(join(place.path, 'brand/new file'), 'utf8'), 'new\n');
      assert.equal(existsSync(join(place.path, 'sort0')), false);
      assert.equal(await follow(), 'followed');
      assert.equal(place.git('status', '--porcelain'), '');
    });
  }

  it('keeps edits that the landing does not touch, staged or not', async (t) => {
    const { place, follow } = await landed(t, 'checked out', CHANGES, (at) => {
      write(join(at, 'README.md'), 'mine\n');
      write(join(at, 'untracked'), 'mine\n');
      write(join(at, 'src/two.ts'), 'staged\n');
    });
    place.git('add', 'src/two.ts');
    assert.equal(await follow(), 'followed');
    assert.deepEqual(
      place
        .git('status', '--porcelain')
        .split('\n')
        .map((line) => line.trim())
        .sort(),
      ['?? untracked', 'M  src/two.ts', 'M README.md'],
    );
  });

  it('follows over a file that was touched and not changed', async (t) => {
    const { follow } = await landed(t, 'checked out', CHANGES, (at) =>
      utimesSync(join(at, 'src/one.ts'), 1, 1),
    );
    assert.equal(await follow(), 'followed');
  });

  const inTheWay: Readonly<Record<string, (at: string) => void>> = {
    'an edited file': (at) => write(join(at, 'src/one.ts'), 'mine\n'),
    'an edited file that is to go': (at) => write(join(at, 'sort0'), 'mine\n'),
    'an untracked file': (at) => write(join(at, 'brand/new file'), 'mine\n'),
    'a file where a directory is needed': (at) => write(join(at, 'brand'), 'mine\n'),
    'an ignored file': (at) => {
      write(join(at, '.git/info/exclude'), 'brand\n');
      write(join(at, 'brand/new file'), 'mine\n');
    },
  };
  for (const [what, meddle] of Object.entries(inTheWay)) {
    it(`stays behind because of ${what}, and nothing is lost`, async (t) => {
      const { place, follow } = await landed(t, 'checked out', CHANGES, meddle);
      assert.equal(await follow(), 'behind');
      const mine = ['src/one.ts', 'sort0', 'brand/new file', 'brand'].filter((name) => {
        try {
          return readFileSync(join(place.path, name), 'utf8') === 'mine\n';
        } catch {
          return false;
        }
      });
      assert.equal(mine.length, 1);
    });
  }

  const folder = [change('src/deep/er/three.ts', null), change('src/deep', 'file\n')];

  it('follows where a folder becomes a file, and a file a folder or a link', async (t) => {
    const files = [
      ...folder,
      ...[change('sort.a', null), change('sort.a/b', 'b\n'), change('sort0', 'README.md', '120000')],
    ];
    const { place, follow } = await landed(t, 'checked out', files);
    assert.equal(await follow(), 'followed');
    assert.equal(place.git('status', '--porcelain'), '');
    assert.equal(readFileSync(join(place.path, 'src/deep'), 'utf8'), 'file\n');
  });

  for (const what of ['untracked', 'ignored']) {
    it(`stays behind because of an ${what} file in a folder that becomes a file, and tells of it`, async (t) => {
      const { place, open, intent, follow } = await landed(t, 'checked out', folder, (at) => {
        if (what === 'ignored') write(join(at, '.git/info/exclude'), 'mine\n');
        write(join(at, 'src/deep/er/mine'), 'mine\n');
      });
      const paths = folder.map((file) => file.path);
      assert.deepEqual(await open.worktree.localEdits(intent.base, paths), ['src/deep']);
      assert.equal(await follow(), 'behind');
      assert.equal(readFileSync(join(place.path, 'src/deep/er/mine'), 'utf8'), 'mine\n');
    });
  }

  it("stays behind while another git holds the index's lock", async (t) => {
    const { place, follow } = await landed(t, 'checked out', CHANGES);
    const lock = join(place.gitDir, 'index.lock');
    write(lock, '');
    assert.equal(await follow(), 'behind');
    rmSync(lock);
    assert.equal(await follow(), 'followed');
  });

  it('is none in a bare repository, on another branch, detached, or gone', async (t) => {
    const bare = await landed(t, 'bare', CHANGES);
    assert.equal(await bare.follow(), 'none');
    const other = await landed(t, 'checked out', CHANGES);
    other.place.git('symbolic-ref', 'HEAD', 'refs/heads/elsewhere');
    assert.equal(await other.follow(), 'none');
    other.place.git('update-ref', '--no-deref', 'HEAD', other.intent.base);
    write(join(other.place.gitDir, 'HEAD'), `${other.intent.base}\n`);
    assert.equal(await other.follow(), 'none');
    assert.deepEqual(await other.open.worktree.localEdits(other.intent.base, [path('src/one.ts')]), []);
    const gone = await landed(t, 'linked', CHANGES);
    rmSync(gone.place.path, { recursive: true });
    assert.equal(await gone.follow(), 'none');
  });
});

describe('local edits', () => {
  const ODD = 'odd/na me\n"ü';
  const NAMES = ['src/one.ts', 'src/two.ts', 'sort0', 'fresh/file', 'fresh/other', 'sort/new', ODD];

  const edits: Readonly<Record<string, readonly [meddle: (at: string) => void, found: readonly string[]]>> = {
    'nothing is changed': [() => undefined, []],
    'a file is edited': [(at) => write(join(at, 'src/one.ts'), 'mine\n'), ['src/one.ts']],
    'a file is only touched': [(at) => utimesSync(join(at, 'src/one.ts'), 1, 1), []],
    'a file is gone': [(at) => rmSync(join(at, 'src/two.ts')), ['src/two.ts']],
    'a file became a link': [
      (at) => {
        rmSync(join(at, 'sort0'));
        symlinkSync('README.md', join(at, 'sort0'));
      },
      ['sort0'],
    ],
    'an untracked file is in the way': [(at) => write(join(at, 'fresh/file'), 'mine\n'), ['fresh/file']],
    'a file is where a directory is needed': [
      (at) => write(join(at, 'fresh'), 'mine\n'),
      ['fresh/file', 'fresh/other'],
    ],
    'a link is where a directory is needed': [
      (at) => symlinkSync('src', join(at, 'fresh')),
      ['fresh/file', 'fresh/other'],
    ],
    'a filled directory is where a file is needed': [
      (at) => write(join(at, 'fresh/file/below'), 'mine\n'),
      ['fresh/file'],
    ],
    'an empty directory is where a file is needed': [
      (at) => mkdirSync(join(at, 'fresh/file'), { recursive: true }),
      [],
    ],
    'a name is odd': [(at) => write(join(at, ODD), 'mine\n'), [ODD]],
    'an edit is elsewhere': [(at) => write(join(at, 'README.md'), 'mine\n'), []],
  };
  for (const [when, [meddle, found]] of Object.entries(edits)) {
    it(`are told when ${when}`, async (t) => {
      const place = makePlace(t);
      const open = await opened(t, place);
      const { commit } = await open.repository.tip();
      meddle(place.path);
      const told = await open.worktree.localEdits(commit, NAMES.map(path));
      assert.deepEqual(told, found.map(path));
    });
  }

  it('are told when they are staged, even if the file itself is back', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    const { commit } = await open.repository.tip();
    write(join(place.path, 'src/one.ts'), 'mine\n');
    write(join(place.path, 'fresh/file'), 'mine\n');
    place.git('add', '-A');
    write(join(place.path, 'src/one.ts'), 'one\n');
    rmSync(join(place.path, 'fresh'), { recursive: true });
    const told = await open.worktree.localEdits(commit, NAMES.map(path));
    assert.deepEqual(told, ['src/one.ts', 'fresh/file'].map(path));
  });

  it('are told by exact name, though it looks like a pattern or is not UTF-8', async (t) => {
    const files = { '[a]*': '1\n', a: '2\n', ':(top)b': '3\n', 'a*': '4\n' };
    const place = makePlace(t, 'checked out', { files });
    const open = await opened(t, place);
    const { commit } = await open.repository.tip();
    for (const name of Object.keys(files)) write(join(place.path, name), 'mine\n');
    assert.deepEqual(await open.worktree.localEdits(commit, [path('[a]*')]), [path('[a]*')]);
    assert.deepEqual(await open.worktree.localEdits(commit, [path(':(top)b')]), [path(':(top)b')]);
    const raw = Buffer.from([0x61, 0xff]).toString('latin1');
    const told = await open.worktree.localEdits(commit, [path('a'), raw as ReturnType<typeof path>]);
    assert.deepEqual(told, [path('a')]);
  });
});
