import assert from 'node:assert/strict';
import { globSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import { creating } from '../world/diffs.ts';
import { aBareRepository, git } from '../world/git.ts';
import { openInstallationFor } from '../world/installation.ts';
import { type Child, eventually, processesMentioning, startProcess } from '../world/processes.ts';
import { stopped } from '../world/service.ts';

/** No two runs of this test have the same, so that what is found is ours. */
function aMarker(): string {
  return `86399.${process.pid}${Math.floor(Math.random() * 1e9)}`;
}

/** Sleepers in sessions of their own, forked twice, one with everything closed that leads back; then it hangs itself. */
function hanging(marker: string): string {
  return [
    `( setsid sleep ${marker} & )`,
    `( ( setsid sleep ${marker} </dev/null >/dev/null 2>&1 & ) & )`,
    `( env -i setsid sleep ${marker} >/dev/null 2>&1 & )`,
    `sleep ${marker}`,
  ].join('\n');
}
const SLEEPERS = 4;

async function aScene(t: TestContext, check: string) {
  const installation = await openInstallationFor();
  const { needs, config } = installation;
  const repository = aBareRepository();
  await addWorkspace(needs, {
    ...{ name: 'main', repo: repository, branch: 'main', actor: 'test', adopt: false },
    checks: [{ name: 'hangs', run: check }],
  });
  const { patch } = await submitPatch(needs, {
    ...{ workspace: 'main', body: Buffer.from(creating('new.txt')), format: null, title: null },
    ...{ author: 'test', origin: 'http', idempotencyKey: null, force: false },
  });
  const children: Child[] = [];
  t.after(async () => {
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
    await installation.close();
    for (const folder of [config.home.root, dirname(repository)])
      rmSync(folder, { recursive: true, force: true });
  });
  const startRunner = async () => {
    const child = startProcess('src/main/runner.ts', installation.settings);
    children.push(child);
    await child.ready;
    return child;
  };
  return { needs, repository, patch, scratch: config.home.scratch, startRunner };
}

function sleepers(marker: string): readonly number[] {
  return processesMentioning(`sleep\0${marker}`);
}

/** Of a machine that has control groups. They are named after the runner. */
function controlGroupsOf({ process: { pid } }: Child): readonly string[] {
  return globSync(`/sys/fs/cgroup/**/ghost-${pid}-*`);
}

describe('a runner that dies by SIGKILL while a check runs', () => {
  it('takes every process of the check with it, and its successor clears up and lands the patch once', async (t) => {
    const marker = aMarker();
    const scene = await aScene(t, hanging(marker));
    const tip = git(scene.repository, 'rev-parse', 'main');
    const first = await scene.startRunner();
    await eventually('the check and its sleepers run', () => sleepers(marker).length === SLEEPERS);
    const groups = controlGroupsOf(first);
    t.diagnostic(`control groups: ${groups.length}`);
    const left = readdirSync(scene.scratch).filter((name) => name.startsWith(`${first.process.pid}-`));
    assert.equal(left.length, 1, 'the private copy is in the scratch folder of this runner');

    first.process.kill('SIGKILL');
    await first.ended;
    await eventually('the end of every process of the check', () => sleepers(marker).length === 0, 5_000);
    await eventually('the end of what wrapped them', () => processesMentioning(marker).length === 0, 5_000);
    assert.equal(git(scene.repository, 'rev-parse', 'main'), tip, 'nothing was landed');
    assert.equal((await scene.needs.ledger.find(scene.patch.id))?.state.name, 'checking');

    await scene.needs.policy.removeChecks('main');
    const successor = await scene.startRunner();
    await eventually('the landing', async () => {
      const patch = await scene.needs.ledger.find(scene.patch.id);
      return patch?.state.name === 'landed' && patch.state.worktree !== null;
    });
    for (const name of left)
      assert.ok(!readdirSync(scene.scratch).includes(name), 'the copy of the dead is gone');
    assert.deepEqual(controlGroupsOf(first), [], 'the control groups of the dead are gone');
    assert.deepEqual(await verifyWorkspace(scene.needs, 'main'), {
      ...{ ok: true, workspace: 'main', landed: 1, commits: 1, landing: 0, others: 0 },
      ...{ accepted: 0, unnamed: 1, replayed: 1, problems: [], unproven: [], notes: [] },
    });
    assert.equal(git(scene.repository, 'rev-list', '--count', `${tip}..main`), '1');
    assert.equal(git(scene.repository, 'fsck', '--strict', '--no-dangling'), '');
    await stopped(successor);
    const kept = readdirSync(scene.scratch, { recursive: true, encoding: 'utf8' });
    assert.deepEqual(
      kept.filter((name) => name.includes('/')),
      [],
      'an orderly end leaves no copy',
    );
  });
});
