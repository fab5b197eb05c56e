import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { applyOnce, type OneShot } from '../../src/app/apply-once.ts';
import { patchSummary } from '../../src/app/patch-reads.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import { verifyAudit } from '../../src/app/verify/verify-audit.ts';
import { GhostError } from '../../src/core/errors.ts';
import type { LandingStep } from '../../src/core/patch/landing-step.ts';
import { creating } from '../world/diffs.ts';
import { aRepository, git, patchOf, write } from '../world/git.ts';
import { openInstallationFor } from '../world/installation.ts';
import { mailsOf } from '../world/series.ts';

async function anInstallation(test: TestContext) {
  const installation = await openInstallationFor();
  test.after(() => installation.close());
  const warnings: string[] = [];
  const applyAll = (repo: string, body: string, more: Partial<OneShot> = {}) =>
    applyOnce(installation.needs, {
      repo,
      body: Buffer.from(body),
      format: null,
      merge: 'never',
      author: 'test',
      gate: 'required',
      adopt: false,
      onStep: () => undefined,
      warn: (problem) => warnings.push(problem),
      ...more,
    });
  const apply = async (...given: Parameters<typeof applyAll>) => (await applyAll(...given))[0];
  return { ...installation, apply, applyAll, warnings };
}

function coded(code: string) {
  return (error: unknown) => error instanceof GhostError && error.code === code;
}

const ABSENT = '--- a/absent.txt\n+++ b/absent.txt\n@@ -1 +1 @@\n-a\n+b\n';
const EDIT = '--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1,2 +1,2 @@\n-hello\n+salut\n world\n';
const BRAVE = { 'greeting.txt': 'hello\nbrave\nworld\n' };

