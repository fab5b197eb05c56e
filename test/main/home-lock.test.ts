import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lockHome } from '../../src/main/home-lock.ts';
import { temporaryFolder } from '../world/git.ts';

const HOLDER = new URL('./lock-holder.ts', import.meta.url).pathname;

describe('the lock of a home', () => {
  it('is held by one at a time, and free again after its release', (t) => {
    const folder = temporaryFolder('lock');
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'up.lock');
    const first = lockHome(file);
    assert.ok(first);
    assert.equal(lockHome(file), null);
    first.release();
    const second = lockHome(file);
    assert.ok(second);
    second.release();
    assert.deepEqual(readdirSync(folder), ['up.lock'], 'nothing is left beside it');
  });

  it('is free at once when its holder was killed', async (t) => {
    const folder = temporaryFolder('lock');
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'up.lock');
    const holder = fork(HOLDER, [file]);
    assert.deepEqual((await once(holder, 'message'))[0], 'held');
    assert.equal(lockHome(file), null);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const lock = lockHome(file);
    assert.ok(lock);
    lock.release();
  });
});
