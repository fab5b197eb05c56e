import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { addWorkspace, type WorkspaceRequest } from '../../src/app/add-workspace.ts';
import { removeWorkspace } from '../../src/app/remove-workspace.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import { GhostError } from '../../src/core/errors.ts';
import { aRepository, git, patchOf, temporaryFolder, write } from '../world/git.ts';
import { openInstallationFor } from '../world/installation.ts';

async function anInstallation(test: TestContext) {
  const installation = await openInstallationFor();
  test.after(() => installation.close());
  const add = (request: Partial<WorkspaceRequest>) =>
    addWorkspace(installation.needs, {
      name: 'main',
      repo: '',
      branch: null,
      checks: [],
      actor: 'test',
      adopt: false,
      ...request,
    });
  return { ...installation, add };
}

function coded(code: string) {
  return (error: unknown) => error instanceof GhostError && error.code === code;
}

function ungated(): string {
  const repository = aRepository();
  git(repository, 'rm', '-q', 'ghost.yml');
  git(repository, 'commit', '-q', '-m', 'No gate');
  return repository;
}

describe('a workspace', () => {
  it("begins with the repository's own gate, on its current branch", async (test) => {
    const { add } = await anInstallation(test);
    const workspace = await add({ repo: aRepository() });
    assert.deepEqual([workspace.branch, workspace.workTree !== null], ['main', true]);
  });

  it('is not kept away for good by the lock of a writer that died while the fence was raised for the first time', async (test) => {
    const { add } = await anInstallation(test);
    const repo = aRepository();
    write(repo, { '.git/refs/ghost/fence/main.lock': '' });
    // As a writer of ours makes it.
    chmodSync(join(repo, '.git/refs/ghost/fence/main.lock'), 0o444);
    assert.equal((await add({ repo })).name, 'main');
  });

  it('without any check is refused, and begins with one given to it', async (test) => {
    const { add, needs } = await anInstallation(test);
    const repo = ungated();
    await assert.rejects(add({ repo }), coded('workspace_ungated'));
    assert.deepEqual(await needs.workspaces.list(), []);
    await add({ repo, checks: [{ name: 'greets', run: 'grep -q hello greeting.txt' }] });
    assert.deepEqual(
      (await needs.policy.rulesFor('main')).checks.map(({ name }) => name),
      ['greets'],
    );
  });

  it('is refused a check that cannot fail', async (test) => {
    const { add } = await anInstallation(test);
    await assert.rejects(
      add({ repo: ungated(), checks: [{ name: 'sham', run: 'npm test || true' }] }),
      coded('check_vacuous'),
    );
  });

  it('is refused a folder that is no repository, a branch that is not there, and a bad name', async (test) => {
    const { add } = await anInstallation(test);
    await assert.rejects(add({ repo: temporaryFolder('plain') }), coded('repository_invalid'));
    await assert.rejects(add({ repo: aRepository(), branch: 'nowhere' }), coded('branch_unknown'));
    await assert.rejects(add({ repo: aRepository(), name: 'system' }), coded('input_invalid'));
    await assert.rejects(add({ repo: aRepository(), name: 'Has Space' }), coded('input_invalid'));
  });

  it('has its name and its branch for itself', async (test) => {
    const { add } = await anInstallation(test);
    const repo = aRepository();
    await add({ repo });
    await assert.rejects(add({ repo: aRepository() }), coded('workspace_exists'));
    await assert.rejects(add({ repo, name: 'twin' }), coded('workspace_exists'));
  });

  it('is not shared with another installation unless it is adopted', async (test) => {
    const first = await anInstallation(test);
    const second = await anInstallation(test);
    const repo = aRepository();
    await first.add({ repo });
    await assert.rejects(second.add({ repo }), coded('fenced_by_other'));
    assert.deepEqual(await second.needs.workspaces.list(), []);
    await second.add({ repo, adopt: true });
  });

  it('can be removed when nothing waits in it, and keeps its history for the next of that name', async (test) => {
    const { add, needs } = await anInstallation(test);
    const repo = aRepository();
    await add({ repo });
    await submitPatch(needs, {
      workspace: 'main',
      body: Buffer.from(patchOf(repo, { 'new.txt': 'new\n' })),
      format: null,
      title: null,
      author: 'test',
      origin: 'http',
      idempotencyKey: null,
      force: false,
    });
    await assert.rejects(removeWorkspace(needs, { name: 'main', actor: 'test' }), coded('workspace_busy'));
    await assert.rejects(
      removeWorkspace(needs, { name: 'other', actor: 'test' }),
      coded('workspace_unknown'),
    );
  });
});