describe('applying once, without a service', () => {
  it('refuses a sensitive path that the policy does not grant: nobody can approve there', async (test) => {
    const { apply } = await anInstallation(test);
    const repo = aRepository();
    const { state } = await apply(repo, patchOf(repo, { '.npmrc': 'registry=x\n' }));
    assert.deepEqual(state.name === 'rejected' && [state.reason, state.faults[0]?.code], [
      'path_refused',
      'path_sensitive',
    ]);
  });

  it('is held, and ended with why, where the policy asks for people', async (test) => {
    const { apply, config } = await anInstallation(test);
    const repo = aRepository();
    write(config.home.data, { 'policy.yml': 'approvals:\n  - name: all of it\n' });
    const { state } = await apply(repo, patchOf(repo, BRAVE));
    assert.equal(state.name === 'held' && state.detail, 'needs an approval by rule all of it; has none');
  });

  it('lands by the same steps, with a summary and an audit log that hold', async (test) => {
    const { apply, needs } = await anInstallation(test);
    const repo = aRepository();
    const steps: LandingStep[] = [];
    const patch = await apply(repo, patchOf(repo, BRAVE), { onStep: (step) => steps.push(step) });
    assert.equal(patch.state.name, 'landed');
    assert.equal(git(repo, 'show', 'main:greeting.txt'), 'hello\nbrave\nworld');
    assert.deepEqual([steps[0], steps.at(-1)], ['lease-taken', 'attestation-recorded']);
    assert.match((await needs.summaries.read(patch.id, 'markdown')) ?? '', /landed as/);
    assert.deepEqual((await verifyAudit(needs)).problems, []);
  });

  it('has landed also where the audit log cannot be written on, and warns of that', async (test) => {
    const { apply, config, needs, warnings } = await anInstallation(test);
    const repo = aRepository();
    await apply(repo, patchOf(repo, BRAVE));
    assert.deepEqual(warnings, []);
    const log = join(config.home.logs, 'audit.log');
    writeFileSync(log, 'somebody was here\n');
    const patch = await apply(repo, patchOf(repo, { 'second.txt': 'second\n' }));
    assert.equal(patch.state.name, 'landed');
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /audit\.log .*`ghost audit rebuild`/);
    assert.match((await needs.summaries.read(patch.id, 'markdown')) ?? '', /landed as/);
  });

  it('takes the repair of a patch that an earlier run rejected', async (test) => {
    const { apply } = await anInstallation(test);
    const repo = aRepository();
    const rejected = await apply(repo, EDIT.replace('-hello', '-hullo'));
    assert.equal(rejected.state.name, 'rejected');
    const landed = await apply(repo, EDIT, { repairs: rejected.id });
    assert.deepEqual(
      [landed.state.name, landed.lineage],
      ['landed', { kind: 'repairs', patch: rejected.id, round: 1 }],
    );
    await assert.rejects(apply(repo, ABSENT, { repairs: landed.id }), coded('act_impossible'));
  });

  it('lands a second patch in the same repository', async (test) => {
    const { apply } = await anInstallation(test);
    const repo = aRepository();
    await apply(repo, patchOf(repo, BRAVE));
    const second = await apply(repo, patchOf(repo, { 'second.txt': 'second\n' }));
    assert.equal(second.state.name === 'landed' && second.state.intent.landingSeq, 2);
  });

  it("keeps a mail's message in the commit, under its own identity", async (test) => {
    const { apply } = await anInstallation(test);
    const repo = aRepository();
    const mail = `From: A U Thor <a@example.org>\nSubject: [PATCH] Be brave\n\nBecause.\n\nGhost-Seq: 99\n---\n${patchOf(repo, BRAVE)}`;
    const patch = await apply(repo, mail);
    const [author, message] = ['%an', '%B'].map((format) =>
      git(repo, 'log', '-1', `--format=${format}`, 'main'),
    );
    assert.notEqual(author, 'A U Thor');
    assert.equal(
      message,
      `Be brave\n\nBecause.\n\nGhost-Byline: A U Thor <a@example.org>\nGhost-Patch: ${patch.id}\nGhost-Seq: 1`,
    );
  });

  it('tells the fault and changes nothing', async (test) => {
    const { apply } = await anInstallation(test);
    const repo = aRepository();
    const patch = await apply(repo, '--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1 +1 @@\n-goodbye\n+x\n');
    assert.equal(patch.state.name === 'rejected' && patch.state.faults[0]?.code, 'hunk_not_found');
    assert.equal(git(repo, 'rev-list', '--count', 'main'), '1');
  });

  it('refuses a repository without a gate, unless it is waived by name, and then says so', async (test) => {
    const { apply, needs } = await anInstallation(test);
    const repo = aRepository();
    git(repo, 'rm', '-q', 'ghost.yml');
    git(repo, 'commit', '-q', '-m', 'No gate');
    const body = patchOf(repo, BRAVE);
    await assert.rejects(apply(repo, body), coded('repository_ungated'));
    const patch = await apply(repo, body, { gate: 'waived' });
    assert.equal(patch.state.name, 'landed');
    assert.match(await patchSummary(needs, patch.id, 'markdown'), /\*\*Waived\*\*: no check was run/);
  });

  it('lands a series, patch by patch', async (test) => {
    const { applyAll } = await anInstallation(test);
    const repo = aRepository();
    const patches = await applyAll(repo, mailsOf(creating('one'), creating('two')));
    assert.deepEqual(
      patches.map(({ state }) => state.name),
      ['landed', 'landed'],
    );
    assert.equal(git(repo, 'show', 'main:two'), 'hello');
  });

  for (const [what, body, states] of [
    ['rejected', ABSENT, ['landed', 'rejected', 'cancelled']],
    ['held', EDIT, ['landed', 'held', 'cancelled']],
  ] as const)
    it(`ends a series at the patch that is ${what}, and leaves nothing of it waiting`, async (test) => {
      const { applyAll, needs } = await anInstallation(test);
      const repo = aRepository();
      if (what === 'held') write(repo, { 'greeting.txt': 'hello\nlocal\nworld\n' });
      const patches = await applyAll(repo, mailsOf(creating('one'), body, creating('three')));
      assert.deepEqual(
        patches.map(({ state }) => state.name),
        states,
      );
      assert.deepEqual(await needs.ledger.list({ states: ['queued', 'held'], limit: 9 }), []);
    });

  it('leaves nothing waiting behind local edits', async (test) => {
    const { apply, needs } = await anInstallation(test);
    const repo = aRepository();
    const body = patchOf(repo, BRAVE);
    write(repo, { 'greeting.txt': 'hello\nlocal\nworld\n' });
    const held = await apply(repo, body);
    assert.equal(held.state.name, 'held');
    assert.equal((await needs.ledger.find(held.id))?.state.name, 'cancelled');
  });

  it('does not land in a repository that another installation serves', async (test) => {
    const service = await anInstallation(test);
    const alone = await anInstallation(test);
    const repo = aRepository();
    await addWorkspace(service.needs, {
      name: 'main',
      repo,
      branch: 'main',
      checks: [],
      actor: 'test',
      adopt: false,
    });
    await assert.rejects(alone.apply(repo, patchOf(repo, BRAVE)), coded('fenced_by_other'));
    assert.equal((await alone.apply(repo, patchOf(repo, BRAVE), { adopt: true })).state.name, 'landed');
  });

  it('waives the gate of its own patch only: a line that others wait in is left to the service', async (test) => {
    const { apply, needs } = await anInstallation(test);
    const repo = aRepository();
    await addWorkspace(needs, {
      name: 'main',
      repo,
      branch: 'main',
      checks: [],
      actor: 'test',
      adopt: false,
    });
    const body = Buffer.from(patchOf(repo, { broken: 'this fails the gate\n' }));
    const waiting = {
      workspace: 'main',
      body,
      format: null,
      title: null,
      author: 'test',
      origin: 'http',
      idempotencyKey: null,
      force: false,
    } as const;
    const { patch } = await submitPatch(needs, waiting);
    await assert.rejects(apply(repo, patchOf(repo, BRAVE), { gate: 'waived' }), coded('workspace_busy'));
    assert.equal((await needs.ledger.find(patch.id))?.state.name, 'queued');
    assert.equal(git(repo, 'rev-list', '--count', 'main'), '1');
  });

  it('goes on after its owner has rewritten the branch, with the next landing number', async (test) => {
    const { apply } = await anInstallation(test);
    const repo = aRepository();
    await apply(repo, patchOf(repo, BRAVE));
    git(repo, 'commit', '-q', '--amend', '-m', 'In my own words');
    const second = await apply(repo, patchOf(repo, { 'second.txt': 'second\n' }));
    assert.equal(second.state.name === 'landed' && second.state.intent.landingSeq, 2);
  });

  it('registers nothing that outlives it, also when it is refused', async (test) => {
    const { apply, needs } = await anInstallation(test);
    const repo = aRepository();
    await apply(repo, patchOf(repo, BRAVE));
    git(repo, 'rm', '-q', 'ghost.yml');
    git(repo, 'commit', '-q', '-m', 'No gate');
    await assert.rejects(apply(repo, patchOf(repo, { 'x.txt': 'x\n' })), coded('repository_ungated'));
    assert.deepEqual(await needs.workspaces.list(), []);
  });
});
