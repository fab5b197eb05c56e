import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { redisAdmission } from '../../../src/adapters/redis/admission.ts';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { addWorkspace } from '../../../src/app/add-workspace.ts';
import { admittedLeaser } from '../../../src/app/admitted-leaser.ts';
import { describeWorkspace } from '../../../src/app/describe-workspace.ts';
import { landNextPatch } from '../../../src/app/land-next-patch.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { submitPatch } from '../../../src/app/submit-patch.ts';
import { takeWorkspace } from '../../../src/app/take-workspace.ts';
import { verifyWorkspace } from '../../../src/app/verify/verify-workspace.ts';
import type { LandingStep, StepObserver } from '../../../src/core/patch/landing-step.ts';
import type { Workspace } from '../../../src/core/workspace.ts';
import { secret } from '../../../src/platform/secret.ts';
import { type Runner, startRunner } from '../../../src/workers/runner/runner.ts';
import { creating } from '../../world/diffs.ts';
import { aBareRepository } from '../../world/git.ts';
import { type Installation, installationSettings, openInstallationFor } from '../../world/installation.ts';
import { eventually } from '../../world/processes.ts';
import { startProxy } from '../../world/proxy.ts';
import { REDIS_MISSING, startRedis } from '../../world/servers/redis.ts';

const TTL_MS = 1_000;

describe('a Redis in front of the ledger', { skip: REDIS_MISSING, timeout: 120_000 }, () => {
  for (const stalledAt of ['claimed', 'intent-recorded'] as const) {
    it(`that fails over lets two in, of whom one lands and the other is fenced; stalled at ${stalledAt}`, async (t) => {
      const { primary, replica, promote } = await aPair(t);
      const scene = await aScene(t, installationSettings());
      const [one, two] = [admittedBy(t, scene, primary), admittedBy(t, scene, replica)];
      const id = await scene.submit('first');

      const stall = stallAt(stalledAt);
      const holding = await held(one.needs, scene.workspace, stall.observe);
      t.after(() => holding.fence.lower());
      const landing = landNextPatch(one.needs, holding, { cooldownMs: 0, waived: null, branch: 'kept' });
      await stall.reached;
      await one.admission.enter({ name: 'main', owner: 'runner/one' }, 600_000);
      await promote();
      const entrance = await two.admission.enter({ name: 'main', owner: 'runner/two' }, 600_000);
      assert.equal(entrance.kind, 'admitted');
      assert.deepEqual(await Promise.all([one.inside(), two.inside()]), ['runner/one', 'runner/two']);

      run(t, { ...scene.installation, needs: two.needs }, 'runner/two', () => undefined);
      await scene.landed([id]);
      stall.goOn();
      assert.match((await landing).kind, /^(?:fenced|superseded)$/);
      await holding.open.repository.close();
      await scene.verify(1);
    });
  }

  it('that is killed, stopped or emptied in mid landing costs time alone', async (t) => {
    const server = await startRedis();
    t.after(() => server.close());
    const scene = await aScene(t, { ...installationSettings(), GHOST_REDIS_URL: server.url });
    const redis = client(t, server.url);
    const faults = {
      killed: [() => server.kill(), () => server.restart()],
      stopped: [async () => server.pause(), async () => server.resume()],
      emptied: [() => redis.flushall(), async () => undefined],
    } as const;
    let due: (() => Promise<unknown>) | null = null;
    run(t, scene.installation, 'runner/one', async (step) => {
      if (step !== 'checks-run' || due === null) return;
      const [fault] = [due];
      due = null;
      await fault();
    });
    for (const [name, [begin, end]] of Object.entries(faults)) {
      due = begin;
      const ids = [await scene.submit(`${name} before`), await scene.submit(`${name} behind`)];
      await scene.landed(ids);
      assert.equal(due, null);
      await end();
    }
    await eventually('the holder to be let in again', async () => {
      const { admission } = await describeWorkspace(scene.needs, 'main');
      return admission?.kind === 'admitted' && admission.owner === 'runner/one';
    });
    await scene.verify(6);
  });

  it('has the name of whoever begins with a workspace under its key, and of nobody else', async (t) => {
    const server = await startRedis();
    t.after(() => server.close());
    const settings = { ...installationSettings(), GHOST_REDIS_URL: server.url };
    const scene = await aScene(t, settings);
    const redis = client(t, server.url);
    const [key = ''] = await keysOf(scene.needs, redis);
    const begun: (readonly [string, string | null])[] = [];
    const runners = new Map<string, Runner>();
    for (const owner of ['runner/one', 'runner/two']) {
      const beside = await openInstallationFor(settings);
      t.after(() => beside.close());
      const runner = run(t, beside, owner, async (step) => {
        if (step === 'lease-taken' || step === 'claimed') begun.push([owner, await redis.get(key)]);
      });
      runners.set(owner, runner);
    }
    await scene.landed([await scene.submit('first'), await scene.submit('second')]);
    const { admission, lease } = await describeWorkspace(scene.needs, 'main');
    assert.ok(admission?.kind === 'admitted' && lease);
    assert.deepEqual([admission.key, admission.owner], [key, lease.owner]);
    assert.ok(Date.parse(admission.expiresAt) > 0);
    await runners.get(admission.owner)?.stop();
    await scene.landed([await scene.submit('third')]);
    assert.deepEqual(new Set(begun.map(([owner]) => owner)).size, 2);
    for (const [owner, inside] of begun) assert.equal(inside, owner);
    await scene.verify(3);
  });

  it('that is gone as Ghost starts is told, keeps nobody from landing, and is used when it comes', async (t) => {
    const server = await startRedis();
    t.after(() => server.close());
    await server.kill();
    const scene = await aScene(t, { ...installationSettings(), GHOST_REDIS_URL: server.url });
    run(t, scene.installation, 'runner/one', () => undefined);
    await scene.landed([await scene.submit('first')]);
    const { admission } = await describeWorkspace(scene.needs, 'main');
    assert.match(admission?.kind === 'unknown' ? admission.problem : '', /nobody listens/);
    await server.restart();
    await eventually('the holder to be let in', async () => {
      const now = await describeWorkspace(scene.needs, 'main');
      return now.admission?.kind === 'admitted' && now.admission.owner === 'runner/one';
    });
  });
});

