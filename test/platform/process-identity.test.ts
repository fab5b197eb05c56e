import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { identify, isAlive, leadsGroup } from '../../src/platform/process-identity.ts';

it('a process is alive until it ends, and a later one with its pid is another', async () => {
  const child = spawn('cat', { detached: true });
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

it('a process that ended and was not reaped is not alive', async () => {
  const parent = spawn('bash', ['-c', 'true & echo $!; exec cat'], { stdio: 'pipe' });
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(String(line));
  const end = performance.now() + 5_000;
  let identity = identify(pid);
  assert.ok(identity, 'the zombie keeps its entry, because cat never reaps');
  while (isAlive(identity) && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    identity = identify(pid) ?? identity;
  }
  assert.equal(isAlive(identity), false);
  assert.ok(identify(pid), 'still there, so it was the state that told');
  parent.kill('SIGKILL');
  await once(parent, 'close');
});

it('a process in the group of another does not lead one', async () => {
  const child = spawn('cat');
  const identity = identify(child.pid ?? 0);
  assert.ok(identity);
  assert.equal(leadsGroup(identity), false);
  child.kill('SIGKILL');
  await once(child, 'close');
});
