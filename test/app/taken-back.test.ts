import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { acceptTip } from '../../src/app/accept-tip.ts';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { cancelPatch } from '../../src/app/cancel-patch.ts';
import { removeWorkspace } from '../../src/app/remove-workspace.ts';
import { giveBackWorkspace } from '../../src/app/take-workspace.ts';
import type { LandingStep } from '../../src/core/patch/landing-step.ts';
import { creating } from '../world/diffs.ts';
import { git } from '../world/git.ts';
import { openInstallationFor } from '../world/installation.ts';
import { lineFor } from '../world/line.ts';
import { eventually } from '../world/processes.ts';
import { runnerFor } from '../world/runner.ts';

/** An installation whose patch is landing as its runner ends at `step`, and whose branch another one then adopted. */
async function anAdopted(test: TestContext, step: LandingStep) {
  const line = await lineFor(test, {
    observe: (reached) => {
      if (reached === step) throw new Error('it ends here');
    },
  });
  const { patch } = await line.submit(creating('a.txt'));
  await assert.rejects(line.next(), /it ends here/);
  await giveBackWorkspace(line.needs, line.holding);
  const other = await openInstallationFor();
  test.after(() => other.close());
  await addWorkspace(other.needs, {
    ...{ name: 'main', repo: line.repository, branch: 'main', checks: [], actor: 'adopter', adopt: true },
  });
  return { line, patch };
}

const TAKING_BACK = { name: 'main', reason: 'the other one is gone', tip: null, actor: 'eve' };

describe('a branch that another installation adopted', () => {
  it('tells its first one which command takes it back; a patch that was landing is in line again, and lands', async (test) => {
    const { line, patch } = await anAdopted(test, 'intent-recorded');
    const { needs } = line;
    assert.equal((await line.find(patch.id)).state.name, 'landing');
    await assert.rejects(cancelPatch(needs, { id: patch.id, actor: 'eve', role: 'admin' }), {
      code: 'act_impossible',
    });
    await assert.rejects(removeWorkspace(needs, { name: 'main', actor: 'eve' }), { code: 'workspace_busy' });
    const runner = runnerFor(test, { ...line.installation, needs });
    const { detail } = await eventually('the line to be blocked', () =>
      runner.facts().find(({ doing }) => doing === 'blocked'),
    );
    assert.match(
      detail ?? '',
      /^fenced by installation .*`ghost workspace accept main --adopt --reason TEXT`/,
    );
    await runner.stop();

    const tip = git(line.repository, 'rev-parse', 'main');
    assert.deepEqual(await acceptTip(needs, { ...TAKING_BACK, adopt: true }), { tip, landings: 0 });
    assert.equal((await line.find(patch.id)).state.name, 'queued');
    assert.equal((await needs.workspaces.find('main'))?.paused, null);
    const again = runnerFor(test, { ...line.installation, needs });
    await eventually('it to land', async () => (await line.find(patch.id)).state.name === 'landed');
    await again.stop();
  });

  it('has what its first one had put there: a patch whose commit is on it has landed', async (test) => {
    const { line, patch } = await anAdopted(test, 'branch-moved');
    const tip = git(line.repository, 'rev-parse', 'main');
    assert.deepEqual(await acceptTip(line.needs, { ...TAKING_BACK, adopt: true }), { tip, landings: 1 });
    assert.equal((await line.find(patch.id)).state.name, 'landed');
  });

  it('is not taken back by an accept that does not say so', async (test) => {
    const { line, patch } = await anAdopted(test, 'intent-recorded');
    await assert.rejects(acceptTip(line.needs, TAKING_BACK), { code: 'tip_not_accepted', message: /pause/ });
    await line.needs.workspaces.pause('main', 'looked at', 'eve', 1);
    await assert.rejects(acceptTip(line.needs, TAKING_BACK), { code: 'fenced_by_other' });
    assert.equal((await line.find(patch.id)).state.name, 'landing');
  });
});
