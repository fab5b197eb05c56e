import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cancelPatch } from '../../src/app/cancel-patch.ts';
import { landNextPatch } from '../../src/app/land-next-patch.ts';
import { patchSummary } from '../../src/app/patch-reads.ts';
import { releaseHeld } from '../../src/app/release-held.ts';
import type { Receipt } from '../../src/app/submit-patch.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import { viewPatch } from '../../src/app/views.ts';
import { GhostError } from '../../src/core/errors.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import { creating } from '../world/diffs.ts';
import { aRepository, git, temporaryFolder, write } from '../world/git.ts';
import { lineFor, stateOf, type TestLine } from '../world/line.ts';
import { mailsOf } from '../world/series.ts';

const ABSENT = '--- a/absent.txt\n+++ b/absent.txt\n@@ -1 +1 @@\n-a\n+b\n';

function idsOf({ patch, rest }: Receipt): readonly string[] {
  return [patch.id, ...rest.map((one) => one.patch.id)];
}

async function statesOf(line: TestLine, receipt: Receipt): Promise<readonly string[]> {
  const patches = await Promise.all(idsOf(receipt).map((id) => line.find(id)));
  return patches.map(({ state }) => state.name);
}

async function untilIdle(line: TestLine): Promise<void> {
  while ((await line.next()).kind === 'moved');
}

