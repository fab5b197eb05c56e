import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { asCommit, change, makePlace, opened, path, prepared } from './world.ts';

const ODD = 'with space/new\nline/ünïcode.txt';

describe('history', () => {
  it('is the first-parent chain, oldest first, with the trailers of Ghost', async (t) => {
    const place = makePlace(t);
    const first = asCommit(place.git('rev-parse', 'main'));
    place.git('commit', '-q', '--allow-empty', '-m', 'Two\n\nGhost-Patch: p_2\nGhost-Seq: 2');
    place.git('checkout', '-q', '-b', 'side');
    place.git('commit', '-q', '--allow-empty', '-m', 'Side\n\nGhost-Patch: p_side');
    place.git('checkout', '-q', 'main');
    place.git(
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'Prose: no\n\nGhost-Patch: p_x\nand more prose\n\nSigned',
    );
    place.git('merge', '-q', '--no-ff', '-m', 'Merge', 'side');
    const open = await opened(t, place);
    const { history } = open;
    const all = await Array.fromAsync(history.since(null));
    const expected = place.git('rev-list', '--first-parent', '--reverse', 'main').split('\n');
    assert.deepEqual(
      all.map(({ id }) => id as string),
      expected,
    );
    assert.deepEqual(
      all.map(({ patch, landingSeq }) => [patch, landingSeq]),
      [
        [null, null],
        ['p_2', 2],
        [null, null],
        [null, null],
      ],
    );
    assert.equal(all[1]?.parent, first);
    assert.deepEqual(
      (await Array.fromAsync(history.since(first))).map(({ id }) => id as string),
      expected.slice(1),
    );
    assert.equal(await history.isAncestor(first, asCommit(expected[3] ?? '')), true);
    assert.equal(await history.isAncestor(asCommit(expected[3] ?? ''), first), false);
    const nowhere = asCommit('1'.repeat(40));
    assert.equal(await history.isAncestor(nowhere, first), false);
    const { commit: waiting } = await prepared(open, [change('later', 'x\n')]);
    const onBranch = await Promise.all(
      [...expected, waiting, nowhere].map((id) => history.holds(asCommit(id))),
    );
    assert.deepEqual(onBranch, [true, true, true, true, false, false]);
    assert.equal(await history.commit(nowhere), null);
  });

  it('is read page by page, whole and in order, while the branch moves on', async (t) => {
    const place = makePlace(t);
    const commits = Array.from(
      { length: 1_100 },
      (_, at) =>
        `commit refs/heads/main\ncommitter A <a@b> ${1_700_000_000 + at} +0000\ndata 3\nc\n\n${at === 0 ? 'from refs/heads/main^0\n' : ''}\n`,
    );
    place.gitWith(commits.join(''), {}, 'fast-import', '--quiet');
    const expected = place.git('rev-list', '--reverse', 'main').split('\n');
    const { history } = await opened(t, place);
    const seen: string[] = [];
    for await (const { id } of history.since(null)) {
      seen.push(id);
      if (seen.length === 1) place.git('commit', '-q', '--allow-empty', '-m', 'Meanwhile');
    }
    assert.equal(seen.length, 1_101);
    assert.deepEqual(seen, expected);
  });

  it('a diff applies again, binary files and odd names included', async (t) => {
    const place = makePlace(t);
    const { repository, history } = await opened(t, place);
    const tip = await repository.tip();
    const bytes = Buffer.from(Array.from({ length: 400 }, (_, at) => (at * 7) % 256));
    const binary = { path: path('bin.dat'), before: null, after: { mode: '100644' as const, bytes } };
    const tree = await repository.buildTree(tip.tree, [binary, change(ODD, 'odd\n'), change('sort0', null)]);
    const commit = await repository.commit({ tree, parent: tip.commit, message: 'x\n', date: 1_700_000_001 });
    const diff = Buffer.from(await history.diff(tip.commit, commit));
    const env = { GIT_INDEX_FILE: join(place.root, 'index-of-diff') };
    place.gitWith('', env, 'read-tree', 'main');
    place.gitWith(diff, env, 'apply', '--cached', '-');
    assert.equal(place.gitWith('', env, 'write-tree'), tree);
  });
});
