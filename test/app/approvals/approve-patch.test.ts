import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { approvePatch } from '../../../src/app/approvals/approve-patch.ts';
import { approvableNow } from '../../../src/app/approvals/effect-now.ts';
import { rejectPatch } from '../../../src/app/approvals/reject-patch.ts';
import { setMode } from '../../../src/app/orders/set-mode.ts';
import { releaseHeld } from '../../../src/app/release-held.ts';
import { repairRequestOf } from '../../../src/app/repair-request-of.ts';
import { retryPatch } from '../../../src/app/retry-patch.ts';
import { sha256 } from '../../../src/core/digest.ts';
import type { CommitId } from '../../../src/core/git.ts';
import { advance } from '../../../src/core/patch/transition.ts';
import { aRepository, git, patchOf, write } from '../../world/git.ts';
import { lineFor, stateOf, type TestLine } from '../../world/line.ts';

const GATE = 'checks:\n  - name: other\n    run: test -f pay.ts\n';
const FILES = {
  'ghost.yml': 'checks:\n  - name: there\n    run: test -f pay.ts\n',
  'pay.ts': 'one\n',
  'x.ts': '1\n',
};

function policy(line: TestLine, text: string): void {
  write(line.installation.config.home.data, { 'policy.yml': text });
}

function commit(line: TestLine, files: Readonly<Record<string, string>>): void {
  write(line.repository, files);
  git(line.repository, 'add', '.');
  git(line.repository, 'commit', '-q', '-m', 'By hand');
}

const BASE = '1'.repeat(40) as CommitId;

const approve = ({ needs }: TestLine, id: string, actor: string) => approvePatch(needs, { id, actor });

