import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { addWorkspace } from '../../../src/app/add-workspace.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { resumeWorkspace } from '../../../src/app/pause-workspace.ts';
import { submitPatch } from '../../../src/app/submit-patch.ts';
import { fail } from '../../../src/core/errors.ts';
import type { StepObserver } from '../../../src/core/patch/landing-step.ts';
import { Lane } from '../../../src/workers/runner/lane.ts';
import { Slots } from '../../../src/workers/runner/slots.ts';
import { HandClock } from '../../world/clock.ts';
import { creating } from '../../world/diffs.ts';
import { aRepository, git } from '../../world/git.ts';
import { openInstallationFor } from '../../world/installation.ts';
import { eventually } from '../../world/processes.ts';
import { stoppedBecause } from '../../world/runner.ts';

const TTL_MS = 600_000;

/** Says how long each pause of the lane is; those of its lease and of a check under way are left out. */
class WatchedClock extends HandClock {
  readonly pauses: number[] = [];
  isResting = (): boolean => true;

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms !== TTL_MS / 3 && this.isResting()) this.pauses.push(ms);
    return super.sleep(ms, signal);
  }
}

/** A lane over a real line with a clock turned by hand; `broken` makes what it needs fail. */
async function aLane(test: TestContext, broken: (needs: Needs) => Partial<Needs>, observe = noObserver) {
  const installation = await openInstallationFor();
  const { needs, logger } = installation;
  const clock = new WatchedClock();
  const repository = aRepository();
  const workspace = await addWorkspace(needs, {
    ...{ name: 'app', repo: repository, branch: 'main', checks: [], actor: 'test', adopt: false },
  });
  const draining = new AbortController();
  const open = () => {
    const lane = new Lane(
      { ...needs, clock, ...broken(needs) },
      {
        ...{ workspace, owner: 'test', leaseTtlMs: TTL_MS, cooldownMs: 0, logger, observe },
        ...{ draining: draining.signal, stopping: draining.signal },
        slots: new Slots({ limit: null, part: () => 1, clock }),
      },
    );
    clock.isResting = () => lane.facts().doing !== 'landing';
    test.after(async () => {
      draining.abort();
      await lane.ended;
      await installation.close();
    });
    return lane;
  };
  return {
    ...{ needs, clock, repository, open },
    /** The pause that follows as many others, once the lane has begun it. */
    pause: (after: number) => eventually(`pause ${after}`, () => clock.pauses[after]),
    submit: async (path: string) => {
      const { patch } = await submitPatch(needs, {
        ...{ workspace: 'app', body: Buffer.from(creating(path)), format: null, title: null },
        ...{ author: 'test', origin: 'http', idempotencyKey: null, force: false },
      });
      return patch.id;
    },
    leases: async () =>
      (await needs.chains.entries('app', 0, 999)).filter(({ type }) => type === 'lease.taken').length,
  };
}

/** Points the fence of `main` at a new blob, as anybody can who may push. */
function setFence(repository: string, text: string): void {
  const hash = ['-C', repository, 'hash-object', '-w', '--stdin'];
  const blob = execFileSync('git', hash, { input: `ghost-fence 2\n${text}\n`, encoding: 'utf8' }).trim();
  git(repository, 'update-ref', 'refs/ghost/fence/main', blob);
}

const noObserver: StepObserver = async () => undefined;

