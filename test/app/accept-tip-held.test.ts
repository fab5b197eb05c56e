import assert from 'node:assert/strict';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { acceptTip } from '../../src/app/accept-tip.ts';
import type { Holding } from '../../src/app/holding.ts';
import type { Needs } from '../../src/app/needs.ts';
import { pauseWorkspace, resumeWorkspace } from '../../src/app/pause-workspace.ts';
import { giveBackWorkspace } from '../../src/app/take-workspace.ts';
import { creating } from '../world/diffs.ts';
import { lineFor, stateOf, type TestLine } from '../world/line.ts';
import { eventually } from '../world/processes.ts';

/** A line that nobody holds, paused for a look. */
async function aPausedLine(test: TestContext): Promise<TestLine> {
  const line = await lineFor(test);
  await giveBackWorkspace(line.needs, line.holding);
  await pauseWorkspace(line.needs, { name: 'main', reason: 'a look', actor: 'eve' });
  return line;
}

const accept = (needs: Needs) =>
  acceptTip(needs, { name: 'main', reason: 'as it is', tip: null, actor: 'eve' });

/** Turns the clock, and waits until the lease is good for as long as before. */
async function renewedAfter({ needs, clock }: TestLine, ms: number): Promise<void> {
  clock.advance(ms);
  await eventually('the lease to be renewed', async () => {
    const lease = await needs.leaser.find('main');
    return lease !== null && lease.expiresAt >= clock.now() + lease.ttlMs;
  });
}

describe('accepting a tip', () => {
  it('removes the lock that the dead writer of a landing in hand left behind', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(creating('a.txt'));
    const dies: Holding = {
      ...line.holding,
      observe: (step) => {
        if (step === 'intent-recorded') throw new Error('the runner dies here');
      },
    };
    await assert.rejects(line.next(0, dies), /dies here/);
    await giveBackWorkspace(line.needs, line.holding);
    const { intent } = await stateOf(line, patch.id, 'landing');
    const lock = join(line.repository, '.git/refs/heads/main.lock');
    writeFileSync(lock, `${intent.commit}\n`);
    // As a writer of ours makes it.
    chmodSync(lock, 0o444);
    await pauseWorkspace(line.needs, { name: 'main', reason: 'a look', actor: 'eve' });
    await accept(line.needs);
    assert.equal(existsSync(lock), false);
    await stateOf(line, patch.id, 'queued');
  });

  it('clears no pause that somebody set meanwhile', async (test) => {
    const { needs } = await aPausedLine(test);
    const { workspaces } = needs;
    const acceptTipLate: typeof workspaces.acceptTip = async (...given) => {
      await resumeWorkspace(needs, { name: 'main', actor: 'bob' });
      await pauseWorkspace(needs, { name: 'main', reason: 'INCIDENT', actor: 'bob' });
      return workspaces.acceptTip(...given);
    };
    const late = { ...needs, workspaces: { ...workspaces, acceptTip: acceptTipLate } };
    await assert.rejects(accept(late), { code: 'tip_not_accepted', message: /paused for another reason/ });
    assert.equal((await workspaces.find('main'))?.paused, 'INCIDENT');
  });

  it('keeps its lease for as long as the repository makes it wait', async (test) => {
    const line = await aPausedLine(test);
    const { needs } = line;
    const open: Needs['repositories']['open'] = async (workspace) => {
      const opened = await needs.repositories.open(workspace);
      const { repository } = opened;
      const tip = async () => {
        for (let waits = 0; waits < 12; waits += 1) await renewedAfter(line, 5_000);
        return repository.tip();
      };
      return {
        ...opened,
        repository: Object.assign(Object.create(repository), { tip, close: () => repository.close() }),
      };
    };
    await accept({ ...needs, repositories: { ...needs.repositories, open } });
    const types = (await needs.chains.entries('main', 0, 99)).map(({ type }) => type);
    assert.deepEqual(types.slice(-3), ['lease.taken', 'workspace.tip_accepted', 'lease.released']);
  });
});