describe('a patch that rules ask people about', () => {
  it('waits for as many as are asked, counts each once and never its author, and lands then', async (test) => {
    const line = await lineFor(test, { repository: aRepository(FILES) });
    policy(line, 'approvals:\n  - { name: payments, paths: ["pay.*"], count: 2 }\n');
    const { patch } = await line.submit(patchOf(line.repository, { 'pay.ts': 'two\n' }), { author: 'eve' });
    await line.next();
    const held = await stateOf(line, patch.id, 'held');
    assert.deepEqual([held.reason, held.paths], ['needs_approval', ['pay.ts']]);
    assert.equal(held.detail, 'needs 2 approvals by rule payments, for pay.ts; has none');

    await assert.rejects(approve(line, patch.id, 'eve'), { code: 'approval_own' });
    const first = await approve(line, patch.id, 'ada');
    assert.deepEqual(
      [first.base, first.paths, first.repeated, first.patch.state.name],
      [git(line.repository, 'rev-parse', 'main'), ['pay.ts'], false, 'queued'],
    );
    assert.match(first.wanting ?? '', /has 1, of ada/);
    const again = await approve(line, patch.id, 'ada');
    assert.deepEqual([again.repeated, again.wanting !== null], [true, true]);
    await line.next();
    assert.match((await stateOf(line, patch.id, 'held')).detail ?? '', /needs 2 .*; has 1, of ada$/);

    assert.equal((await approve(line, patch.id, 'bob')).wanting, null);
    await line.next();
    await stateOf(line, patch.id, 'landed');
    await assert.rejects(approve(line, patch.id, 'cyd'), { code: 'act_impossible' });
  });

  it('loses an approval when its base changes under it, and not when something else does', async (test) => {
    const line = await lineFor(test, {
      repository: aRepository({ ...FILES, 'pay.ts': 'a\nb\nc\nd\ne\nf\ng\nh\n' }),
    });
    policy(line, 'approvals:\n  - paths: [pay.ts]\n');
    const body = '--- a/pay.ts\n+++ b/pay.ts\n@@ -1,2 +1,2 @@\n-a\n+A\n b\n';
    const { patch } = await line.submit(body);
    await line.next();
    const { base } = await approve(line, patch.id, 'ada');
    commit(line, { 'pay.ts': 'a\nb\nc\nd\ne\nf\ng\nH\n' });
    await line.next();
    const { detail } = await stateOf(line, patch.id, 'held');
    assert.match(
      detail ?? '',
      new RegExp(`has none; that of ada fell: on ${base.slice(0, 12)} the patch did`),
    );

    await approve(line, patch.id, 'ada');
    commit(line, { 'x.ts': '2\n' });
    await line.next();
    await stateOf(line, patch.id, 'landed');
  });

  it('is asked about as often as a single workspace, an author or a phase asks for', async (test) => {
    const line = await lineFor(test, { repository: aRepository(FILES) });
    policy(
      line,
      'approvals:\n  - { name: machines, authors: ["agent:*"] }\nworkspaces:\n  main:\n    approvals:\n      - { name: last phase, phases: [P14] }\n',
    );
    const body = patchOf(line.repository, { 'x.ts': '2\n' });
    const made = await line.submit(body, { author: 'agent:7', force: true });
    const late = await line.submit(body, { phase: 'P14.00.04', force: true });
    const plain = await line.submit(body, { force: true });
    for (let turns = 0; turns < 3; turns += 1) await line.next();
    assert.match((await stateOf(line, made.patch.id, 'held')).detail ?? '', /by rule machines;/);
    assert.match((await stateOf(line, late.patch.id, 'held')).detail ?? '', /by rule last phase;/);
    await stateOf(line, plain.patch.id, 'landed');
  });

  it('may change a sensitive path once somebody else has approved it, also before its turn', async (test) => {
    const line = await lineFor(test, { repository: aRepository(FILES) });
    const { patch } = await line.submit(patchOf(line.repository, { 'ghost.yml': GATE }));
    await approve(line, patch.id, 'ada');
    await line.next();
    await stateOf(line, patch.id, 'landed');
    assert.equal(git(line.repository, 'show', 'main:ghost.yml'), GATE.trimEnd());
  });

  it('is its first author’s own as well when somebody else tries it again', async (test) => {
    const line = await lineFor(test, { repository: aRepository(FILES) });
    const { patch } = await line.submit(patchOf(line.repository, { 'ghost.yml': GATE }), { author: 'eve' });
    await line.next();
    await rejectPatch(line.needs, { id: patch.id, reason: 'not today', actor: 'ada' });
    const again = await retryPatch(line.needs, { id: patch.id, author: 'bob', origin: 'cli' });
    const text = `${patchOf(line.repository, { 'ghost.yml': GATE })}\n`;
    await rejectPatch(line.needs, { id: again.patch.id, reason: 'nor tomorrow', actor: 'ada' });
    const repaired = await line.submit(text, { author: 'dan', repairs: again.patch.id });
    for (const actor of ['eve', 'bob', 'dan'])
      await assert.rejects(approve(line, repaired.patch.id, actor), { code: 'approval_own' });
    assert.equal((await approve(line, repaired.patch.id, 'ada')).wanting, null);
  });

  it('cannot be approved where it does not fit, and its approver is told the faults', async (test) => {
    const line = await lineFor(test, { repository: aRepository(FILES) });
    const { patch } = await line.submit('--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-7\n+8\n');
    await assert.rejects(approve(line, patch.id, 'ada'), (error: Error & { faults?: readonly object[] }) => {
      assert.match(error.message, /does not fit/);
      return error.faults?.length === 1;
    });
  });

  it('is not approved where it does something else by now than what was looked at', async (test) => {
    const repository = aRepository({ ...FILES, 'pay.ts': 'a\nb\nc\nd\ne\nf\ng\nh\n' });
    const line = await lineFor(test, { repository });
    policy(line, 'approvals:\n  - paths: [pay.ts]\n');
    const { patch } = await line.submit('--- a/pay.ts\n+++ b/pay.ts\n@@ -1,2 +1,2 @@\n-a\n+A\n b\n');
    assert.equal(await approvableNow(line.needs, await line.find(patch.id)), null);
    await line.next();
    const seen = await approvableNow(line.needs, await line.find(patch.id));
    assert.equal(seen?.base, git(line.repository, 'rev-parse', 'main'));
    commit(line, { 'pay.ts': 'a\nb\nc\nd\ne\nf\ng\nH\n' });
    for (const one of [seen, { base: seen.base }, { effect: seen.effect }])
      await assert.rejects(approvePatch(line.needs, { id: patch.id, actor: 'ada', seen: one }), {
        code: 'approval_outdated',
      });
    const now = await approvableNow(line.needs, await line.find(patch.id));
    assert.ok(now !== null && now.effect !== seen.effect);
    const given = await approvePatch(line.needs, { id: patch.id, actor: 'ada', seen: now });
    assert.deepEqual([given.base, given.effect], [now.base, now.effect]);
  });

  it('goes back in the line too where its approver died right after approving', async (test) => {
    const line = await lineFor(test, { repository: aRepository(FILES) });
    const { patch } = await line.submit(patchOf(line.repository, { 'ghost.yml': GATE }));
    await line.next();
    const seen = new Map();
    assert.equal(await releaseHeld(line.needs, line.holding, seen), false);
    const before = await line.find(patch.id);
    assert.deepEqual([...seen], [[patch.id, before.version]]);
    const at = line.clock.now();
    const event = { type: 'approved', by: 'ada', base: BASE, effect: sha256('something else') } as const;
    const after = advance(before, event, at);
    await line.needs.ledger.record({ before, event, after, at, actor: 'ada', lease: null });
    assert.equal(await releaseHeld(line.needs, line.holding, seen), true);
    await line.next();
    assert.match((await stateOf(line, patch.id, 'held')).detail ?? '', /that of ada fell/);
    assert.equal(await releaseHeld(line.needs, line.holding, seen), false);
  });
});

