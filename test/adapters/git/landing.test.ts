import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { change, type Kind, lease, makePlace, opened, prepared, raised, write } from './world.ts';

const refsBut = (place: { git(...args: string[]): string }, ...left: string[]) =>
  place
    .git('for-each-ref', '--format=%(objectname) %(refname)')
    .split('\n')
    .filter((line) => !left.some((ref) => line.endsWith(` ${ref}`)));

describe('landing', () => {
  for (const kind of ['bare', 'checked out', 'linked'] satisfies Kind[]) {
    it(`moves exactly one ref of a ${kind} repository`, async (t) => {
      const place = makePlace(t, kind);
      const open = await opened(t, place);
      const fence = await raised(t, open, 1);
      place.git('branch', 'bystander', 'main');
      const before = refsBut(place, 'refs/heads/main');
      for (const [at, content] of ['uno\n', 'due\n', 'tre\n'].entries()) {
        const intent = await prepared(open, [change('src/one.ts', content)], `Change ${at}`);
        assert.deepEqual(await fence.land(intent), { kind: 'moved' });
        assert.equal(place.git('rev-parse', 'refs/heads/main'), intent.commit);
        assert.equal(place.git('show', `${intent.commit}:src/one.ts`), content.trimEnd());
      }
      assert.deepEqual(refsBut(place, 'refs/heads/main'), before);
      place.git('fsck', '--strict');
    });
  }

  it('works in a SHA-256 repository', async (t) => {
    const place = makePlace(t, 'bare', { format: 'sha256' });
    const open = await opened(t, place);
    const fence = await raised(t, open, 1);
    const intent = await prepared(open, [change('a/b', 'c\n')]);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(place.git('rev-parse', 'refs/heads/main'), intent.commit);
    place.git('fsck', '--strict');
  });

  it('works on a branch with slashes whose ref and fence are packed', async (t) => {
    const place = makePlace(t);
    place.git('branch', 'team/a/b', 'main');
    const open = await opened(t, place, { branch: 'team/a/b' });
    await (await raised(t, open, 1)).lower();
    place.git('pack-refs', '--all', '--prune');
    const fence = await raised(t, open, 2);
    const intent = await prepared(open, [change('x', 'x\n')]);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(place.git('rev-parse', 'refs/heads/team/a/b'), intent.commit);
    assert.equal((await open.destination.fence())?.token, 2);
  });

  it('two branches of one repository are held at the same time', async (t) => {
    const place = makePlace(t);
    place.git('branch', 'other', 'main');
    const [one, two] = [await opened(t, place), await opened(t, place, { branch: 'other' })];
    const fences = [await raised(t, one, 1), await raised(t, two, 1)];
    const intents = [await prepared(one, [change('x', '1\n')]), await prepared(two, [change('x', '2\n')])];
    const landed = await Promise.all(fences.map((fence, at) => fence.land(intents[at] ?? assert.fail())));
    assert.deepEqual(landed, [{ kind: 'moved' }, { kind: 'moved' }]);
  });

  it("leaves another git's lock alone, names it, and lands when it is gone", async (t) => {
    const place = makePlace(t, 'bare');
    const open = await opened(t, place);
    const fence = await raised(t, open, 1);
    const intent = await prepared(open, [change('x', '1\n')]);
    const lock = join(place.gitDir, 'refs/heads/main.lock');
    write(lock, `${'a'.repeat(40)}\n`);
    assert.deepEqual(await fence.land(intent), { kind: 'locked', path: lock });
    await fence.clearStaleLock(intent);
    assert.equal(existsSync(lock), true, 'it holds an id that is not ours');
    rmSync(lock);
    const writer = fence.writer;
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(writer.pid, fence.writer.pid);
  });
});

describe('raising the fence', () => {
  it('writes who holds the branch into the repository', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    assert.equal(await open.destination.fence(), null);
    const fence = await raised(t, open, 4);
    assert.deepEqual(await open.destination.fence(), { installation: 'ours', workspace: 'demo', token: 4 });
    assert.match(
      place.git('cat-file', 'blob', 'refs/ghost/fence/main'),
      /^ghost-fence 2\ninstallation ours\nworkspace demo\ntoken 4\nnonce [0-9a-f]{32}$/,
    );
    assert.equal(fence.lease.token, 4);
    const group = readFileSync(`/proc/${fence.writer.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2];
    assert.equal(Number(group), fence.writer.pid, 'the writer leads its own process group');
  });

  it('with an equal token is not that of a copy of the same data folder', async (t) => {
    const place = makePlace(t, 'bare');
    const [one, other] = [await opened(t, place), await opened(t, place)];
    const first = await raised(t, one, 4);
    const intent = await prepared(one, [change('x', '1\n')]);
    await first.lower();
    const mark = { installation: 'ours', workspace: 'demo', token: 4 };
    const copied = await other.destination.raise(lease(4), null, { adopt: false });
    assert.deepEqual(copied, { kind: 'fenced', mark });
    const next = await raised(t, other, 5);
    await next.lower();
    const later = await one.destination.raise(lease(5), null, { adopt: false });
    assert.deepEqual(later, { kind: 'fenced', mark: { ...mark, token: 5 } });
    assert.equal(place.git('rev-parse', 'main'), intent.base);
  });

  it('in the form of an earlier version is read, and raised in the new one', async (t) => {
    const place = makePlace(t, 'bare');
    const old = 'ghost-fence 1\ninstallation ours\nworkspace demo\ntoken 4\n';
    const blob = place.gitWith(old, {}, 'hash-object', '-w', '--stdin');
    place.git('update-ref', 'refs/ghost/fence/main', blob);
    const open = await opened(t, place);
    const mark = { installation: 'ours', workspace: 'demo', token: 4 };
    assert.deepEqual(await open.destination.fence(), mark);
    const equal = await open.destination.raise(lease(4), null, { adopt: false });
    assert.deepEqual(equal, { kind: 'fenced', mark });
    await raised(t, open, 5);
    assert.deepEqual(await open.destination.fence(), { ...mark, token: 5 });
  });

  it('waits for the kernel lock and then names it', async (t) => {
    const place = makePlace(t, 'bare');
    const holder = await opened(t, place);
    await raised(t, holder, 1);
    const open = await opened(t, place);
    const outcome = await open.destination.raise(lease(2), null, { adopt: false });
    assert.deepEqual(outcome, { kind: 'locked', path: join(place.gitDir, 'ghost/main.lock') });
  });

  it('refuses a fence that it cannot read instead of taking it for none', async (t) => {
    const place = makePlace(t);
    const blob = place.gitWith('ghost-fence 3\nsomething new\n', {}, 'hash-object', '-w', '--stdin');
    place.git('update-ref', 'refs/ghost/fence/main', blob);
    const open = await opened(t, place);
    await assert.rejects(open.destination.raise(lease(1), null, { adopt: true }), {
      code: 'integrity_broken',
    });
  });
});
