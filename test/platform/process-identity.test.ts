import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { it } from 'node:test';
import { identify, isAlive, leadsGroup } from '../../src/platform/process-identity.ts';

/** Waits for what another process does. */
async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

it('a process is alive until it ends, and a later one with its pid is another', async (t) => {
  const child = spawn('cat', { detached: true });
  t.after(() => child.kill('SIGKILL'));
  const identity = identify(child.pid ?? 0);
  assert.ok(identity);
  assert.equal(isAlive(identity), true);
  assert.equal(leadsGroup(identity), true);
  assert.equal(isAlive({ ...identity, startedTicks: identity.startedTicks + 1 }), false);
  assert.equal(isAlive({ ...identity, bootId: 'another boot' }), false);
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.equal(isAlive(identity), false);
  assert.equal(identify(identity.pid), null);
});

it('a process that ended and was not reaped is not alive', async (t) => {
  // Once bash has become cat nobody reaps its child, which ends when fd 3 gives it a line.
  const script = 'read -r _ <&3 & echo $!; exec cat';
  const parent = spawn('bash', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore', 'pipe'] });
  t.after(() => parent.kill('SIGKILL'));
  const [line] = await once(parent.stdout ?? assert.fail(), 'data');
  const identity = identify(Number(String(line)));
  assert.ok(identity);
  assert.equal(isAlive(identity), true);
  await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() === 'cat', 'bash is cat');
  const wake = parent.stdio[3];
  assert.ok(wake instanceof Writable);
  wake.end('\n');
  await until(() => !isAlive(identity), 'the child has ended');
  assert.deepEqual(identify(identity.pid), identity, 'it is still listed, so it was the state that told');
});

it('a process in the group of another does not lead one', (t) => {
  const child = spawn('cat');
  t.after(() => child.kill('SIGKILL'));
  const identity = identify(child.pid ?? 0);
  assert.ok(identity);
  assert.equal(leadsGroup(identity), false);
});
