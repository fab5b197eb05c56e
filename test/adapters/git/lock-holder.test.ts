import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { startedBy } from '../../../src/adapters/git/lock-holder.ts';
import { type Identity, identify } from '../../../src/platform/process-identity.ts';
import { change, fenceIn, lease, makePlace, opened, type Place, prepared, raised, until } from './world.ts';

const SELF = identify(process.pid) as Identity;

/** A writer that holds the kernel lock of `main` and is stopped; who started it is what it says. */
async function stoppedHolder(t: TestContext, place: Place, runner: Identity): Promise<ChildProcess> {
  const lockFile = join(place.gitDir, 'ghost', 'main.lock');
  mkdirSync(join(place.gitDir, 'ghost'), { recursive: true });
  const git = ['git', ...startedBy(runner), `--git-dir=${place.gitDir}`, 'update-ref', '--stdin'];
  const holder = spawn('flock', ['--no-fork', '--exclusive', lockFile, ...git], { detached: true });
  t.after(() => holder.kill('SIGKILL'));
  const { pid = 0 } = holder;
  await until(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'git\n', 'git runs under the lock');
  holder.kill('SIGSTOP');
  return holder;
}

const SEPARATOR = 'unshare';
const CONTAINER = ['--map-root-user', '--fork', '--pid', '--kill-child'];
const isContained = spawnSync(SEPARATOR, [...CONTAINER, 'true']).status === 0;

describe('a kernel lock that is held', () => {
  it('by a stopped writer whose runner died before the ledger named it is freed by a successor', async (t) => {
    const place = makePlace(t);
    const dead: Identity = { ...SELF, startedTicks: SELF.startedTicks + 1 };
    const holder = await stoppedHolder(t, place, dead);
    const open = await opened(t, place);
    const fence = fenceIn(t, await open.destination.raise(lease(1), null, { adopt: false }));
    await until(() => holder.signalCode === 'SIGKILL', 'the holder was killed');
    assert.deepEqual(await fence.land(await prepared(open, [change('x', 'once\n')])), { kind: 'moved' });
  });

  it('by the writer of a runner that is itself stopped is freed as well', async (t) => {
    const place = makePlace(t);
    const runner = spawn('cat');
    t.after(() => runner.kill('SIGKILL'));
    const holder = await stoppedHolder(t, place, identify(runner.pid ?? 0) as Identity);
    runner.kill('SIGSTOP');
    const open = await opened(t, place);
    fenceIn(t, await open.destination.raise(lease(1), null, { adopt: false }));
    await until(() => holder.signalCode === 'SIGKILL', 'the holder was killed');
  });

  it('by the writer of a runner that lives is left alone', async (t) => {
    const place = makePlace(t);
    const holder = await stoppedHolder(t, place, SELF);
    const open = await opened(t, place);
    const answer = await open.destination.raise(lease(1), null, { adopt: false });
    assert.equal(answer.kind, 'locked');
    assert.equal(holder.signalCode, null);
  });

  const skip = isContained ? false : 'processes cannot be counted apart here';
  it('in a container is left alone: its runner has another number here, and only seems dead', {
    skip,
  }, async (t) => {
    const place = makePlace(t);
    const folder = join(place.gitDir, 'ghost');
    mkdirSync(folder, { recursive: true });
    const lockFile = join(folder, 'main.lock');
    const git = [
      'git',
      ...startedBy({ ...SELF, pid: 2 }),
      `--git-dir=${place.gitDir}`,
      'update-ref',
      '--stdin',
    ];
    const flock = ['flock', '--no-fork', '--exclusive', lockFile, ...git];
    const holder = spawn(SEPARATOR, [...CONTAINER, ...flock], { stdio: ['pipe', 'ignore', 'ignore'] });
    t.after(() => holder.kill('SIGKILL'));
    const isLocked = () => spawnSync('flock', ['--nonblock', lockFile, 'true']).status === 1;
    await until(isLocked, 'git runs under the lock');
    const open = await opened(t, place);
    const answer = await open.destination.raise(lease(1), null, { adopt: false });
    assert.deepEqual([answer.kind, isLocked(), holder.exitCode], ['locked', true, null]);
  });
});

describe('a writer that is stopped while its runner lives', () => {
  it('is ended after a time, and the landing is decided by looking', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place, { answerWithinMs: 100 });
    const fence = await raised(t, open, 1);
    const intent = await prepared(open, [change('x', 'once\n')]);
    const { writer } = fence;
    process.kill(-writer.pid, 'SIGSTOP');
    await assert.rejects(fence.land(intent), /update-ref/);
    const next = fenceIn(t, await open.destination.raise(lease(2), writer, { adopt: false }));
    await next.clearStaleLock(intent);
    assert.deepEqual(await next.land(intent), { kind: 'moved' });
  });
});
