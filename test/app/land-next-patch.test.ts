import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { cancelPatch } from '../../src/app/cancel-patch.ts';
import { landNextPatch } from '../../src/app/land-next-patch.ts';
import { patchLog } from '../../src/app/patch-reads.ts';
import { releaseHeld } from '../../src/app/release-held.ts';
import { removeWorkspace } from '../../src/app/remove-workspace.ts';
import { sha256 } from '../../src/core/digest.ts';
import type { PatchState, StateName } from '../../src/core/patch/patch.ts';
import { aBareRepository, aRepository, git, patchOf, write } from '../world/git.ts';
import { aLine, type LineOptions, type TestLine } from '../world/line.ts';

const BRAVE = { 'greeting.txt': 'hello\nbrave\nworld\n' };

async function lineFor(test: TestContext, options: LineOptions = {}): Promise<TestLine> {
  const line = await aLine(options);
  test.after(() => line.close());
  return line;
}

/** The patch's state, which has to be the expected one. */
async function stateOf<Name extends StateName>(
  line: TestLine,
  id: string,
  name: Name,
): Promise<Extract<PatchState, { name: Name }>> {
  const { state } = await line.find(id);
  assert.equal(state.name, name, JSON.stringify(state));
  return state as Extract<PatchState, { name: Name }>;
}

