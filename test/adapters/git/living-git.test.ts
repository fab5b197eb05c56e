import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { OpenRepository } from '../../../src/ports/repository.ts';
import { change, fenceIn, lease, makePlace, opened, type Place, prepared, raised, until } from './world.ts';

const STRACE = '/usr/bin/strace';
const skip = existsSync(STRACE) || process.env.CI === 'true' ? false : 'no strace: apt-get install strace';
const LOCK = 'refs/ghost/fence/main.lock';

/** A person's `git pack-refs` that is about to remove the file of the fence: its lock is held, empty and closed. */
async function stoppedPacker(t: TestContext, place: Place): Promise<ChildProcess> {
  const lock = join(place.gitDir, LOCK);
  const inject = ['-e', 'trace=close', '-e', 'inject=close:signal=STOP:when=1', '-P', lock];
  const options = ['-D', '-qq', ...inject, '-o', join(place.root, 'trace')];
  const packer = spawn(STRACE, [...options, 'git', 'pack-refs', '--all', '--prune'], {
    cwd: place.path,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent' },
    stdio: 'ignore',
  });
  t.after(() => packer.kill('SIGKILL'));
  const stat = () => readFileSync(`/proc/${packer.pid}/stat`, 'latin1').split(') ')[1] ?? '';
  await until(() => existsSync(lock) && /^[Tt]/.test(stat()), 'it holds the lock and is stopped');
  assert.equal(readFileSync(lock, 'latin1'), '');
  return packer;
}

async function goesOn(packer: ChildProcess): Promise<void> {
  const closed = once(packer, 'close');
  packer.kill('SIGCONT');
  assert.deepEqual(await closed, [0, null]);
}

const token = async (open: OpenRepository) => (await open.destination.fence())?.token;

describe('a living git that packs refs', { skip }, () => {
  it('keeps its empty lock on the fence, which is raised once it is done', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    await (await raised(t, open, 1)).lower();
    const packer = await stoppedPacker(t, place);
    const raise = () => open.destination.raise(lease(2), null, { adopt: false });
    assert.deepEqual(await raise(), { kind: 'locked', path: join(place.gitDir, LOCK) });
    assert.equal(await open.destination.clearStaleFence(null), false);
    await goesOn(packer);
    const fence = fenceIn(t, await raise());
    assert.equal(await token(open), 2);
    assert.deepEqual(await fence.land(await prepared(open, [change('x', '1\n')])), { kind: 'moved' });
  });

  it('would bring an earlier fence back, were its lock taken from it', async (t) => {
    const place = makePlace(t);
    const open = await opened(t, place);
    await (await raised(t, open, 1)).lower();
    const packer = await stoppedPacker(t, place);
    rmSync(join(place.gitDir, LOCK));
    const fence = await raised(t, open, 2);
    await goesOn(packer);
    assert.equal(await token(open), 1);
    const intent = await prepared(open, [change('x', '1\n')]);
    assert.equal((await fence.land(intent)).kind, 'fenced', 'it is told, and nothing is landed');
  });
});