/** A primary and its replica, between which nothing goes any more. */
async function aPair(t: TestContext) {
  const primary = await startRedis({ 'repl-diskless-sync-delay': '0' });
  const link = await startProxy(primary.port);
  const replica = await startRedis({ replicaof: `127.0.0.1 ${link.port}` });
  t.after(async () => {
    await replica.close();
    await link.close();
    await primary.close();
  });
  const redis = client(t, replica.url);
  await eventually('the replica to follow', async () =>
    (await redis.info()).includes('master_link_status:up'),
  );
  link.weather({ kind: 'silent' });
  return {
    primary: primary.url,
    replica: replica.url,
    promote: () => redis.replicaof('NO', 'ONE'),
  };
}

/** A workspace `main` on a real repository, no runner yet. */
async function aScene(t: TestContext, settings: Readonly<Record<string, string>>) {
  const installation = await openInstallationFor(settings);
  t.after(() => installation.close());
  const { needs } = installation;
  const workspace = await addWorkspace(needs, {
    ...{ name: 'main', repo: aBareRepository(), branch: 'main', checks: [], actor: 'test', adopt: false },
  });
  return {
    ...{ installation, needs, workspace },
    submit: async (name: string) => {
      const body = Buffer.from(creating(`${name}.txt`, name));
      const { patch } = await submitPatch(needs, {
        ...{ workspace: 'main', body, format: null, title: name, author: 'test', origin: 'http' },
        ...{ idempotencyKey: null, force: false },
      });
      return patch.id;
    },
    landed: (ids: readonly string[]) =>
      eventually(`${ids} to land`, async () => {
        const patches = await Promise.all(ids.map((id) => needs.ledger.find(id as never)));
        return patches.every((patch) => patch?.state.name === 'landed');
      }),
    verify: async (landed: number) => {
      const report = await verifyWorkspace(needs, 'main');
      assert.deepEqual([report.problems, report.landed, report.commits], [[], landed, landed]);
    },
  };
}

type Scene = Awaited<ReturnType<typeof aScene>>;

/** The needs of a runner that reaches this Redis. */
function admittedBy(t: TestContext, { needs }: Scene, url: string) {
  const connection = openRedis({ url: secret(url), installation: 'here', name: 'test' });
  t.after(() => connection.close());
  const admission = redisAdmission(connection);
  const redis = client(t, url);
  return {
    admission,
    needs: { ...needs, admission, leaser: admittedLeaser(needs.leaser, admission) } satisfies Needs,
    inside: () => redis.get(connection.key('admission', 'main')),
  };
}

async function held(needs: Needs, workspace: Workspace, observe: StepObserver) {
  const open = await needs.repositories.open(workspace);
  const taken = await takeWorkspace(needs, {
    ...{ workspace, open, owner: 'runner/one', ttlMs: TTL_MS, adopt: false, observe },
    signal: new AbortController().signal,
  });
  assert.ok(taken.kind === 'taken', taken.kind);
  return taken.holding;
}

function stallAt(stalledAt: LandingStep) {
  const [reached, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const observe: StepObserver = async (step) => {
    if (step !== stalledAt) return;
    reached.resolve();
    await over.promise;
  };
  return { observe, reached: reached.promise, goOn: over.resolve };
}

function run(t: TestContext, { needs, logger }: Installation, owner: string, observe: StepObserver): Runner {
  const runner = startRunner(needs, {
    ...{ owner, leaseTtlMs: TTL_MS, cooldownMs: 0, drainMs: 5_000, observe, logger },
  });
  t.after(() => runner.stop());
  return runner;
}

function client(t: TestContext, url: string): Redis {
  const redis = new Redis(url).on('error', () => undefined);
  t.after(() => redis.disconnect());
  return redis;
}

/** Under which whoever is in for `main` is kept. */
async function keysOf({ admission }: Needs, redis: Redis): Promise<readonly string[]> {
  const who = { name: 'main', owner: 'test' };
  await admission?.enter(who, TTL_MS);
  const keys = await redis.keys('ghost:*:admission:main');
  await admission?.leave(who);
  return keys;
}
