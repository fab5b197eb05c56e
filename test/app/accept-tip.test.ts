import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { acceptTip } from '../../src/app/accept-tip.ts';
import type { Holding } from '../../src/app/holding.ts';
import { pauseWorkspace, resumeWorkspace } from '../../src/app/pause-workspace.ts';
import { recoverWorkspace } from '../../src/app/recover-workspace.ts';
import { giveBackWorkspace } from '../../src/app/take-workspace.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import { creating } from '../world/diffs.ts';
import { git } from '../world/git.ts';
import { lineFor, stateOf, type TestLine } from '../world/line.ts';
import { eventually } from '../world/processes.ts';
import { runnerFor, stoppedBecause } from '../world/runner.ts';

const tipOf = ({ repository }: TestLine) => git(repository, 'rev-parse', 'main');

/** A line on which `a.txt` and `b.txt` have landed, given back by whoever landed them. */
async function aLandedLine(test: TestContext): Promise<TestLine> {
  const line = await lineFor(test);
  for (const name of ['a.txt', 'b.txt']) {
    await line.submit(creating(name));
    await line.next();
  }
  await giveBackWorkspace(line.needs, line.holding);
  return line;
}

const running = (line: TestLine) => ({ ...line.installation, needs: { ...line.installation.needs } });

function accept(line: TestLine, more: { readonly tip?: string; readonly reason?: string } = {}) {
  return acceptTip(line.needs, {
    name: 'main',
    reason: 'squashed by hand',
    tip: null,
    actor: 'eve',
    ...more,
  });
}

async function landsUnder(test: TestContext, line: TestLine, name: string) {
  const { patch } = await line.submit(creating(name));
  const runner = runnerFor(test, running(line));
  const landed = await eventually(`${name} to land`, async () => {
    const { state } = await line.find(patch.id);
    return state.name === 'landed' && state.worktree !== null && state;
  });
  await runner.stop();
  return landed.intent;
}

describe('a branch that was rewritten', () => {
  it('stops the line until its tip is accepted, and goes on with the next landing number', async (test) => {
    const line = await aLandedLine(test);
    const [first, second] = [git(line.repository, 'rev-parse', 'main~1'), tipOf(line)];
    git(line.repository, 'reset', '-q', '--soft', 'main~2');
    git(line.repository, 'commit', '-q', '-m', 'Both in one');
    const { patch } = await line.submit(creating('c.txt'));
    const stopped = runnerFor(test, running(line));
    const why = await stoppedBecause(line.needs, 'main');
    assert.match(
      why,
      new RegExp(`does not contain the landed commit ${second}.*\`ghost workspace accept main`),
    );
    await stopped.stop();
    assert.equal((await line.find(patch.id)).state.name, 'queued');
    const problems = (await verifyWorkspace(line.needs, 'main')).problems.join('\n');
    for (const commit of [first, second])
      assert.match(problems, new RegExp(`${commit}, which is not on the branch`));

    const taken = (await line.needs.ledger.list({ states: ['landed'], limit: 9 })).map(({ id }) => id);
    assert.deepEqual(await accept(line, { tip: tipOf(line) }), { tip: tipOf(line), landings: 2 });
    const { landingSeq } = await landsUnder(test, line, 'd.txt');
    assert.equal(landingSeq, 4);
    const report = await verifyWorkspace(line.needs, 'main');
    assert.deepEqual(report.problems, []);
    assert.match(
      report.notes.join(),
      /^2 landed commits were taken off the branch before \S+, accepted by eve: squashed by hand$/,
    );
    const last = (await line.needs.chains.entries('main', 0, 999)).find(
      ({ type }) => type === 'workspace.tip_accepted',
    );
    assert.deepEqual(
      [last?.actor, last?.data],
      [
        'eve',
        {
          from: second,
          tip: git(line.repository, 'rev-parse', 'main~2'),
          landings: 2,
          reason: 'squashed by hand',
          takenOff: { count: 2, patches: taken },
        },
      ],
    );
  });

  it('is still held to what lands after its tip was accepted', async (test) => {
    const line = await aLandedLine(test);
    await pauseWorkspace(line.needs, { name: 'main', reason: 'to be rewritten', actor: 'eve' });
    git(line.repository, 'reset', '-q', '--hard', 'main~2');
    await accept(line);
    const { commit } = await landsUnder(test, line, 'c.txt');
    git(line.repository, 'reset', '-q', '--hard', 'main~1');
    runnerFor(test, running(line));
    assert.match(await stoppedBecause(line.needs, 'main'), new RegExp(commit));
  });
});

