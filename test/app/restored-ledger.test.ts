import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { acceptTip } from '../../src/app/accept-tip.ts';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import { backupOf, openBackup } from '../world/copies.ts';
import { creating } from '../world/diffs.ts';
import { aRepository, git } from '../world/git.ts';
import { type Installation, openInstallationFor } from '../world/installation.ts';
import { eventually } from '../world/processes.ts';
import { runnerFor, stoppedBecause } from '../world/runner.ts';

async function anInstallation(test: TestContext, repository: string): Promise<Installation> {
  const installation = await openInstallationFor();
  test.after(() => installation.close());
  await addWorkspace(installation.needs, {
    ...{ name: 'main', repo: repository, branch: 'main', checks: [], actor: 'test', adopt: false },
  });
  return installation;
}

/** Submits a file and waits until its patch has landed; the id of the patch. */
async function landed({ needs }: Installation, name: string): Promise<string> {
  const { patch } = await submit({ needs }, name);
  await eventually(`${name} to land`, async () => {
    const found = await needs.ledger.find(patch.id);
    return found?.state.name === 'landed' && found.state.worktree !== null ? found : undefined;
  });
  return patch.id;
}

function submit({ needs }: Pick<Installation, 'needs'>, name: string) {
  return submitPatch(needs, {
    ...{ workspace: 'main', body: Buffer.from(creating(name)), format: null, title: null, author: 'test' },
    ...{ origin: 'http', idempotencyKey: null, force: false },
  });
}

const tipOf = (repository: string) => git(repository, 'rev-parse', 'main');

describe('a ledger restored from an old backup', () => {
  it('names the fence and every commit that it does not know, and starts nothing until told', async (test) => {
    const repository = aRepository();
    const newer = await anInstallation(test, repository);
    const before = runnerFor(test, newer);
    await landed(newer, 'a.txt');
    await before.stop();
    const copy = await backupOf(newer);
    const after = runnerFor(test, newer);
    const lost = [await landed(newer, 'b.txt'), await landed(newer, 'c.txt')];
    await after.stop();

    const older = await openBackup(copy);
    test.after(() => older.close());
    const { patch } = await submit(older, 'd.txt');
    const tip = tipOf(repository);
    const runner = runnerFor(test, older);
    const why = await stoppedBecause(older.needs, 'main');
    assert.match(why, /shows token \d+ of this installation, and this ledger knows of none above \d+/);
    for (const id of lost) assert.ok(why.includes(id), why);
    assert.match(why, /2 commits of patches that this ledger has not landed there/);
    assert.match(why, /`ghost workspace accept main --reason TEXT`/);
    assert.equal((await older.needs.ledger.find(patch.id))?.state.name, 'queued');
    assert.equal(tipOf(repository), tip);

    // Resuming is not telling: the same is found again.
    await older.needs.workspaces.pause('main', null, 'test', 1);
    assert.equal(await stoppedBecause(older.needs, 'main'), why);
    assert.equal((await older.needs.ledger.find(patch.id))?.state.name, 'queued');

    await acceptTip(older.needs, { name: 'main', reason: 'the backup is all we have', tip, actor: 'eve' });
    const gone = await eventually('the patch to land', async () => {
      const found = await older.needs.ledger.find(patch.id);
      return found?.state.name === 'landed' && found.state.worktree !== null ? found : undefined;
    });
    assert.equal(gone.state.name === 'landed' && gone.state.intent.base, tip);
    assert.equal(gone.state.name === 'landed' && gone.state.intent.landingSeq, 2);
    await runner.stop();
    assert.deepEqual((await verifyWorkspace(older.needs, 'main')).problems, []);

    // The other way round: whoever has the newer ledger after all finds the commits of the older one.
    const again = runnerFor(test, newer);
    const told = await stoppedBecause(newer.needs, 'main');
    assert.ok(told.includes(patch.id), told);
    assert.ok(!lost.some((id) => told.includes(id)), told);
    await again.stop();
  });

  it('is found by the fence alone where nothing has landed since', async (test) => {
    const repository = aRepository();
    const newer = await anInstallation(test, repository);
    const copy = await backupOf(newer);
    const runner = runnerFor(test, newer);
    await eventually('the lease', async () => (await newer.needs.leaser.find('main'))?.writer ?? undefined);
    await runner.stop();
    const older = await openBackup(copy);
    test.after(() => older.close());
    runnerFor(test, older);
    const why = await stoppedBecause(older.needs, 'main');
    assert.match(why, /this ledger knows of none above 1: it is an older copy/);
  });
});

describe('two data folders for one branch', () => {
  it('both stop with words where they were copied from each other, and neither lands on the other', async (test) => {
    const repository = aRepository();
    const first = await anInstallation(test, repository);
    const one = runnerFor(test, first);
    await landed(first, 'a.txt');
    const copy = await backupOf(first);
    await landed(first, 'b.txt');
    const second = await openBackup(copy);
    test.after(() => second.close());
    // Its copy of the lease lapses while the first one renews its own; then it takes the fence, and finds the commit.
    await second.needs.workspaces.pause('main', null, 'test', 1);
    const lease = await second.needs.leaser.find('main');
    const other = runnerFor(test, second);
    const why = await stoppedBecause(second.needs, 'main');
    assert.match(why, /1 commit of patches that this ledger has not landed there|shows token/);
    assert.ok((lease?.token ?? 0) > 0);
    await submit(first, 'c.txt');
    const told = await stoppedBecause(first.needs, 'main');
    assert.match(told, /shows token \d+ of this installation/);
    await Promise.all([one.stop(), other.stop()]);
  });
});

describe('a trailer that somebody copied by hand', () => {
  it('stops the line, and is named', async (test) => {
    const repository = aRepository();
    const installation = await anInstallation(test, repository);
    const first = runnerFor(test, installation);
    const id = await landed(installation, 'a.txt');
    await first.stop();
    git(repository, 'commit', '-q', '--allow-empty', '-m', 'By hand');
    git(repository, 'commit', '-q', '--allow-empty', '-m', `Again\n\nGhost-Patch: ${id}\nGhost-Seq: 1`);
    const copied = tipOf(repository);
    const { patch } = await submit(installation, 'b.txt');
    const second = runnerFor(test, installation);
    const why = await stoppedBecause(installation.needs, 'main');
    assert.ok(
      why.includes(`has 1 commit of patches that this ledger has not landed there: ${copied} (${id})`),
      why,
    );
    assert.equal((await installation.needs.ledger.find(patch.id))?.state.name, 'queued');
    await second.stop();
  });
});
