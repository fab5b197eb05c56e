import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { acceptTip } from '../../src/app/accept-tip.ts';
import { checkContents } from '../../src/app/ledger/check-contents.ts';
import { pauseWorkspace } from '../../src/app/pause-workspace.ts';
import { projectOutbox } from '../../src/app/project-outbox.ts';
import { retryPatch } from '../../src/app/retry-patch.ts';
import { revertPatch } from '../../src/app/revert-patch.ts';
import { giveBackWorkspace } from '../../src/app/take-workspace.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import { viewPatch } from '../../src/app/views.ts';
import { summarise } from '../../src/core/evidence/summary.ts';
import { summaryMarkdown } from '../../src/core/evidence/summary-markdown.ts';
import { creating } from '../world/diffs.ts';
import { git } from '../world/git.ts';
import { lineFor, type TestLine } from '../world/line.ts';

const AGAIN = { author: 'ada', origin: 'cli' } as const;

/** A line whose branch lost `b.txt`, which an operator has accepted; `a.txt` is still there. */
async function aLineWithout(test: TestContext) {
  const line = await lineFor(test);
  const { patch: kept } = await line.submit(creating('a.txt'));
  await line.next();
  const { patch: gone } = await line.submit(creating('b.txt'), { idempotencyKey: null });
  await line.next();
  await giveBackWorkspace(line.needs, line.holding);
  git(line.repository, 'reset', '-q', '--hard', 'main~1');
  await accept(line, 'b is not wanted');
  return { line, kept, gone };
}

async function accept(line: TestLine, reason: string) {
  await pauseWorkspace(line.needs, { name: 'main', reason: 'a look', actor: 'eve' });
  await acceptTip(line.needs, { name: 'main', reason, tip: null, actor: 'eve' });
}

describe('a landed patch that an accepted branch does not have', () => {
  it('is told to be off it, by whom, when and why, and what is on it is not', async (test) => {
    const { line, kept, gone } = await aLineWithout(test);
    const [onBranch, off] = [await line.find(kept.id), await line.find(gone.id)];
    assert.equal(viewPatch(onBranch, null).takenOff, null);
    const { takenOff, state } = viewPatch(off, null);
    assert.deepEqual([state, takenOff?.by, takenOff?.reason], ['landed', 'eve', 'b is not wanted']);
    assert.match(takenOff?.at ?? '', /^\d{4}-\d\d-\d\dT/);
    await projectOutbox(line.needs);
    const summary = summarise(off, await line.needs.chains.entriesAbout(gone.id), null);
    assert.match(
      summaryMarkdown(summary),
      /landed as \w+, taken off the branch[\s\S]*\| Taken off the branch \| accepted by `eve` at \S+: `b is not wanted`/,
    );
    assert.deepEqual((await verifyWorkspace(line.needs, 'main')).problems, []);
    assert.deepEqual((await checkContents(line.needs)).problems, []);
  });

  it('no longer answers for its content, and what is on the branch does', async (test) => {
    const { line, gone } = await aLineWithout(test);
    const { patch, repeated } = await line.submit(creating('b.txt'), { idempotencyKey: null });
    assert.deepEqual([repeated, patch.id === gone.id, patch.lineage], [false, false, null]);
    const second = await line.submit(creating('b.txt'), { idempotencyKey: null });
    assert.deepEqual([second.repeated, second.patch.id], [true, patch.id]);
    assert.equal((await line.submit(creating('a.txt'), { idempotencyKey: null })).repeated, true);
  });

  it('can be retried, and there is nothing to revert', async (test) => {
    const { line, kept, gone } = await aLineWithout(test);
    await assert.rejects(revertPatch(line.needs, { id: gone.id, ...AGAIN }), {
      code: 'act_impossible',
      message: /it is off the branch, accepted by eve at \S+Z: b is not wanted, not on it/,
    });
    await assert.rejects(retryPatch(line.needs, { id: kept.id, ...AGAIN }), { code: 'act_impossible' });
    const { patch } = await retryPatch(line.needs, { id: gone.id, ...AGAIN });
    assert.deepEqual(patch.lineage, { kind: 'retries', patch: gone.id });
  });

  it('is told by the first who accepts that, and not again by the next', async (test) => {
    const { line, kept, gone } = await aLineWithout(test);
    git(line.repository, 'reset', '-q', '--hard', 'main~1');
    await accept(line, 'nor is a');
    const reasons = async (id: typeof kept.id) => viewPatch(await line.find(id), null).takenOff?.reason;
    assert.deepEqual([await reasons(gone.id), await reasons(kept.id)], ['b is not wanted', 'nor is a']);
  });
});
