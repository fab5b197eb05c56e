import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { pauseWorkspace, resumeWorkspace } from '../../src/app/pause-workspace.ts';
import { runnerProcess } from '../../src/main/start-runner.ts';
import { aRepository } from '../world/git.ts';
import { openInstallationFor } from '../world/installation.ts';
import { eventually } from '../world/processes.ts';

test('the heartbeat of a runner is degraded for as long as one of its lines stands still, and says why', async (t) => {
  const { needs, config, close } = await openInstallationFor();
  const repository = aRepository();
  await addWorkspace(needs, {
    ...{ name: 'app', repo: repository, branch: 'main', checks: [], actor: 'test', adopt: false },
  });
  const runner = await runnerProcess(config, () => undefined);
  t.after(async () => {
    await runner.stop();
    await close();
    for (const folder of [config.home.root, repository]) rmSync(folder, { recursive: true, force: true });
  });
  const beats = (status: string) =>
    eventually(`it beats ${status}`, async () => {
      const [beat] = await needs.heartbeats.read();
      return beat?.kind === 'read' && beat.heartbeat.status === status ? beat.heartbeat : null;
    });
  await beats('healthy');
  await pauseWorkspace(needs, { name: 'app', reason: 'release day', actor: 'bob' });
  const { component, details } = await beats('degraded');
  assert.equal(component, 'runner');
  assert.equal((details as { problem?: string }).problem, 'app is paused: release day');
  await resumeWorkspace(needs, { name: 'app', actor: 'bob' });
  assert.equal('problem' in ((await beats('healthy')).details as object), false);
});
