import assert from 'node:assert/strict';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { acceptTip } from '../../../src/app/accept-tip.ts';
import { pauseWorkspace } from '../../../src/app/pause-workspace.ts';
import { giveBackWorkspace } from '../../../src/app/take-workspace.ts';
import { tryVerifyWorkspace } from '../../../src/app/verify/try-verify-workspace.ts';
import { verifyWorkspace } from '../../../src/app/verify/verify-workspace.ts';
import { creating } from '../../world/diffs.ts';
import { git } from '../../world/git.ts';
import { lineFor } from '../../world/line.ts';

async function aLandedLine(test: TestContext) {
  const line = await lineFor(test);
  await line.submit(creating('a.txt'));
  await line.next();
  return line;
}

describe('verifying a workspace that was not left alone', () => {
  it('tells each tip that was accepted, and counts what came with it until the sum is the branch', async (test) => {
    const line = await aLandedLine(test);
    const { needs, repository } = line;
    await line.submit(creating('b.txt'));
    await line.next();
    await giveBackWorkspace(needs, line.holding);
    const accept = async (reason: string) => {
      await pauseWorkspace(needs, { name: 'main', reason: 'a look', actor: 'eve' });
      await acceptTip(needs, { name: 'main', reason, tip: null, actor: 'eve' });
    };
    await accept('only a look');
    const foreign = (id: string) =>
      git(repository, 'commit', '-q', '--allow-empty', '-m', `Elsewhere\n\nGhost-Patch: p_${id.repeat(26)}`);
    git(repository, 'reset', '-q', '--hard', 'main~1');
    for (const id of ['0', '1']) foreign(id);
    git(repository, 'commit', '-q', '--allow-empty', '-m', 'By hand');
    await accept('an older ledger');
    foreign('2');
    await accept('one more');
    foreign('3');
    const stray = git(repository, 'rev-parse', 'main');
    const { problems, notes, ...counts } = await verifyWorkspace(needs, 'main');
    assert.deepEqual(problems, [
      `commit ${stray} names p_${'3'.repeat(26)}, which the ledger does not have as landed there`,
    ]);
    assert.deepEqual(
      notes.map((note) => note.replace(/\d{4}-\S+Z/, 'T')),
      [
        'the branch was taken as it was at T, accepted by eve: only a look',
        '1 landed commit was taken off and 2 commits of another ledger came on the branch before T, accepted by eve: an older ledger',
        '1 commit of another ledger came on the branch before T, accepted by eve: one more',
      ],
    );
    const { landed, commits, others, accepted, unnamed } = counts;
    assert.deepEqual(
      { landed, commits, others, accepted, unnamed },
      {
        ...{ landed: 2, commits: 2, others: 0, accepted: 3, unnamed: 2 },
      },
    );
    assert.equal(
      commits + others + accepted + unnamed,
      Number(git(repository, 'rev-list', '--count', 'main')),
    );
  });

  it('cannot be where its branch or its repository is gone, and says so with what to do', async (test) => {
    const line = await aLandedLine(test);
    const { needs, repository } = line;
    const landed = git(repository, 'rev-parse', 'main');
    const tried = async () => {
      const report = await tryVerifyWorkspace(needs, 'main', {
        replay: 'none',
        progress: () => undefined,
      });
      return 'unverified' in report ? report.unverified : assert.fail('it was verified');
    };
    git(repository, 'checkout', '-q', '--detach');
    git(repository, 'branch', '-q', '-D', 'main');
    const branch = await tried();
    assert.equal(branch.code, 'branch_gone');
    assert.match(branch.hint, new RegExp(`branch main ${landed}.*ghost workspace resume main`));
    renameSync(repository, `${repository}.away`);
    const { code, message, hint } = await tried();
    assert.ok(message.includes(repository), message);
    assert.ok(code.length > 0 && hint.length > 0 && !hint.includes('NAME'), hint);
    renameSync(`${repository}.away`, repository);
    await assert.rejects(tryVerifyWorkspace(needs, 'nobody', { replay: 'none', progress: () => undefined }), {
      code: 'workspace_unknown',
    });
  });

  it('prints no advice of git about anything else where an object is damaged', async (test) => {
    const line = await aLandedLine(test);
    await line.submit(creating('b.txt'));
    await line.next();
    const below = git(line.repository, 'rev-parse', 'main~1');
    const object = join(line.repository, '.git/objects', below.slice(0, 2), below.slice(2));
    chmodSync(object, 0o600);
    writeFileSync(object, 'damaged');
    const told = (await verifyWorkspace(line.needs, 'main')).problems.join('\n');
    assert.match(told, /the branch cannot be read/);
    assert.doesNotMatch(told, /graft|hint:/);
  });
});
