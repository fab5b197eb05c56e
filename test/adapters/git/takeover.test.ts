import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ProcessIdentity } from '../../../src/core/lease/lease.ts';
import { isAlive } from '../../../src/platform/process-identity.ts';
import type { Fence, OpenRepository } from '../../../src/ports/repository.ts';
import {
  change,
  fenceIn,
  lease,
  locksIn,
  makePlace,
  opened,
  type Place,
  prepared,
  raised,
  until,
  write,
} from './world.ts';

const stateOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];

async function stop(pid: number): Promise<void> {
  process.kill(-pid, 'SIGSTOP');
  await until(() => stateOf(pid) === 'T', 'the writer is stopped');
}

/** Another runner's view of the same repository. */
const successorOf = (t: TestContext, place: Place) => opened(t, place);

/** What a successor does: raise, and when the dead writer's own lock on the fence is in the way, clear it first. */
async function takeOver(
  t: TestContext,
  open: OpenRepository,
  { token, predecessor }: { token: number; predecessor: ProcessIdentity },
): Promise<Fence> {
  const raise = () => open.destination.raise(lease(token), predecessor, { adopt: false });
  const first = await raise();
  if (first.kind !== 'locked') return fenceIn(t, first);
  assert.match(first.path, /refs\/ghost\/fence\/main\.lock$/);
  assert.equal(await open.destination.clearStaleFence(predecessor), true);
  return fenceIn(t, await raise());
}

describe('a stalled holder', () => {
  it('is killed by its successor, and its late attempt is fenced', async (t) => {
    const place = makePlace(t);
    const stale = await opened(t, place);
    const staleFence = await raised(t, stale, 1);
    const late = await prepared(stale, [change('x', 'late\n')], 'Late');
    const writer = staleFence.writer;
    await stop(writer.pid);

    const successor = await successorOf(t, place);
    const fence = fenceIn(t, await successor.destination.raise(lease(2), writer, { adopt: false }));
    assert.equal(isAlive(writer), false);
    const mark = { installation: 'ours', workspace: 'demo', token: 2 };
    assert.deepEqual(await staleFence.land(late), { kind: 'fenced', mark });
    const intent = await prepared(successor, [change('x', 'mine\n')]);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.deepEqual(await staleFence.land(late), { kind: 'fenced', mark });
    assert.equal(place.git('rev-parse', 'main'), intent.commit);
  });

  it('cannot land even in a process of its own that starts after the takeover', async (t) => {
    const place = makePlace(t, 'bare');
    const stale = await opened(t, place);
    const staleFence = await raised(t, stale, 1);
    const late = await prepared(stale, [change('x', 'late\n')]);
    const mine = place.git('rev-parse', 'refs/ghost/fence/main');
    const successor = await successorOf(t, place);
    fenceIn(t, await successor.destination.raise(lease(2), staleFence.writer, { adopt: false }));
    const script = `start\nverify refs/ghost/fence/main ${mine}\nupdate refs/heads/main ${late.commit} ${late.base}\nprepare\ncommit\n`;
    assert.throws(() => place.gitWith(script, {}, 'update-ref', '--stdin'), /cannot lock ref/);
    assert.equal(place.git('rev-parse', 'main'), late.base);
  });

  it('that is stopped in the middle of its transaction blocks nobody for good', async (t) => {
    const place = makePlace(t);
    const stale = await opened(t, place);
    const staleFence = await raised(t, stale, 1);
    const intent = await prepared(stale, [change('x', 'once\n')]);
    const writer = staleFence.writer;
    await inTransaction(place, writer.pid, () => staleFence.land(intent));

    const successor = await successorOf(t, place);
    const fence = await takeOver(t, successor, { token: 2, predecessor: writer });
    await fence.sync();
    await fence.clearStaleLock(intent);
    assert.deepEqual(locksIn(place.gitDir), []);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
    assert.equal(place.git('rev-parse', 'main'), intent.commit);
    place.git('fsck', '--strict');
  });

  it('is not killed when the recorded process is a later one with its pid', async (t) => {
    const place = makePlace(t, 'bare');
    const open = await opened(t, place);
    const bystander = spawn('cat', { detached: true });
    t.after(() => bystander.kill('SIGKILL'));
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const recorded = { pid: bystander.pid ?? 0, startedTicks: 1, bootId };
    fenceIn(t, await open.destination.raise(lease(1), recorded, { adopt: false }));
    assert.equal(stateOf(recorded.pid) !== 'Z' && bystander.exitCode === null, true);
    bystander.stdin.end();
    const [code] = await once(bystander, 'close');
    assert.equal(code, 0);
  });
});

