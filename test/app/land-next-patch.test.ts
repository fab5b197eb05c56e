import assert from 'node:assert/strict';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { cancelPatch } from '../../src/app/cancel-patch.ts';
import { landNextPatch } from '../../src/app/land-next-patch.ts';
import { patchLog } from '../../src/app/patch-log.ts';
import { releaseHeld } from '../../src/app/release-held.ts';
import { sha256 } from '../../src/core/digest.ts';
import { fail } from '../../src/core/errors.ts';
import { aBareRepository, aRepository, git, patchOf, write } from '../world/git.ts';
import { lineFor, stateOf } from '../world/line.ts';

const BRAVE = { 'greeting.txt': 'hello\nbrave\nworld\n' };

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

  it('waits for an approver where it touches the gate file, unless the policy allows that path', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(
      patchOf(line.repository, { 'ghost.yml': 'checks:\n  - name: none\n    run: test 1\n' }),
    );
    await line.next();
    const { reason, paths } = await stateOf(line, patch.id, 'held');
    assert.deepEqual([reason, paths], ['needs_approval', ['ghost.yml']]);
  });

  it('is rejected by a failing check, with what the check printed', async (test) => {
    const line = await lineFor(test, {
      checks: [{ name: 'no bad words', run: '! grep -rn bad . || { echo found a bad word >&2; exit 1; }' }],
    });
    const { patch } = await line.submit(patchOf(line.repository, { 'greeting.txt': 'bad\n' }));
    await line.next();
    assert.equal((await stateOf(line, patch.id, 'rejected')).reason, 'check_failed');
    const [log] = (await patchLog(line.needs, patch.id)).checks;
    assert.equal(log?.verdict.exitCode, 1);
    assert.match(Buffer.from(log?.output?.bytes ?? []).toString(), /found a bad word/);
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
    await landNextPatch(needs, line.holding, { cooldownMs: 0, waived: null, branch: 'kept' });
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

  it('stops being checked when it is cancelled, and its check with it', async (test) => {
    let cancel = () => Promise.resolve();
    const line = await lineFor(test, {
      checks: [{ name: 'slow', run: 'sleep 600' }],
      observe: (step) => (step === 'tree-built' ? void setImmediate(() => void cancel()) : undefined),
    });
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    cancel = async () => {
      await cancelPatch(line.needs, { id: patch.id, actor: 'someone', role: 'admin' });
    };
    assert.equal((await line.next()).kind, 'superseded');
    assert.equal((await stateOf(line, patch.id, 'cancelled')).by, 'someone');
  });

  const damages: Readonly<Record<string, (object: string) => void>> = {
    'is gone': (object) => rmSync(object),
    'was exchanged': (object) => {
      chmodSync(object, 0o644);
      writeFileSync(object, deflateSync('blob 6\0other\n'));
    },
  };
  for (const [damage, inflict] of Object.entries(damages)) {
    it(`fails when a file that it needs ${damage} in the repository, after three attempts, as ours`, async (test) => {
      const line = await lineFor(test);
      const { patch } = await line.submit(patchOf(line.repository, BRAVE));
      const blob = git(line.repository, 'rev-parse', 'main:greeting.txt');
      inflict(join(line.repository, '.git/objects', blob.slice(0, 2), blob.slice(2)));
      for (let turn = 0; turn < 6 && (await line.find(patch.id)).state.name === 'queued'; turn += 1) {
        await line.next();
        line.clock.advance(60_000);
      }
      const { reason, detail } = await stateOf(line, patch.id, 'failed');
      assert.equal(reason, 'repository_unreadable');
      assert.match(detail, new RegExp(blob));
    });
  }

  it('is tried again when the machine does not get to work on it, and fails as ours at the third time', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    const fit = () => Promise.reject(fail('machine_busy', { waitedMs: 120_000, computedMs: 1_000 }));
    const needs = { ...line.needs, changes: { ...line.needs.changes, fit } };
    const next = () => landNextPatch(needs, line.holding, { cooldownMs: 0, waived: null, branch: 'kept' });
    await next();
    assert.equal((await stateOf(line, patch.id, 'queued')).spent.errors, 1);
    for (let turn = 0; turn < 4; turn += 1) {
      line.clock.advance(60_000);
      await next();
    }
    const { reason, detail } = await stateOf(line, patch.id, 'failed');
    assert.equal(reason, 'machine_busy');
    assert.match(detail, /within 120 s, of which it computed for 1 s/);
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
});