describe('a branch that was rewritten by mistake', () => {
  it('is put back by the command that the reason has, checked out as it is, and the line goes on', async (test) => {
    const line = await aLandedLine(test);
    const landed = tipOf(line);
    git(line.repository, 'reset', '-q', '--hard', 'main~1');
    const stopped = runnerFor(test, running(line));
    const why = await stoppedBecause(line.needs, 'main');
    await stopped.stop();
    const [, command = ''] = /put it back with `([^`]+)`/.exec(why) ?? [];
    execFileSync('sh', ['-c', command], { stdio: 'pipe' });
    assert.equal(tipOf(line), landed);
    assert.equal(git(line.repository, 'status', '--porcelain'), '');
    await resumeWorkspace(line.needs, { name: 'main', actor: 'eve' });
    await landsUnder(test, line, 'c.txt');
  });
});

describe('a branch that was deleted', () => {
  it('stops the line with the command that makes it again, and the line goes on once it is there', async (test) => {
    const line = await aLandedLine(test);
    const tip = tipOf(line);
    git(line.repository, 'checkout', '-q', '--detach');
    git(line.repository, 'branch', '-q', '-D', 'main');
    const stopped = runnerFor(test, running(line));
    const why = await stoppedBecause(line.needs, 'main');
    assert.ok(
      why.includes(
        `has no branch main any more; make it again, for instance with \`git --git-dir ${realpathSync(line.repository)}/.git branch main ${tip}\``,
      ),
    );
    await stopped.stop();
    await assert.rejects(accept(line), { code: 'branch_gone' });

    git(line.repository, 'branch', 'main', `${tip}~2`);
    await accept(line);
    assert.equal((await landsUnder(test, line, 'c.txt')).landingSeq, 3);
    assert.deepEqual((await verifyWorkspace(line.needs, 'main')).problems, []);
  });

  it('is told where nothing has landed on it yet', async (test) => {
    const line = await lineFor(test);
    git(line.repository, 'checkout', '-q', '--detach');
    git(line.repository, 'branch', '-q', '-D', 'main');
    const recovered = await recoverWorkspace(line.needs, line.holding, { branch: 'kept' });
    assert.match(
      recovered.kind === 'broken' ? recovered.problem : '',
      /make it again, and `ghost workspace resume/,
    );
    await line.submit(creating('a.txt'));
    assert.equal((await line.next()).kind, 'broken');
  });
});

describe('accepting a tip', () => {
  it('is refused with the next command while the line runs, at another tip, and without words', async (test) => {
    const line = await aLandedLine(test);
    const tip = tipOf(line);
    await assert.rejects(accept(line), {
      code: 'tip_not_accepted',
      message: /`ghost workspace pause main --reason/,
    });
    await pauseWorkspace(line.needs, { name: 'main', reason: 'a look', actor: 'eve' });
    const other = git(line.repository, 'rev-parse', 'main~1');
    await assert.rejects(accept(line, { tip: other }), {
      code: 'tip_not_accepted',
      message: new RegExp(`at ${tip}, and --tip says ${other}.*--tip ${tip}`),
    });
    await assert.rejects(accept(line, { reason: ' ' }), { code: 'input_invalid' });
    assert.equal((await line.needs.workspaces.find('main'))?.paused, 'a look');
  });

  it('waits for the runner that has the workspace, and says so', async (test) => {
    const line = await lineFor(test);
    await pauseWorkspace(line.needs, { name: 'main', reason: 'a look', actor: 'eve' });
    await assert.rejects(accept(line), {
      code: 'tip_not_accepted',
      message: /test still holds it, and gives it back when what it executes has ended/,
    });
  });

  it('finishes a landing that is on the branch, and queues one again that is not', async (test) => {
    for (const moved of [true, false]) {
      const line = await lineFor(test);
      const { patch } = await line.submit(creating('a.txt'));
      const dies: Holding = {
        ...line.holding,
        observe: (step) => {
          if (step === (moved ? 'branch-moved' : 'intent-recorded')) throw new Error('the runner dies here');
        },
      };
      await assert.rejects(line.next(0, dies), /dies here/);
      await giveBackWorkspace(line.needs, line.holding);
      await stateOf(line, patch.id, 'landing');
      await pauseWorkspace(line.needs, { name: 'main', reason: 'a look', actor: 'eve' });
      const baseline = await accept(line);
      assert.deepEqual(baseline, { tip: tipOf(line), landings: moved ? 1 : 0 });
      await stateOf(line, patch.id, moved ? 'landed' : 'queued');
    }
  });

  it('gives an operator the workspace while the runner runs, since a paused line needs no holder', async (test) => {
    const line = await aLandedLine(test);
    const runner = runnerFor(test, running(line));
    await eventually('the lane to idle', () => runner.facts().some(({ doing }) => doing === 'idle'));
    await pauseWorkspace(line.needs, { name: 'main', reason: 'a look', actor: 'eve' });
    await eventually('the tip to be accepted', () => accept(line).catch(() => null));
    assert.equal((await line.needs.workspaces.find('main'))?.paused, null);
    await eventually('the lane to go on', () => runner.facts().some(({ doing }) => doing === 'idle'));
  });
});
