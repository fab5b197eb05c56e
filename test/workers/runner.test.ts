import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseWorkspace } from '../../src/app/choose-workspace.ts';
import { ONE_SHOT } from '../../src/core/workspace.ts';
import { startRunner } from '../../src/workers/runner/runner.ts';
import { aRepository } from '../world/git.ts';
import { openInstallationFor } from '../world/installation.ts';
import { eventually } from '../world/processes.ts';

test('what `ghost apply` registers for itself is no line of a service and no workspace that is meant unnamed', async (t) => {
  const { needs, logger, close } = await openInstallationFor();
  const [app, other] = [aRepository(), aRepository()];
  const place = (root: string) => ({
    gitDir: `${root}/.git`,
    workTree: root,
    branch: 'main',
    paused: null,
    remote: null,
    baseline: null,
  });
  await needs.workspaces.add({ name: 'app', ...place(app), addedAt: 0, addedBy: 'test' });
  const name = `${ONE_SHOT.prefix}0123456789ab`;
  await needs.workspaces.add({ name, ...place(other), addedAt: 0, addedBy: ONE_SHOT.by });
  const runner = startRunner(needs, {
    ...{ owner: 'runner/test', leaseTtlMs: 10_000, cooldownMs: 0, drainMs: 1_000 },
    ...{ observe: async () => undefined, logger },
  });
  t.after(async () => {
    await runner.stop();
    await close();
  });
  await eventually('a lane for the workspace', () =>
    runner.facts().some(({ workspace }) => workspace === 'app'),
  );
  assert.deepEqual(
    runner.facts().map(({ workspace }) => workspace),
    ['app'],
  );
  assert.equal((await chooseWorkspace(needs, null)).name, 'app');
});
