import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addWorkspace } from '../../../src/app/add-workspace.ts';
import { chooseWorkspace } from '../../../src/app/choose-workspace.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { ONE_SHOT } from '../../../src/core/workspace.ts';
import { type Runner, startRunner } from '../../../src/workers/runner/runner.ts';
import { aRepository } from '../../world/git.ts';
import { openInstallationFor } from '../../world/installation.ts';
import { eventually } from '../../world/processes.ts';

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

test('a runner beside the holder neither opens the repository nor asks for the lease while that lasts', async (t) => {
  const { needs, logger, close } = await openInstallationFor();
  await addWorkspace(needs, {
    ...{ name: 'app', repo: aRepository(), branch: 'main', checks: [], actor: 'test', adopt: false },
  });
  const start = (owner: string, own: Needs) =>
    startRunner(own, {
      ...{ owner, leaseTtlMs: 600_000, cooldownMs: 0, drainMs: 1_000, logger },
      observe: async () => undefined,
    });
  const token = (runner: Runner) =>
    runner.facts().find(({ workspace }) => workspace === 'app')?.token ?? null;
  const holder = start('runner/holder', needs);
  await eventually('the first runner holds', () => token(holder));

  const asked: string[] = [];
  const watched: Needs = {
    ...needs,
    repositories: {
      ...needs.repositories,
      open: (workspace) => {
        asked.push('open');
        return needs.repositories.open(workspace);
      },
    },
    leaser: {
      ...needs.leaser,
      find: (name) => {
        asked.push('find');
        return needs.leaser.find(name);
      },
      take: (request) => {
        asked.push('take');
        return needs.leaser.take(request);
      },
    },
  };
  const other = start('runner/other', watched);
  t.after(async () => {
    await Promise.all([holder.stop(), other.stop()]);
    await close();
  });
  await eventually('the other one was woken and looked', async () => {
    await needs.wakeUps.notify('line');
    return asked.length > 10;
  });
  assert.deepEqual([...new Set(asked)], ['find']);
  assert.equal(other.facts()[0]?.detail, 'held by runner/holder');

  await holder.stop();
  await needs.wakeUps.notify('line');
  await eventually('the other one holds what was given back', () => token(other));
});
