import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { acceptTip } from '../../src/app/accept-tip.ts';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import type { Needs } from '../../src/app/needs.ts';
import { resumeWorkspace } from '../../src/app/pause-workspace.ts';
import { git, temporaryFolder } from '../world/git.ts';
import { eventually } from '../world/processes.ts';
import { aRunner, aSite } from '../world/remote-site.ts';
import { stoppedBecause } from '../world/runner.ts';

describe('a follower whose remote somebody else moved', () => {
  /** Its line stands still; the reason has commands for both ways, which are done here as they stand. */
  async function aMoved(t: TestContext) {
    const site = await aSite(t);
    await site.add('app', { writers: 'ghost' });
    const other = git(site.gitDir, 'commit-tree', '-p', 'main', '-m', 'Other', 'main^{tree}');
    git(site.gitDir, 'update-ref', 'refs/heads/main', other);
    const runner = aRunner(site);
    const id = await site.submit('x');
    await eventually('it lands here', async () => (await site.state(id)) === 'landed');
    const reason = await stoppedBecause(site.needs, 'app');
    await runner.stop();
    const commands = [...reason.matchAll(/`(git [^`]+)`/g)].map(([, command = '']) => command);
    const run = (command = '') => git(site.gitDir, ...command.split(' ').slice(1));
    return { site, other, commands, run };
  }

  it('goes on when it is put back as the reason says', async (t) => {
    const { site, commands, run } = await aMoved(t);
    run(commands[0]);
    await resumeWorkspace(site.needs, { name: 'app', actor: 'eve' });
    aRunner(site);
    const id = await site.submit('third');
    await eventually('the next lands', async () => (await site.state(id)) === 'landed');
    await eventually('the remote has it', () =>
      git(site.gitDir, 'ls-tree', '--name-only', 'main').includes('third'),
    );
    assert.equal((await site.needs.workspaces.find('app'))?.paused, null);
  });

  it('goes on from the tip of the remote when that is taken as the reason says', async (t) => {
    const { site, other, commands, run } = await aMoved(t);
    for (const command of commands.slice(1)) run(command);
    const accepting = { name: 'app', reason: 'theirs it is', tip: null, actor: 'eve' };
    assert.deepEqual(await acceptTip(site.needs, accepting), { tip: other, landings: 1 });
    aRunner(site);
    const id = await site.submit('third');
    await eventually('the next lands', async () => (await site.state(id)) === 'landed');
    await eventually('the remote has it', () =>
      git(site.gitDir, 'ls-tree', '--name-only', 'main').includes('third'),
    );
    assert.equal(git(site.gitDir, 'rev-parse', 'main~1'), other);
  });
});

describe('a remote that cannot be added', () => {
  it('is told as what it is: empty, or no repository', async (t) => {
    const site = await aSite(t);
    const empty = temporaryFolder('empty');
    git(empty, 'init', '-q', '--bare');
    const asked = { needs: site.needs, url: `file://${empty}` };
    await assert.rejects(addRemote(asked), { code: 'repository_invalid', message: /it is empty/ });
    await assert.rejects(addRemote({ ...asked, url: `${asked.url}/none` }), {
      code: 'remote_missing',
      message: /^No git repository was found at .*[^.]\.$/,
    });
  });
});

function addRemote({ needs, url }: { readonly needs: Needs; readonly url: string }) {
  return addWorkspace(needs, {
    ...{ name: 'app', repo: url, branch: null, checks: [], actor: 'test', adopt: false },
    remote: { url, writers: 'others', credentials: null, progress: () => undefined },
  });
}