describe('a lane that fails', () => {
  it('keeps still for a second and then twice as long each time, up to 30 s; only its own line wakes it', async (t) => {
    let opened = 0;
    const lane = await aLane(t, ({ repositories }) => ({
      repositories: {
        ...repositories,
        open: async () => {
          opened += 1;
          throw fail('git_failed', { command: 'open', exitCode: 1, stderr: 'not today' });
        },
      },
    }));
    const running = lane.open();
    let at = 0;
    for (const expected of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000]) {
      assert.equal(await lane.pause(at), expected);
      assert.equal(opened, at + 1);
      lane.clock.advance(expected);
      at += 1;
    }
    assert.equal(await lane.pause(at), 30_000);
    assert.match(running.facts().detail ?? '', /not today/);

    lane.clock.advance(10_000);
    await lane.needs.wakeUps.notify('line');
    assert.equal(await lane.pause(at + 1), 20_000, 'a hint about another line');
    assert.equal(opened, at + 1);
    await lane.submit('a.txt');
    assert.equal(await lane.pause(at + 2), 1_000, 'a patch of this one');
    assert.equal(opened, at + 2);
  });

  it('stops the line with the words of a remote that has declined its fence three times in a row', async (t) => {
    const lane = await aLane(t, ({ repositories }) => ({
      repositories: {
        ...repositories,
        open: async () => {
          throw fail('remote_declined', { url: 'https://h/app', problem: 'closed for the night' });
        },
      },
    }));
    const running = lane.open();
    for (const [at, pauseMs] of [1_000, 2_000].entries()) {
      assert.equal(await lane.pause(at), pauseMs);
      assert.equal(running.facts().doing, 'blocked');
      lane.clock.advance(pauseMs);
    }
    await lane.pause(2);
    assert.equal(running.facts().doing, 'paused');
    const { paused } = (await lane.needs.workspaces.find('app')) ?? {};
    assert.match(paused ?? '', /closed for the night.*refs\/ghost\/fence/);
  });

  it('takes few leases in vain, and begins with a second again once something went well', async (t) => {
    let isBroken = true;
    const lane = await aLane(t, ({ policy }) => ({
      policy: {
        rulesFor: async (name) => {
          if (isBroken) throw fail('git_failed', { command: 'policy', exitCode: 1, stderr: 'not now' });
          return policy.rulesFor(name);
        },
        addCheck: (...args) => policy.addCheck(...args),
        removeChecks: (...args) => policy.removeChecks(...args),
      },
    }));
    const first = await lane.submit('a.txt');
    lane.open();
    for (const [at, expected] of [1_000, 2_000, 4_000].entries()) {
      assert.equal(await lane.pause(at), expected);
      assert.equal(await lane.leases(), at + 1);
      if (expected === 4_000) isBroken = false;
      lane.clock.advance(expected);
    }
    await eventually('it lands', async () => (await lane.needs.ledger.find(first))?.state.name === 'landed');
    assert.equal(await lane.pause(3), 1_000, 'at rest, with the lease in hand');
    isBroken = true;
    await lane.submit('b.txt');
    await eventually('it has failed again', () => lane.clock.pauses.length > 4);
    assert.equal(lane.clock.pauses.at(-1), 1_000);
    assert.equal(await lane.leases(), 4);
  });

  it('takes no lease where another installation fences the line, and keeps still for longer each time', async (t) => {
    const lane = await aLane(t, () => ({}));
    setFence(lane.repository, `installation stranger\nworkspace app\ntoken 5\nnonce ${'0'.repeat(32)}`);
    const running = lane.open();
    for (const [at, expected] of [1_000, 2_000, 4_000].entries()) {
      assert.equal(await lane.pause(at), expected);
      lane.clock.advance(expected);
    }
    assert.match(running.facts().detail ?? '', /fenced by installation stranger/);
    assert.equal(await lane.leases(), 0);
  });

  it('stops the line where the fence names no mark, and says which ref to remove', async (t) => {
    const lane = await aLane(t, () => ({}));
    setFence(lane.repository, 'anything');
    lane.open();
    const why = await stoppedBecause(lane.needs, 'app');
    assert.match(why, /update-ref -d refs\/ghost\/fence\/main`, and `ghost workspace resume app`$/);
    assert.equal(await lane.leases(), 0);
    git(lane.repository, 'update-ref', '-d', 'refs/ghost/fence/main');
    await resumeWorkspace(lane.needs, { name: 'app', actor: 'eve' });
    const id = await lane.submit('a.txt');
    await eventually('it lands', async () => (await lane.needs.ledger.find(id))?.state.name === 'landed');
  });

  it('waits with the lease in hand for what is locked', async (t) => {
    let isDying = true;
    const lane = await aLane(
      t,
      () => ({}),
      async (step) => {
        if (step === 'intent-recorded' && isDying) throw new Error('it is cut off here');
      },
    );
    const id = await lane.submit('a.txt');
    const running = lane.open();
    assert.equal(await lane.pause(0), 1_000);
    isDying = false;
    const lock = join(lane.repository, '.git/refs/heads/main.lock');
    writeFileSync(lock, 'somebody else');
    for (const at of [1, 2, 3]) {
      lane.clock.advance(1_000);
      assert.equal(await lane.pause(at), 1_000);
      assert.match(running.facts().detail ?? '', /repository locked: .*main\.lock/);
      assert.equal(await lane.leases(), 2);
    }
    assert.equal(existsSync(lock), true);
    rmSync(lock);
    lane.clock.advance(1_000);
    await eventually('it lands', async () => (await lane.needs.ledger.find(id))?.state.name === 'landed');
    assert.equal(await lane.leases(), 2);
  });
});