/** A lock as a writer of ours makes it. */
function markedLock(place: Place, name: string, content: string): void {
  const lock = join(place.gitDir, name);
  write(lock, content);
  chmodSync(lock, 0o444);
}

/** Starts `land` and stops the writer's group at whatever moment it has reached, with its locks taken if possible. */
async function inTransaction(place: Place, pid: number, land: () => Promise<unknown>): Promise<void> {
  // The landing's own promise settles only after the takeover kills the writer; what it says is another test's matter.
  void land().catch(() => undefined);
  const lock = join(place.gitDir, 'refs/ghost/fence/main.lock');
  const end = performance.now() + 2_000;
  while (!existsSync(lock) && performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
  process.kill(-pid, 'SIGSTOP');
}

describe('a writer that is killed', () => {
  it('is taken for a takeover: its holder lands nothing more, and takes the lease anew', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    const fence = await raised(t, open, 1);
    const killed = fence.writer;
    process.kill(killed.pid, 'SIGKILL');
    await until(() => !isAlive(killed), 'the writer is gone');
    const intent = await prepared(open, [change('x', '1\n')]);
    const mark = { installation: 'ours', workspace: 'demo', token: 1 };
    assert.deepEqual(await fence.land(intent), { kind: 'fenced', mark });
    const again = fenceIn(t, await open.destination.raise(lease(2), killed, { adopt: false }));
    assert.deepEqual(await again.land(intent), { kind: 'moved' });
  });

  it('with all its lock files left behind is cleared away by the intent', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    const fence = await raised(t, open, 1);
    const intent = await prepared(open, [change('x', '1\n')]);
    // Exactly what our git leaves between `prepare` and `commit`, and what it leaves between creating a lock and writing it.
    for (const content of [`${intent.commit}\n`, intent.commit.slice(0, 7), '']) {
      markedLock(place, 'refs/heads/main.lock', content);
      markedLock(place, 'refs/ghost/fence/main.lock', '');
      assert.equal((await fence.land(intent)).kind, 'locked');
      await fence.clearStaleLock(intent);
      assert.deepEqual(locksIn(place.gitDir), []);
    }
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
  });

  it('leaves the locks of others alone: those without the mark of a writer, and what it was not writing', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    const fence = await raised(t, open, 1);
    const intent = await prepared(open, [change('x', '1\n')]);
    const name = 'refs/heads/main.lock';
    const lock = join(place.gitDir, name);
    const others = ['', intent.commit.slice(0, 3), `${intent.commit}\n`, `${'0'.repeat(39)}1\n`];
    for (const content of others) {
      write(lock, content);
      await fence.clearStaleLock(intent);
      assert.deepEqual(locksIn(place.gitDir), [name]);
      assert.deepEqual(await fence.land(intent), { kind: 'locked', path: lock });
      rmSync(lock);
    }
    markedLock(place, name, `${'0'.repeat(39)}1\n`);
    await fence.clearStaleLock(intent);
    assert.deepEqual(locksIn(place.gitDir), [name]);
    rmSync(lock);
    assert.deepEqual(await fence.land(intent), { kind: 'moved' });
  });

  it('leaves every lock where the file system shows each file as one that nobody may write to', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    const fence = await raised(t, open, 1);
    const intent = await prepared(open, [change('x', '1\n')]);
    chmodSync(join(place.gitDir, 'HEAD'), 0o444);
    markedLock(place, 'refs/heads/main.lock', '');
    await fence.clearStaleLock(intent);
    assert.deepEqual(locksIn(place.gitDir), ['refs/heads/main.lock']);
  });

  it('does not cost a living git that is committing its locks', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    const fence = await raised(t, open, 1);
    const intent = await prepared(open, [change('x', '1\n')]);
    const go = join(place.root, 'go');
    const hook = join(place.gitDir, 'hooks/reference-transaction');
    const holds = `[ -e '${place.gitDir}/HEAD.lock' ] || exit 0`;
    write(
      hook,
      `#!/bin/sh\n[ "$1" = prepared ] || exit 0\n${holds}\nwhile [ ! -e '${go}' ]; do sleep 0.01; done\n`,
    );
    chmodSync(hook, 0o755);
    write(join(place.path, 'human'), 'mine\n');
    place.git('add', 'human');
    const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };
    const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
    const human = spawn('git', [...who, 'commit', '-qm', 'Mine'], { cwd: place.path, env });
    const closed = once(human, 'close');
    await until(() => existsSync(join(place.gitDir, 'HEAD.lock')), 'the human holds HEAD');
    await fence.clearStaleLock(intent);
    assert.deepEqual(locksIn(place.gitDir), ['HEAD.lock', 'refs/heads/main.lock']);
    write(go, '');
    assert.deepEqual(await closed, [0, null]);
    assert.equal((await fence.land(intent)).kind, 'outpaced');
  });

  it('while raising leaves a fence lock that only the next holder of the kernel lock removes', async (t) => {
    const place = makePlace(t, 'bare');
    const open = await opened(t, place);
    const fence = await raised(t, open, 1);
    const predecessor = fence.writer;
    const lock = join(place.gitDir, 'refs/ghost/fence/main.lock');
    await fence.lower();
    markedLock(place, 'refs/ghost/fence/main.lock', '');
    const locked = { kind: 'locked', path: lock };
    assert.deepEqual(await open.destination.raise(lease(2), predecessor, { adopt: false }), locked);
    assert.equal(existsSync(lock), true, 'raise removes nothing');
    assert.equal(await open.destination.clearStaleFence(predecessor), true);
    fenceIn(t, await open.destination.raise(lease(2), predecessor, { adopt: false }));
  });

  it('while raising for the first time is on no record, and its lock goes once it is dead', async (t) => {
    const place = makePlace(t, 'bare');
    const open = await opened(t, place);
    const lock = join(place.gitDir, 'refs/ghost/fence/main.lock');
    const living = await raised(t, open, 1);
    markedLock(place, 'refs/ghost/fence/main.lock', '');
    assert.equal(await open.destination.clearStaleFence(null), false, 'its kernel lock is held');
    await living.lower();
    assert.deepEqual(await open.destination.raise(lease(2), null, { adopt: false }), {
      kind: 'locked',
      path: lock,
    });
    assert.equal(await open.destination.clearStaleFence(null), true);
    fenceIn(t, await open.destination.raise(lease(2), null, { adopt: false }));
  });

  it('at any of many moments leaves a repository from which a successor lands exactly once', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    let fence = await raised(t, open, 1);
    const started = performance.now();
    assert.equal((await fence.land(await prepared(open, [change('x', 'first\n')]))).kind, 'moved');
    const span = performance.now() - started;
    const seen = { moved: 0, fenced: 0, locksLeft: 0 };
    for (let round = 0; round < 24; round += 1) {
      const intent = await prepared(open, [change('x', `${round}\n`)], `Round ${round}`);
      const dying = fence.writer;
      const landing = fence.land(intent);
      const moment = performance.now() + (span * round) / 24;
      while (performance.now() < moment) await new Promise((resolve) => setImmediate(resolve));
      process.kill(-dying.pid, 'SIGKILL');
      const outcome = await landing;
      const landed = place.git('rev-parse', 'main') === intent.commit;
      assert.equal(outcome.kind, landed ? 'moved' : 'fenced');
      if (locksIn(place.gitDir).length > 0) seen.locksLeft += 1;
      seen[landed ? 'moved' : 'fenced'] += 1;
      fence = await takeOver(t, open, { token: round + 2, predecessor: dying });
      await fence.clearStaleLock(intent);
      assert.deepEqual(locksIn(place.gitDir), []);
      assert.deepEqual(await fence.land(intent), { kind: 'moved' });
      assert.equal(place.git('rev-parse', 'main'), intent.commit);
    }
    t.diagnostic(`the killed writer's landings: ${JSON.stringify(seen)}`);
    assert.equal(place.git('rev-list', '--count', 'main'), '26');
    place.git('fsck', '--strict');
  });
});
