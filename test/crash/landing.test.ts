import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { projectOutbox } from '../../src/app/project-outbox.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import { verifyAudit } from '../../src/app/verify/verify-audit.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import { LANDING_STEPS, type LandingStep } from '../../src/core/patch/landing-step.ts';
import { isOver, type Patch } from '../../src/core/patch/patch.ts';
import { aRepository, git, patchOf } from '../world/git.ts';
import { type Installation, openInstallationFor } from '../world/installation.ts';
import { type Child, eventually, startProcess } from '../world/processes.ts';
import { stopBetweenWrites } from './stop-between-writes.ts';

interface Scene {
  readonly installation: Installation;
  readonly repository: string;
  readonly patch: Patch;
}

async function aScene(): Promise<Scene> {
  const installation = await openInstallationFor();
  const repository = aRepository();
  await addWorkspace(installation.needs, {
    name: 'main',
    repo: repository,
    branch: 'main',
    checks: [],
    actor: 'test',
    adopt: false,
  });
  const body = Buffer.from(
    patchOf(repository, { 'greeting.txt': 'hello\nbrave\nworld\n', 'new.txt': 'new\n' }),
  );
  const { patch } = await submitPatch(installation.needs, {
    workspace: 'main',
    body,
    format: null,
    title: null,
    author: 'test',
    origin: 'http',
    idempotencyKey: null,
    force: false,
  });
  return { installation, repository, patch };
}

function over(scene: Scene): Promise<Patch> {
  return eventually('the patch has ended', async () => {
    const patch = await scene.installation.needs.ledger.find(scene.patch.id);
    return (
      patch !== null &&
      isOver(patch.state) &&
      (patch.state.name !== 'landed' ||
        (patch.state.worktree !== null && patch.state.attested !== undefined)) &&
      patch
    );
  });
}

/** Exactly one commit for the patch, with the tree it promised, known to a ledger whose chains hold. */
async function assertLandedOnce(scene: Scene): Promise<void> {
  const { needs } = scene.installation;
  const ended = await over(scene);
  assert.equal(ended.state.name, 'landed');
  assert.deepEqual(await verifyWorkspace(needs, 'main'), {
    ok: true,
    workspace: 'main',
    landed: 1,
    commits: 1,
    landing: 0,
    others: 0,
    accepted: 0,
    unnamed: 1,
    replayed: 1,
    problems: [],
    unproven: [],
    notes: [],
  });
  assert.equal(git(scene.repository, 'show', 'main:greeting.txt'), 'hello\nbrave\nworld');
  assert.equal(git(scene.repository, 'rev-list', '--count', 'main'), '2');
  assert.equal(git(scene.repository, 'status', '--porcelain'), '', 'the work tree followed');
  assert.equal(git(scene.repository, 'fsck', '--strict', '--no-dangling'), '');
  const entries = await needs.chains.entriesAbout(scene.patch.id);
  assert.equal(entries.filter(({ type }) => type === 'patch.attested').length, 1);
  await projectOutbox(needs);
  const audit = await verifyAudit(needs);
  assert.deepEqual(audit.problems, []);
}

async function stop(child: Child): Promise<void> {
  child.process.kill('SIGTERM');
  const { code, stderr } = await child.ended;
  assert.equal(code, 0, stderr);
}

describe('a runner that dies by SIGKILL', { concurrency: 2 }, () => {
  for (const step of LANDING_STEPS) {
    it(`at ${step} is succeeded by one that lands the patch exactly once`, async (test) => {
      const scene = await aScene();
      test.after(() => scene.installation.close());
      const dying = startProcess('test/crash/dying-runner.ts', {
        ...scene.installation.settings,
        DIE_AT: step,
      });
      assert.equal((await dying.ended).signal, 'SIGKILL', `the step ${step} was reached`);
      const successor = startProcess('src/main/runner.ts', scene.installation.settings);
      test.after(() => successor.process.kill('SIGKILL'));
      await successor.ready;
      await assertLandedOnce(scene);
      await stop(successor);
    });
  }
});

/** About to say what it will do, and about to do it; `faults.test.ts` stops the lanes at each of the steps. */
const STALLS: readonly LandingStep[] = ['commit-built', 'intent-recorded'];

describe('a runner that is stopped past its lease and goes on later', { concurrency: 2 }, () => {
  for (const step of STALLS) {
    it(`at ${step} can neither land nor write after its successor has`, async (test) => {
      const scene = await aScene();
      test.after(() => scene.installation.close());
      const stalled = startProcess('test/crash/dying-runner.ts', {
        ...scene.installation.settings,
        DIE_AT: step,
        STALL: 'yes',
      });
      test.after(() => stalled.process.kill('SIGKILL'));
      await reached(stalled);
      await stopBetweenWrites(stalled, scene.installation.config.home);
      const successor = startProcess('src/main/runner.ts', scene.installation.settings);
      test.after(() => successor.process.kill('SIGKILL'));
      await successor.ready;
      await assertLandedOnce(scene);
      const entries = await scene.installation.needs.chains.entriesAbout(scene.patch.id);

      stalled.process.kill('SIGCONT');
      await stop(stalled);
      await assertLandedOnce(scene);
      assert.deepEqual(
        await scene.installation.needs.chains.entriesAbout(scene.patch.id),
        entries,
        'the stalled runner wrote nothing',
      );
      await stop(successor);
    });
  }
});

/** A runner that stalls says so when it is where it was told to. */
async function reached(stalled: Child): Promise<void> {
  const told = new Promise<void>((resolve) =>
    stalled.process.on('message', ({ kind }: { kind?: string }) => {
      if (kind === 'reached') resolve();
    }),
  );
  const ended = stalled.ended.then((end) => {
    throw new Error(`the runner ended before it stalled: ${JSON.stringify(end)}`);
  });
  await Promise.race([told, ended]);
}
