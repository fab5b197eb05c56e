import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readyDirectories } from '../../../src/adapters/git/writer-directory.ts';
import {
  change,
  type Kind,
  locksIn,
  makePlace,
  opened,
  type Place,
  prepared,
  raised,
  temporary,
  write,
} from './world.ts';

const KINDS = ['bare', 'checked out', 'linked'] satisfies Kind[];
const modeOf = (path: string) => statSync(path).mode & 0o7777;
const logOf = (place: Place, name: string) => {
  const file = join(place.gitDir, 'logs', name);
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').length : 0;
};

describe("the writer's git directory", () => {
  for (const kind of KINDS) {
    it(`lets a ${kind} repository land under somebody's lock on HEAD, and makes none`, async (t) => {
      const place = makePlace(t, kind);
      const open = await opened(t, place);
      const fence = await raised(t, open, 1);
      write(join(place.gitDir, 'HEAD.lock'), '');
      const intent = await prepared(open, [change('x', '1\n')]);
      assert.deepEqual(await fence.land(intent), { kind: 'moved' });
      assert.deepEqual(locksIn(place.gitDir), ['HEAD.lock']);
    });

    it(`is nothing that git of a ${kind} repository takes notice of`, async (t) => {
      const place = makePlace(t, kind);
      const trees = place.git('worktree', 'list', '--porcelain');
      const open = await opened(t, place);
      const fence = await raised(t, open, 1);
      const intent = await prepared(open, [change('x', '1\n')]);
      assert.deepEqual(await fence.land(intent), { kind: 'moved' });
      assert.equal(place.git('worktree', 'prune', '--verbose', '--dry-run'), '');
      const told = place.git('worktree', 'list', '--porcelain');
      assert.equal(told.replaceAll(intent.commit, intent.base), trees);
      place.git('gc', '--quiet', '--prune=now');
      place.git('fsck', '--strict');
      await fence.lower();
      const next = await raised(t, open, 2);
      assert.deepEqual(await next.land(await prepared(open, [change('x', '2\n')])), { kind: 'moved' });
    });
  }

  it('is made whole where a power cut has emptied it', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    await (await raised(t, open, 1)).lower();
    for (const name of ['HEAD', 'commondir']) writeFileSync(join(place.gitDir, 'ghost/.writer', name), '');
    const fence = await raised(t, open, 2);
    assert.deepEqual(await fence.land(await prepared(open, [change('x', '1\n')])), { kind: 'moved' });
  });
});

describe('the reflog of a branch', () => {
  const CASES: readonly (readonly [Kind, string | null, number])[] = [
    ['checked out', null, 2],
    ['checked out', 'false', 2],
    ['bare', null, 0],
    ['bare', 'true', 1],
    ['bare', 'always', 1],
    ['linked', null, 2],
  ];
  for (const [kind, setting, lines] of CASES) {
    it(`of a ${kind} repository with logAllRefUpdates ${setting ?? 'unset'} has ${lines} after a landing`, async (t) => {
      const place = makePlace(t, kind);
      if (setting !== null) place.git('config', 'core.logAllRefUpdates', setting);
      const heads = logOf(place, 'HEAD');
      const open = await opened(t, place);
      const fence = await raised(t, open, 1);
      await fence.land(await prepared(open, [change('x', '1\n')]));
      assert.equal(logOf(place, 'refs/heads/main'), lines);
      assert.equal(logOf(place, 'HEAD'), heads, 'HEAD is a work tree matter');
    });
  }

  it('is begun where git would begin one, and others can write on', async (t) => {
    const place = makePlace(t);
    rmSync(join(place.gitDir, 'logs'), { recursive: true });
    const open = await opened(t, place);
    const fence = await raised(t, open, 1);
    await fence.land(await prepared(open, [change('x', '1\n')]));
    assert.equal(logOf(place, 'refs/heads/main'), 1);
    assert.equal(modeOf(join(place.gitDir, 'logs/refs/heads/main')), modeOf(join(place.gitDir, 'HEAD')));
    assert.equal(modeOf(join(place.gitDir, 'logs/refs')), modeOf(place.gitDir));
  });
});

describe('what a writer makes', () => {
  for (const shared of [null, 'group', '0660']) {
    it(`hinders nobody else, with sharedRepository ${shared ?? 'unset'}`, async (t) => {
      const place = makePlace(t);
      if (shared !== null) place.git('config', 'core.sharedRepository', shared);
      place.git('branch', 'team/one', 'main');
      const open = await opened(t, place, { branch: 'team/one' });
      const fence = await raised(t, open, 1);
      place.git('pack-refs', '--all', '--prune');
      assert.deepEqual(await fence.land(await prepared(open, [change('x', '1\n')])), { kind: 'moved' });
      for (const name of ['refs/heads/team', 'refs/ghost/fence/team'])
        assert.equal(modeOf(join(place.gitDir, name)) & 0o200, 0o200, name);
      assert.equal(modeOf(join(place.gitDir, 'refs/heads/team/one')) & 0o222, 0, 'the mark, which stays');
      place.git('update-ref', 'refs/heads/team/one', 'main');
      place.git('branch', 'team/two', 'main');
      place.git('branch', '-D', 'team/one');
    });
  }

  it('in place of a directory that git removed meanwhile is opened again', (t) => {
    const root = temporary(t);
    const restore = readyDirectories(root, 'refs/heads/team/one');
    const [frozen, closed] = [join(root, 'refs'), join(root, 'refs/heads/team')];
    const before = modeOf(closed);
    chmodSync(closed, 0o555);
    restore();
    assert.equal(modeOf(closed), before);
    chmodSync(frozen, 0o555);
    readyDirectories(root, 'refs/heads/team/one')();
    assert.equal(modeOf(frozen), 0o555, 'what was so before is as somebody wants it');
  });
});