describe('a series', () => {
  it('lands in order, each patch on the one before it, and comes out as git would have it', async (test) => {
    const repository = aRepository({ 'greeting.txt': 'hello\n' });
    const clone = temporaryFolder('clone');
    git(clone, 'clone', '-q', repository, '.');
    for (const words of ['hello\nbrave\n', 'hello\nbrave\nnew\n', 'hello\nbrave\nnew\nworld\n']) {
      write(clone, { 'greeting.txt': words });
      git(clone, 'commit', '-q', '-a', '-m', `Now ${words.length} bytes`);
    }
    const line = await lineFor(test, { repository });
    const receipt = await line.submit(`${git(clone, 'format-patch', '--stdout', 'origin/main')}\n`);
    assert.deepEqual(
      [receipt.patch, ...receipt.rest.map(({ patch }) => patch)].map(({ series, title }) => [series, title]),
      [1, 2, 3].map((index) => [
        { first: receipt.patch.id, index, of: 3 },
        `Now ${['hello\nbrave\n', 'hello\nbrave\nnew\n', 'hello\nbrave\nnew\nworld\n'][index - 1]?.length} bytes`,
      ]),
    );
    await untilIdle(line);
    assert.deepEqual(await statesOf(line, receipt), ['landed', 'landed', 'landed']);
    assert.equal(git(repository, 'rev-parse', 'main^{tree}'), git(clone, 'rev-parse', 'main^{tree}'));
    assert.equal(git(repository, 'rev-list', '--count', 'main'), '4');
  });

  it('ends where one of it is rejected: what landed before stays, what follows names it, others go on', async (test) => {
    const line = await lineFor(test);
    const receipt = await line.submit(mailsOf(creating('one'), ABSENT, creating('three'), creating('four')));
    const other = await line.submit(creating('other'));
    await untilIdle(line);
    assert.deepEqual(await statesOf(line, receipt), ['landed', 'rejected', 'cancelled', 'cancelled']);
    await stateOf(line, other.patch.id, 'landed');
    const [, rejected = '', third = '', fourth = ''] = idsOf(receipt);
    for (const id of [third, fourth]) {
      const view = viewPatch(await line.find(id), null);
      assert.deepEqual(
        [view.reason, view.detail],
        ['series_broken', `${rejected} of its series did not land`],
      );
    }
    const [{ type, data } = { type: '', data: null }] = (await line.needs.chains.entriesAbout(third)).slice(
      -1,
    );
    assert.deepEqual([type, data], ['patch.cancelled', { by: 'test', brokenBy: rejected }]);
    const verified = await verifyWorkspace(line.needs, 'main');
    assert.deepEqual([verified.landed, verified.problems], [2, []]);
    assert.match(await patchSummary(line.needs, third, 'markdown'), /\| Series \| 3 of 4, first `p_/);
  });

  it('does not wait out the cooldown to end', async (test) => {
    const line = await lineFor(test);
    const receipt = await line.submit(mailsOf(ABSENT, creating('two')));
    await line.next(60_000);
    await line.next(60_000);
    assert.deepEqual(await statesOf(line, receipt), ['rejected', 'cancelled']);
  });

  it('ends with the patch of it that a person cancels, before any turn has come', async (test) => {
    const line = await lineFor(test);
    const receipt = await line.submit(mailsOf(creating('one'), creating('two'), creating('three')));
    const [, second = ''] = idsOf(receipt);
    await cancelPatch(line.needs, { id: second, actor: 'ada', role: 'admin' });
    assert.deepEqual(await statesOf(line, receipt), ['queued', 'cancelled', 'cancelled']);
    await untilIdle(line);
    assert.deepEqual(await statesOf(line, receipt), ['landed', 'cancelled', 'cancelled']);
  });

  it('stands aside while one of it is held, lets others pass, and goes on at its old place', async (test) => {
    const line = await lineFor(test);
    const change = '--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1,2 +1,2 @@\n-hello\n+salut\n world\n';
    const receipt = await line.submit(mailsOf(change, creating('two'), creating('three')));
    const other = await line.submit(creating('other'));
    write(line.repository, { 'greeting.txt': 'mine\nworld\n' });
    await untilIdle(line);
    await stateOf(line, other.patch.id, 'landed');
    assert.deepEqual(await statesOf(line, receipt), ['held', 'held', 'held']);
    const [, second = ''] = idsOf(receipt);
    assert.equal((await stateOf(line, second, 'held')).reason, 'series_waits');
    assert.equal(await releaseHeld(line.needs, line.holding), false, 'nothing has changed');
    git(line.repository, 'checkout', '-q', '--', 'greeting.txt');
    const late = await line.submit(creating('late'));
    while ((await releaseHeld(line.needs, line.holding)) || (await line.next()).kind === 'moved');
    assert.deepEqual(await statesOf(line, receipt), ['landed', 'landed', 'landed']);
    const numbers = await Promise.all(
      [...idsOf(receipt), late.patch.id].map(
        async (id) => (await stateOf(line, id, 'landed')).intent.landingSeq,
      ),
    );
    assert.deepEqual(numbers, [2, 3, 4, 5]);
  });

  it('is read once for all of it that stands aside, and once a look, however long it is', async (test) => {
    const line = await lineFor(test);
    const change = '--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1,2 +1,2 @@\n-hello\n+salut\n world\n';
    const LENGTH = 40;
    const more = Array.from({ length: LENGTH - 1 }, (_, at) => creating(`${at}`));
    const receipt = await line.submit(mailsOf(change, ...more));
    write(line.repository, { 'greeting.txt': 'mine\nworld\n' });
    const calls = { line: 0, list: 0 };
    const { ledger } = line.needs;
    const counting: Ledger = {
      ...ledger,
      line: (name) => {
        calls.line++;
        return ledger.line(name);
      },
      list: (query) => {
        calls.list++;
        return ledger.list(query);
      },
    };
    const needs = { ...line.needs, ledger: counting };
    const rules = { cooldownMs: 0, waived: null, branch: 'kept' } as const;
    while ((await landNextPatch(needs, line.holding, rules)).kind === 'moved');
    assert.deepEqual(await statesOf(line, receipt), Array(LENGTH).fill('held'));
    assert.deepEqual(calls, { line: 3, list: 2 }, 'one for the first, one for all behind it, one for none');
    assert.equal(await releaseHeld(needs, line.holding), false);
    assert.deepEqual(calls, { line: 4, list: 3 });
    await cancelPatch(needs, { id: receipt.patch.id, actor: 'ada', role: 'admin' });
    assert.deepEqual((await statesOf(line, receipt)).slice(1), Array(LENGTH - 1).fill('cancelled'));
    assert.deepEqual((await verifyWorkspace(line.needs, 'main')).problems, []);
  });

  it('is read once for all of it that ends with the one that was rejected', async (test) => {
    const line = await lineFor(test);
    const more = Array.from({ length: 20 }, (_, at) => creating(`${at}`));
    const receipt = await line.submit(mailsOf(ABSENT, ...more));
    await line.next();
    await line.next();
    assert.deepEqual((await statesOf(line, receipt)).slice(1), Array(20).fill('cancelled'));
  });

  it('ends out of the line too, when the held patch that it waits for is cancelled', async (test) => {
    const line = await lineFor(test);
    const change = '--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1,2 +1,2 @@\n-hello\n+salut\n world\n';
    const receipt = await line.submit(mailsOf(change, creating('two')));
    write(line.repository, { 'greeting.txt': 'mine\nworld\n' });
    await untilIdle(line);
    await cancelPatch(line.needs, { id: receipt.patch.id, actor: 'ada', role: 'admin' });
    assert.deepEqual(await statesOf(line, receipt), ['cancelled', 'cancelled']);
  });

  it('is answered with its first receipts by content and by key, until one of it ends badly', async (test) => {
    const line = await lineFor(test);
    const text = mailsOf(creating('one'), ABSENT);
    const first = await line.submit(text);
    const again = await line.submit(text);
    assert.deepEqual([again.repeated, again.rest[0]?.repeated, idsOf(again)], [true, true, idsOf(first)]);
    const keyed = await line.submit(text, { idempotencyKey: 'k' });
    assert.notEqual(keyed.patch.id, first.patch.id);
    assert.deepEqual(idsOf(await line.submit(text, { idempotencyKey: 'k' })), idsOf(keyed));
    const others = [creating('one'), mailsOf(creating('one')), mailsOf(creating('one'), ABSENT, ABSENT)];
    for (const other of others)
      await assert.rejects(
        line.submit(other, { idempotencyKey: 'k' }),
        (error: unknown) => error instanceof GhostError && error.code === 'idempotency_conflict',
      );
    await untilIdle(line);
    assert.equal((await line.submit(text)).repeated, false);
    assert.deepEqual(idsOf(await line.submit(text, { idempotencyKey: 'k' })), idsOf(keyed));
  });

  it('is refused whole when one of it cannot be read, and when one title is given for all', async (test) => {
    const line = await lineFor(test);
    const torn = mailsOf(creating('one'), '--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n');
    await assert.rejects(line.submit(torn), /\.\.\/x/);
    await assert.rejects(
      line.submit(mailsOf(creating('one'), creating('two')), { title: 'Both' }),
      /title: names one patch, and this text is a series of 2/,
    );
    assert.deepEqual(await line.needs.ledger.list({ limit: 10 }), []);
  });
});
