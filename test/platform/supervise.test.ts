import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ChildSpec } from '../../src/platform/child.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { readProcess } from '../../src/platform/processes.ts';
import type { RestartPolicy } from '../../src/platform/restart-budget.ts';
import { type SupervisorEvent, supervise } from '../../src/platform/supervise.ts';

const CHILD = new URL('./children/child.ts', import.meta.url).pathname;
const PARENT = new URL('./children/parent.ts', import.meta.url).pathname;

const FAST: RestartPolicy = {
  starts: 3,
  withinMs: 60_000,
  backoff: { baseMs: 5, capMs: 10 },
  degradedRetryMs: 60_000,
};

/** A supervisor of children that behave in the given manners, with everything that it tells. */
function supervisor(t: TestContext, manners: readonly string[], limits: Partial<ChildSpec> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ghost-supervise-'));
  const file = join(folder, 'notes');
  const events: SupervisorEvent[] = [];
  const waiting = new Set<() => void>();
  const it = supervise({
    children: manners.map((manner, index) => ({
      name: `c${index}`,
      module: CHILD,
      args: [file, `c${index}`, manner],
      readyMs: 10_000,
      graceMs: 5_000,
      ...limits,
    })),
    restarts: FAST,
    clock: systemClock,
    random: Math.random,
    onEvent: (event) => {
      events.push(event);
      for (const look of waiting) look();
    },
  });
  t.after(async () => {
    await it.stop();
    rmSync(folder, { recursive: true });
  });
  const heard = (wanted: (event: SupervisorEvent) => boolean, times = 1) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (events.filter(wanted).length >= times) resolve();
      };
      waiting.add(look);
      look();
    });
  return { it, events, heard, notes: () => readNotes(file) };
}

function readNotes(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

/** At a process boundary there is no signal to wait for: a bounded poll. */
async function until(holds: () => boolean): Promise<void> {
  for (let look = 0; look < 400 && !holds(); look += 1) await systemClock.sleep(25);
  assert.ok(holds());
}

const isGone = (pid: number) => (readProcess(pid)?.state ?? 'Z') === 'Z';

describe('the supervisor', () => {
  it('starts children in order, each after the one before is ready, and stops them in reverse', async (t) => {
    const { it: all, events, notes } = supervisor(t, ['well', 'well']);
    await all.start();
    assert.deepEqual(
      events.map(({ kind, child }) => `${kind} ${child}`),
      ['starting c0', 'ready c0', 'starting c1', 'ready c1'],
    );
    const ready = events.find((event) => event.kind === 'ready');
    assert.deepEqual(ready?.kind === 'ready' && ready.details, { url: 'http://c0' });
    await all.stop();
    assert.deepEqual(
      notes().map((line) => line.split(' ').slice(0, 2).join(' ')),
      ['started c0', 'started c1', 'stopped c1', 'stopped c0'],
    );
    assert.deepEqual(
      all.children().map(({ state }) => state),
      ['stopped', 'stopped'],
    );
  });

  it('starts a killed child again', async (t) => {
    const { it: all, heard } = supervisor(t, ['well']);
    await all.start();
    const first = all.children()[0]?.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await heard(({ kind }) => kind === 'ready', 2);
    const [child] = all.children();
    assert.deepEqual([child?.state, child?.restarts, child?.budget], ['running', 1, 'kept']);
    assert.notEqual(child?.pid, first);
  });

  it('leaves a child that dies again and again alone for longer, and says so', async (t) => {
    const { it: all, events, heard } = supervisor(t, ['dies-after']);
    await all.start();
    await heard(({ kind }) => kind === 'degraded');
    const ends = events.flatMap((event) =>
      event.kind === 'crashed' || event.kind === 'degraded'
        ? [[event.kind, event.problem, event.retryInMs > 1_000]]
        : [],
    );
    assert.deepEqual(ends, [
      ['crashed', 'it ended with exit code 9', false],
      ['crashed', 'it ended with exit code 9', false],
      ['degraded', 'it ended with exit code 9', true],
    ]);
    assert.deepEqual(
      all.children().map(({ state, budget }) => [state, budget]),
      [['waiting', 'spent']],
    );
  });

  it('stops what it had started when a child refuses, and repeats the child’s own reason', async (t) => {
    const { it: all, notes } = supervisor(t, ['well', 'refuses', 'well']);
    await assert.rejects(all.start(), {
      name: 'ChildFailed',
      child: 'c1',
      code: 'port_in_use',
      message: 'the port is taken',
    });
    assert.deepEqual(
      notes().map((line) => line.split(' ').slice(0, 2).join(' ')),
      ['started c0', 'stopped c0'],
    );
  });

  it('says that a child ended before it was ready', async (t) => {
    const { it: all } = supervisor(t, ['dies-before']);
    await assert.rejects(all.start(), { message: 'it ended with exit code 7 before it was ready' });
  });

  it('does not wait for ever for a child that says nothing', async (t) => {
    const { it: all } = supervisor(t, ['silent'], { readyMs: 300, graceMs: 300 });
    await assert.rejects(all.start(), { message: 'it was not ready within 300 ms' });
  });

  it('gives up a start under way when it is stopped', async (t) => {
    const { it: all, heard } = supervisor(t, ['silent'], { graceMs: 300 });
    const starting = assert.rejects(all.start(), { message: 'it was stopped while it started' });
    await heard(({ kind }) => kind === 'starting');
    await all.stop();
    await starting;
  });

  it('kills a child that does not stop within its grace', async (t) => {
    const { it: all, events } = supervisor(t, ['deaf'], { graceMs: 200 });
    await all.start();
    const pid = all.children()[0]?.pid ?? 0;
    await all.stop();
    assert.ok(isGone(pid));
    assert.deepEqual(events.at(-1), { kind: 'stopped', child: 'c0', how: 'ended by SIGKILL' });
  });

  it('leaves no child behind when it is killed itself', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'ghost-supervise-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'notes');
    const parent = fork(PARENT, [file], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const [said] = await once(parent.stdout ?? parent, 'data');
    const child = Number(String(said).trim());
    assert.ok(child > 0 && !isGone(child));
    parent.kill('SIGKILL');
    await until(() => isGone(child));
    assert.deepEqual(readNotes(file), [`started orphan ${child}`, `stopped orphan ${child}`]);
  });
});