describe('turning a patch down', () => {
  it('ends it with who and why, and its author is asked for a better one', async (test) => {
    const line = await lineFor(test, { repository: aRepository(FILES) });
    const { patch } = await line.submit(patchOf(line.repository, { 'x.ts': '2\n' }));
    await assert.rejects(rejectPatch(line.needs, { id: patch.id, reason: ' ', actor: 'ada' }), {
      code: 'input_invalid',
    });
    await rejectPatch(line.needs, { id: patch.id, reason: 'the name is wrong', actor: 'ada' });
    const { reason, faults } = await stateOf(line, patch.id, 'rejected');
    assert.deepEqual([reason, faults[0]?.code], ['turned_down', 'turned_down']);
    const repair = await repairRequestOf(line.needs, await line.find(patch.id));
    assert.match(repair?.text ?? '', /ada turned it down: the name is wrong/);
    const next = await line.submit(patchOf(line.repository, { 'x.ts': '3\n' }), { repairs: patch.id });
    await line.next();
    await stateOf(line, next.patch.id, 'landed');
    await assert.rejects(rejectPatch(line.needs, { id: next.patch.id, reason: 'late', actor: 'ada' }), {
      code: 'act_impossible',
    });
  });
});

describe('a line in mode manual', () => {
  it('lands what a person has approved, and the rest once it is auto again', async (test) => {
    const line = await lineFor(test, { repository: aRepository(FILES) });
    const mode = (to: 'auto' | 'manual') =>
      setMode(line.needs, { name: 'main', mode: to, reason: 'holidays', actor: 'opal' });
    await mode('manual');
    const first = await line.submit(patchOf(line.repository, { 'x.ts': '2\n' }));
    const second = await line.submit(patchOf(line.repository, { 'pay.ts': '2\n' }));
    await line.next();
    await line.next();
    const held = await stateOf(line, first.patch.id, 'held');
    assert.equal(held.reason, 'mode_manual');
    assert.match(held.detail ?? '', /ordered by opal: holidays; it waits for a person/);
    await approve(line, first.patch.id, 'ada');
    await line.next();
    await stateOf(line, first.patch.id, 'landed');
    await stateOf(line, second.patch.id, 'held');
    assert.equal(await releaseHeld(line.needs, line.holding), false);
    await mode('auto');
    assert.equal(await releaseHeld(line.needs, line.holding), true);
    await line.next();
    await stateOf(line, second.patch.id, 'landed');
  });
});
