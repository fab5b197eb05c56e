import assert from 'node:assert/strict';
import { existsSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { acceptTip } from '../../src/app/accept-tip.ts';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { describeWorkspace } from '../../src/app/describe-workspace.ts';
import { removeWorkspace } from '../../src/app/remove-workspace.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import { hook } from '../adapters/git/remote/world.ts';
import { git, temporaryFolder } from '../world/git.ts';
import { eventually } from '../world/processes.ts';
import { aRunner, aSite } from '../world/remote-site.ts';
import { stoppedBecause } from '../world/runner.ts';

const tipOf = (gitDir: string) => git(gitDir, 'rev-parse', 'main');

describe('a workspace on a remote', () => {
  it('is a copy that its removal takes away, and answers for the tip that it was added at', async (t) => {
    const site = await aSite(t);
    const workspace = await site.add('app');
    assert.deepEqual(workspace.remote, { url: site.url, writers: 'others', credentials: null });
    assert.deepEqual(workspace.baseline, { tip: tipOf(site.gitDir), landings: 0 });
    assert.equal(existsSync(workspace.gitDir), true);
    await removeWorkspace(site.needs, { name: 'app', actor: 'test' });
    assert.equal(existsSync(workspace.gitDir), false);
  });

  it('is refused without leaving a copy: an unknown branch, no gate, a remote that is taken or not there', async (t) => {
    const site = await aSite(t);
    const mirrors = join(temporaryFolder('none'), 'x');
    await assert.rejects(site.add('app', { branch: 'other' }), { code: 'branch_unknown', message: /main/ });
    await assert.rejects(site.add('app', { url: `file://${mirrors}` }), { code: 'remote_missing' });
    git(site.gitDir, 'update-ref', 'refs/heads/bare', git(site.gitDir, 'commit-tree', '-m', 'x', EMPTY_TREE));
    await assert.rejects(site.add('app', { branch: 'bare' }), { code: 'workspace_ungated' });
    await site.add('app');
    await assert.rejects(site.add('app'), { code: 'workspace_exists' });
    const without = site.url.replace(/\.git$/, '');
    await assert.rejects(site.add('two', { url: without }), {
      code: 'workspace_exists',
      message: /belongs to workspace app/,
    });
    assert.equal((await site.needs.workspaces.list()).length, 1);
  });

  it('is the same branch by its path and by its address, whichever was there first', async (t) => {
    const site = await aSite(t);
    const byPath = (name: string) =>
      addWorkspace(site.needs, {
        ...{ name, repo: site.gitDir, branch: 'main', checks: [], actor: 'test', adopt: false },
      });
    const taken = { code: 'workspace_exists', message: /belongs to workspace (?:app|here)/ };
    await site.add('app');
    await assert.rejects(byPath('two'), taken);
    await removeWorkspace(site.needs, { name: 'app', actor: 'test' });
    await byPath('here');
    await assert.rejects(site.add('two'), taken);
    await assert.rejects(site.add('two', { url: site.url.replace(/\.git$/, '') }), taken);
    const link = join(temporaryFolder('link'), 'app');
    symlinkSync(site.gitDir, link);
    await assert.rejects(site.add('two', { url: `file://${link}` }), taken);
  });

  it('that is added again while it is removed keeps its copy, and is not added while the copy goes', async (t) => {
    const site = await aSite(t);
    const { gitDir } = await site.add('app');
    const { mirrors } = site.needs;
    const between = {
      ...mirrors,
      hold: async (name: string) => (await site.add('app')) && mirrors.hold(name),
    };
    await removeWorkspace({ ...site.needs, mirrors: between }, { name: 'app', actor: 'test' });
    assert.equal((await site.needs.workspaces.find('app'))?.gitDir, gitDir);
    assert.equal(existsSync(gitDir), true);
    const held = await mirrors.hold('two');
    await assert.rejects(site.add('two', { branch: 'main' }), { code: 'repository_locked' });
    held?.release();
    const hold = await mirrors.hold('app');
    await removeWorkspace(site.needs, { name: 'app', actor: 'test' });
    hold?.release();
    assert.equal(existsSync(gitDir), true);
  });

  it('keeps its copy where nobody told whether it got into the register', async (t) => {
    const site = await aSite(t);
    const { workspaces } = site.needs;
    const add: typeof workspaces.add = async (workspace) => {
      await workspaces.add(workspace);
      throw new Error('the answer was lost');
    };
    const lossy = Object.assign(Object.create(workspaces), { add });
    await assert.rejects(site.add('app', { needs: { ...site.needs, workspaces: lossy } }), /answer was lost/);
    assert.equal(existsSync((await workspaces.find('app'))?.gitDir ?? ''), true);
  });

  it('waits while the remote is away, says so, and goes on when it is back', async (t) => {
    const site = await aSite(t);
    await site.add('app');
    const away = `${site.gitDir}.away`;
    renameSync(site.gitDir, away);
    const runner = aRunner(site);
    const id = await site.submit('x');
    const blocked = await eventually('the lane is blocked', () =>
      runner.facts().find(({ doing }) => doing === 'blocked'),
    );
    assert.match(blocked.detail ?? '', /^No git repository was found at file:/);
    assert.equal(await site.state(id), 'queued');
    renameSync(away, site.gitDir);
    await eventually('it lands', async () => {
      await site.needs.wakeUps.notify('line');
      return (await site.state(id)) === 'landed';
    });
  });

  it('ends a patch that the remote declines three times, and stops the line with its words', async (t) => {
    const site = await aSite(t);
    await site.add('app');
    hook(
      { gitDir: site.gitDir } as never,
      'update',
      'case $1 in refs/heads/*) echo "main is protected" >&2; exit 1;; esac',
    );
    aRunner(site);
    const [declined, behind] = [await site.submit('x'), await site.submit('y')];
    await eventually('it has failed', async () => (await site.state(declined)) === 'failed');
    const state = (await site.needs.ledger.find(declined as never))?.state;
    assert.deepEqual([state?.name, state && 'reason' in state && state.reason], ['failed', 'push_refused']);
    const { paused } = await describeWorkspace(site.needs, 'app');
    assert.match(paused ?? '', /main is protected/);
    assert.equal(await site.state(behind), 'queued');
  });
});

describe('a remote whose branch was rewritten', () => {
  it('stops its line, until an operator accepts the branch as it is there', async (t) => {
    const site = await aSite(t);
    const { needs } = site;
    await site.add('app');
    const first = aRunner({ ...site, needs });
    const lost = await site.submit('x');
    await eventually('it lands', async () => (await site.state(lost)) === 'landed');
    git(site.gitDir, 'update-ref', 'refs/heads/main', git(site.gitDir, 'rev-parse', 'main~1'));
    const waiting = await site.submit('y');
    const reason = await stoppedBecause(needs, 'app');
    assert.match(reason, /does not contain the landed commit .*`ghost workspace accept app/);
    await first.stop();
    const tip = tipOf(site.gitDir);
    const accepting = { name: 'app', reason: 'taken back by hand', tip, actor: 'eve' };
    assert.deepEqual(await acceptTip(needs, accepting), { tip, landings: 1 });
    aRunner({ ...site, needs });
    await eventually('the next one lands', async () => (await site.state(waiting)) === 'landed');
    assert.equal(git(site.gitDir, 'ls-tree', '--name-only', 'main').split('\n').includes('x'), false);
    assert.equal(git(site.gitDir, 'rev-parse', 'main~1'), tip);
    const report = await verifyWorkspace(needs, 'app');
    assert.deepEqual([report.problems, report.notes.length], [[], 1]);
  });
});

describe('a workspace whose remote follows', () => {
  it('lands while it is away, catches up when idle, and shows where it stands', async (t) => {
    const site = await aSite(t);
    await site.add('app', { writers: 'ghost' });
    const runner = aRunner(site);
    const away = `${site.gitDir}.away`;
    renameSync(site.gitDir, away);
    const id = await site.submit('x');
    await eventually('it lands here', async () => (await site.state(id)) === 'landed');
    await eventually('the lane says that it is behind', () => runner.facts()[0]?.behind);
    assert.equal((await describeWorkspace(site.needs, 'app')).remote?.standing, 'behind');
    renameSync(away, site.gitDir);
    await eventually('the remote has it', () =>
      git(site.gitDir, 'ls-tree', '--name-only', 'main').includes('x'),
    );
    await eventually(
      'it is on record',
      async () => (await describeWorkspace(site.needs, 'app')).remote?.standing === 'followed',
    );
  });

  it('stops the line where somebody else moved it, and keeps what it lacks when it is removed', async (t) => {
    const site = await aSite(t);
    const { gitDir } = await site.add('app', { writers: 'ghost' });
    const other = git(site.gitDir, 'commit-tree', '-p', 'main', '-m', 'Other', 'main^{tree}');
    git(site.gitDir, 'update-ref', 'refs/heads/main', other);
    aRunner(site);
    const id = await site.submit('x');
    await eventually('it lands here', async () => (await site.state(id)) === 'landed');
    const { paused } = await eventually('the line stands still', async () => {
      const view = await describeWorkspace(site.needs, 'app');
      return view.paused === null ? null : view;
    });
    assert.match(paused ?? '', /somebody else wrote to a branch that only Ghost writes/);
    assert.equal(tipOf(site.gitDir), other);
    // What landed before it stopped is still attested.
    await eventually(
      'the line is given back',
      async () => (await site.needs.leaser.find('app'))?.owner === null,
    );
    const accepting = { name: 'app', reason: 'theirs it is', tip: null, actor: 'eve' };
    await assert.rejects(acceptTip(site.needs, accepting), {
      code: 'tip_not_accepted',
      message: /does not lead to .*`git --git-dir \S+ push --force-with-lease=/,
    });
    assert.equal((await site.needs.workspaces.find('app'))?.baseline?.landings, 0);
    await removeWorkspace(site.needs, { name: 'app', actor: 'test' });
    assert.equal(existsSync(gitDir), true);
  });
});

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