describe('the head of a line', () => {
  it('lands on the tip as one commit that was read back, and the clean work tree follows', async (test) => {
    const line = await lineFor(test);
    const base = git(line.repository, 'rev-parse', 'main');
    const { patch } = await line.submit(patchOf(line.repository, BRAVE), { title: 'Be brave' });
    assert.equal((await line.next()).kind, 'moved');
    const { intent, worktree } = await stateOf(line, patch.id, 'landed');
    assert.equal(git(line.repository, 'rev-parse', 'main'), intent.commit);
    assert.equal(git(line.repository, 'rev-parse', 'main^'), base);
    assert.equal(git(line.repository, 'rev-parse', 'main^{tree}'), intent.tree);
    assert.equal(
      git(line.repository, 'log', '-1', '--format=%B', 'main'),
      `Be brave\n\nGhost-Patch: ${patch.id}\nGhost-Seq: 1`,
    );
    assert.deepEqual(
      intent.paths.map(({ path, before, after }) => [path, before?.sha256, after?.sha256]),
      [['greeting.txt', sha256('hello\nworld\n'), sha256('hello\nbrave\nworld\n')]],
    );
    assert.equal(worktree, 'followed');
    assert.equal(git(line.repository, 'status', '--porcelain'), '');
  });

  it('lands in a bare repository, which has no work tree to follow', async (test) => {
    const repository = aBareRepository();
    const line = await lineFor(test, { repository });
    const { patch } = await line.submit(patchOf(repository, BRAVE));
    await line.next();
    assert.equal((await stateOf(line, patch.id, 'landed')).worktree, 'none');
    assert.equal(git(repository, 'show', 'main:greeting.txt'), 'hello\nbrave\nworld');
  });

  it('is rejected with the faults of every file at once, and nothing moves', async (test) => {
    const line = await lineFor(test, {
      repository: aRepository({ 'a.txt': 'one\ntwo\nthree\n', 'b.txt': 'four\nfive\nsix\n' }),
    });
    const base = git(line.repository, 'rev-parse', 'main');
    const body =
      '--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-too\n+2\n three\n--- a/b.txt\n+++ b/b.txt\n@@ -1,3 +1,3 @@\n four\n-fife\n+5\n six\n';
    const { patch } = await line.submit(body);
    await line.next();
    const rejected = await stateOf(line, patch.id, 'rejected');
    assert.equal(rejected.reason, 'does_not_apply');
    assert.deepEqual(
      rejected.faults.map(({ path, code }) => [path, code]),
      [
        ['a.txt', 'hunk_not_found'],
        ['b.txt', 'hunk_not_found'],
      ],
    );
    assert.deepEqual(rejected.faults[0]?.closest?.lines, ['one', 'two', 'three']);
    assert.equal(git(line.repository, 'rev-parse', 'main'), base);
  });

  it('is rejected when it changes nothing', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(
      '--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1,2 +1,2 @@\n-hello\n+hello\n world\n',
    );
    await line.next();
    assert.equal((await stateOf(line, patch.id, 'rejected')).reason, 'changes_nothing');
  });

  it('may not touch the gate file unless the policy allows that path', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(
      patchOf(line.repository, { 'ghost.yml': 'checks:\n  - name: none\n    run: test 1\n' }),
    );
    await line.next();
    const rejected = await stateOf(line, patch.id, 'rejected');
    assert.equal(rejected.reason, 'path_refused');
    assert.equal(rejected.faults[0]?.code, 'path_sensitive');
  });

  it('is rejected by a failing check, with what the check printed', async (test) => {
    const line = await lineFor(test, {
      checks: [{ name: 'no bad words', run: '! grep -rn bad . || { echo found a bad word >&2; exit 1; }' }],
    });
    const { patch } = await line.submit(patchOf(line.repository, { 'greeting.txt': 'bad\n' }));
    await line.next();
    assert.equal((await stateOf(line, patch.id, 'rejected')).reason, 'check_failed');
    const [log] = await patchLog(line.needs, patch.id);
    assert.equal(log?.verdict.exitCode, 1);
    assert.match(Buffer.from(log?.output ?? []).toString(), /found a bad word/);
  });

  it('is judged by the gate of its base, on a copy: what a check writes never lands', async (test) => {
    const line = await lineFor(test, {
      checks: [{ name: 'litter', run: 'echo x > litter; echo y > greeting.txt; test -f litter' }],
    });
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    await line.next();
    await stateOf(line, patch.id, 'landed');
    assert.equal(git(line.repository, 'ls-tree', '--name-only', 'main'), 'ghost.yml\ngreeting.txt');
    assert.equal(git(line.repository, 'show', 'main:greeting.txt'), 'hello\nbrave\nworld');
  });

  it('fails as ours when its base has lost every check', async (test) => {
    const line = await lineFor(test);
    git(line.repository, 'rm', '-q', 'ghost.yml');
    git(line.repository, 'commit', '-q', '-m', 'No gate');
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    await line.next();
    assert.equal((await stateOf(line, patch.id, 'failed')).reason, 'gate_missing');
  });

  it('fails as ours when the policy asks for more isolation than there is', async (test) => {
    const line = await lineFor(test);
    write(line.installation.config.home.data, { 'policy.yml': 'minimumIsolation: 3\n' });
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    const { sandbox } = line.needs;
    const isolation = async () => ({ level: 2, description: 'a machine without control groups' }) as const;
    const needs = { ...line.needs, sandbox: { isolation, run: sandbox.run.bind(sandbox) } };
    await landNextPatch(needs, line.holding, { cooldownMs: 0, waived: null });
    const failed = await stateOf(line, patch.id, 'failed');
    assert.equal(failed.reason, 'isolation_too_low');
    assert.match(
      failed.detail,
      /asks for isolation level 3, this machine gives 2: a machine without control groups/,
    );
  });

  it('is held while local edits stand in its way, naming the paths, and lands once they are gone', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    write(line.repository, { 'greeting.txt': 'hello\nlocal\nworld\n' });
    await line.next();
    assert.deepEqual((await stateOf(line, patch.id, 'held')).paths, ['greeting.txt']);
    assert.equal(await releaseHeld(line.needs, line.holding), false);
    assert.deepEqual(await line.next(), { kind: 'idle' });

    git(line.repository, 'checkout', '-q', 'greeting.txt');
    assert.equal(await releaseHeld(line.needs, line.holding), true);
    await line.next();
    await stateOf(line, patch.id, 'landed');
    assert.equal((await line.find(patch.id)).seq, patch.seq);
  });

  it('waits out the cooldown, is told until when, and is never dropped', async (test) => {
    const line = await lineFor(test);
    await line.submit(patchOf(line.repository, BRAVE));
    await line.next(10_000);
    const { patch } = await line.submit(patchOf(line.repository, { 'second.txt': 'second\n' }));
    line.clock.advance(4_000);
    const waiting = await line.next(10_000);
    const until = line.clock.now() + 6_000;
    assert.deepEqual(waiting, { kind: 'waiting', until });
    assert.equal((await stateOf(line, patch.id, 'queued')).notBefore, until);
    const told = await line.find(patch.id);
    await line.next(10_000);
    assert.equal((await line.find(patch.id)).version, told.version, 'it is told once');
    line.clock.advance(6_000);
    await line.next(10_000);
    await stateOf(line, patch.id, 'landed');
  });

  it('is checked again on the new base when somebody else moved the branch meanwhile', async (test) => {
    const repository = aRepository();
    let raced = false;
    const line = await lineFor(test, {
      repository,
      observe: (step) => {
        if (step !== 'intent-recorded' || raced) return;
        raced = true;
        write(repository, { 'other.txt': 'other\n' });
        git(repository, 'add', 'other.txt');
        git(repository, 'commit', '-q', '-m', 'Somebody else');
      },
    });
    const { patch } = await line.submit(patchOf(repository, BRAVE));
    await line.next();
    await stateOf(line, patch.id, 'queued');
    await line.next();
    const { intent } = await stateOf(line, patch.id, 'landed');
    assert.equal(intent.landingSeq, 1);
    assert.deepEqual(git(repository, 'log', '--format=%s', 'main').split('\n'), [
      'Change greeting.txt',
      'Somebody else',
      'Begin',
    ]);
  });

  it('stops being checked when it is cancelled, and its check with it', async (test) => {
    let cancel = () => Promise.resolve();
    const line = await lineFor(test, {
      checks: [{ name: 'slow', run: 'sleep 600' }],
      observe: (step) => (step === 'tree-built' ? void setImmediate(() => void cancel()) : undefined),
    });
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    cancel = async () => {
      await cancelPatch(line.needs, { id: patch.id, actor: 'someone' });
    };
    assert.equal((await line.next()).kind, 'superseded');
    assert.equal((await stateOf(line, patch.id, 'cancelled')).by, 'someone');
  });

  it('goes in order of acceptance, and the numbers of the landings have no gap', async (test) => {
    const line = await lineFor(test);
    const bodies = ['one', 'two', 'three'].map((name) =>
      patchOf(line.repository, { [`${name}.txt`]: `${name}\n` }),
    );
    for (const body of bodies) await line.submit(body);
    const rejected = await line.submit('--- a/no.txt\n+++ b/no.txt\n@@ -1 +1 @@\n-a\n+b\n');
    const last = await line.submit(patchOf(line.repository, { 'four.txt': 'four\n' }));
    while ((await line.next()).kind === 'moved');
    await stateOf(line, rejected.patch.id, 'rejected');
    assert.equal((await stateOf(line, last.patch.id, 'landed')).intent.landingSeq, 4);
    assert.equal(
      git(
        line.repository,
        'log',
        '--reverse',
        '--format=%(trailers:key=Ghost-Seq,valueonly,separator=)',
        'main',
      ).trim(),
      '1\n2\n3\n4',
    );
  });

  it('fails when the repository has become unreadable, after three attempts, as ours', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    const blob = git(line.repository, 'rev-parse', 'main:greeting.txt');
    rmSync(join(line.repository, '.git/objects', blob.slice(0, 2), blob.slice(2)), { force: true });
    for (let turn = 0; turn < 6 && (await line.find(patch.id)).state.name === 'queued'; turn += 1) {
      await line.next();
      line.clock.advance(60_000);
    }
    assert.equal((await stateOf(line, patch.id, 'failed')).reason, 'repository_unreadable');
  });

  it('fails, and does not land, when its text is no longer what was accepted', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    const database = new DatabaseSync(line.installation.config.home.ledgerFile);
    database
      .prepare('UPDATE patch_body SET bytes = ?')
      .run(Buffer.from(patchOf(line.repository, { 'evil.txt': 'evil\n' })));
    database.close();
    await line.next();
    assert.equal((await stateOf(line, patch.id, 'failed')).reason, 'body_altered');
    assert.equal(git(line.repository, 'rev-list', '--count', 'main'), '1');
  });

  it('waits, blameless, while the policy cannot be read', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    write(line.installation.config.home.data, { 'policy.yml': 'checs: []\n' });
    const next = await line.next();
    assert.match(next.kind === 'paused' ? next.reason : next.kind, /policy\.yml.*checs/);
    await stateOf(line, patch.id, 'queued');
    write(line.installation.config.home.data, { 'policy.yml': 'checks: []\n' });
    await line.next();
    await stateOf(line, patch.id, 'landed');
  });

  it('is not taken by a holder of the workspace that had the name before', async (test) => {
    const line = await lineFor(test);
    await removeWorkspace(line.needs, { name: 'main', actor: 'test' });
    line.clock.advance(1);
    await line.needs.workspaces.add({ ...line.holding.workspace, addedAt: line.clock.now() });
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    assert.deepEqual(await line.next(), { kind: 'paused', reason: 'the workspace was removed' });
    await stateOf(line, patch.id, 'queued');
  });
});
