import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Needs } from '../../src/app/needs.ts';
import { repairRequestOf } from '../../src/app/repair-request-of.ts';
import { retryPatch } from '../../src/app/retry-patch.ts';
import { type Submission, submitPatch } from '../../src/app/submit-patch.ts';
import type { Patch } from '../../src/core/patch/patch.ts';
import { cancelled, claimed, failed, hasCode, landing, moved, rejected } from '../conformance/given.ts';
import { creating } from '../world/diffs.ts';
import { openWorld } from '../world/needs.ts';
import { mailsOf } from '../world/series.ts';

const diff = (line: string) => Buffer.from(`--- a/f\n+++ b/f\n@@ -1 +1 @@\n-old\n+${line}\n`);

describe('the repair of a rejected patch', () => {
  const submit = (needs: Needs, line: string, more: Partial<Submission> = {}) =>
    submitPatch(needs, {
      ...{ workspace: null, body: diff(line), format: null, title: null, author: 'ada' },
      ...{ origin: 'http', idempotencyKey: null, force: false, ...more },
    });
  const rejectedPatch = async (needs: Needs, line: string, more: Partial<Submission> = {}): Promise<Patch> =>
    moved(needs.ledger, (await submit(needs, line, more)).patch, claimed, rejected);
  const aWorld = async (overrides: Partial<Needs> = {}) => {
    const world = await openWorld(overrides);
    await world.workspace('main');
    return world;
  };

  it('is linked to it, and its round is told by patch and ledger entry', async (t) => {
    const { needs, close } = await aWorld();
    t.after(close);
    const first = await rejectedPatch(needs, 'one');
    const second = await rejectedPatch(needs, 'two', { repairs: first.id });
    const { patch: third } = await submit(needs, 'three', { repairs: second.id });
    assert.deepEqual(second.lineage, { kind: 'repairs', patch: first.id, round: 1 });
    assert.deepEqual(third.lineage, { kind: 'repairs', patch: second.id, round: 2 });
    const [entry] = await needs.chains.entriesAbout(third.id);
    assert.deepEqual(Object(entry?.data).lineage, third.lineage);
  });

  it('goes to the workspace of the first, and to no other', async (t) => {
    const { needs, workspace, close } = await aWorld();
    t.after(close);
    await workspace('other');
    const first = await rejectedPatch(needs, 'one', { workspace: 'other' });
    await assert.rejects(
      submit(needs, 'two', { workspace: 'main', repairs: first.id }),
      hasCode('input_invalid'),
    );
    assert.equal((await submit(needs, 'two', { repairs: first.id })).patch.workspace, 'other');
  });

  it('is refused for a patch that is not rejected, whatever else it is, and for one that is not there', async (t) => {
    const { needs, close } = await aWorld();
    t.after(close);
    const ways = [[], [cancelled], [claimed, failed], landing(1)];
    for (const [at, events] of ways.entries()) {
      const { patch } = await submit(needs, `way ${at}`);
      await moved(needs.ledger, patch, ...events);
      await assert.rejects(submit(needs, 'next', { repairs: patch.id }), hasCode('act_impossible'));
    }
    await assert.rejects(submit(needs, 'next', { repairs: 'p_nothing' }), hasCode('patch_unknown'));
  });

  it('has to differ from it, in content or in how it may be merged', async (t) => {
    const { needs, close } = await aWorld();
    t.after(close);
    const first = await rejectedPatch(needs, 'one');
    await assert.rejects(submit(needs, 'one', { repairs: first.id }), hasCode('repair_unchanged'));
    const { patch } = await submit(needs, 'one', { repairs: first.id, merge: 'three-way' });
    assert.equal(patch.merge, 'three-way');
  });

  it('is one: a second one is told which came before, until that is given up', async (t) => {
    const { needs, close } = await aWorld();
    t.after(close);
    const first = await rejectedPatch(needs, 'one');
    const { patch } = await submit(needs, 'two', { repairs: first.id });
    await assert.rejects(submit(needs, 'other', { repairs: first.id }), (error: Error) => {
      assert.ok(hasCode('repair_taken')(error));
      return error.message.includes(patch.id);
    });
    assert.equal((await submit(needs, 'two', { repairs: first.id })).repeated, true, 'sent twice is one');
    await moved(needs.ledger, patch, cancelled);
    assert.equal((await submit(needs, 'other', { repairs: first.id })).repeated, false);
  });

  it('is the only next attempt: none beside a retry, and a repair that was given up has lost its place', async (t) => {
    const { needs, close } = await aWorld();
    t.after(close);
    const retry = (id: string) => retryPatch(needs, { id, author: 'ada', origin: 'http' });
    const first = await rejectedPatch(needs, 'zero');
    const { patch: given } = await submit(needs, 'one', { repairs: first.id });
    await moved(needs.ledger, given, cancelled);
    const { patch: other } = await submit(needs, 'other', { repairs: first.id });
    for (const id of [given.id, first.id])
      await assert.rejects(
        retry(id),
        (error: Error) => hasCode('repair_taken')(error) && error.message.includes(`${first.id} has its`),
      );
    await moved(needs.ledger, other, cancelled);
    const { patch: again } = await retry(given.id);
    assert.deepEqual(again.lineage, { kind: 'retries', patch: given.id, after: first.id });
    await assert.rejects(submit(needs, 'third', { repairs: first.id }), hasCode('repair_taken'));
    await moved(needs.ledger, again, claimed, rejected);
    const { patch: next } = await retry(again.id);
    await assert.rejects(submit(needs, 'fourth', { repairs: again.id }), hasCode('repair_taken'));
    assert.deepEqual(next.lineage, { kind: 'retries', patch: again.id, after: again.id });
  });

  it('as a series counts as one round for each of its patches', async (t) => {
    const { needs, close } = await aWorld({ repairRounds: 2 });
    t.after(close);
    const first = await rejectedPatch(needs, 'zero');
    const series = (...names: string[]) => Buffer.from(mailsOf(...names.map((name) => creating(name))));
    const { patch, rest } = await submit(needs, '', { body: series('a', 'b', 'c'), repairs: first.id });
    await moved(needs.ledger, patch, ...landing(1));
    const second = rest[0]?.patch;
    assert.ok(second);
    const broken = await moved(needs.ledger, second, claimed, rejected);
    const request = await repairRequestOf(needs, broken);
    assert.deepEqual([request?.round, request?.roundsLeft], [1, 1]);
    const next = await submit(needs, '', { body: series('d', 'e'), repairs: broken.id });
    assert.deepEqual(next.patch.lineage, { kind: 'repairs', patch: broken.id, round: 2 });
    const last = next.rest[0]?.patch;
    assert.ok(last);
    const over = await moved(needs.ledger, last, claimed, rejected);
    await assert.rejects(submit(needs, 'f', { repairs: over.id }), hasCode('repair_rounds_spent'));
  });

  it('is taken as often in a row as the setting says, counted over retries too, and then refused', async (t) => {
    const { needs, close } = await aWorld({ repairRounds: 2 });
    t.after(close);
    const first = await rejectedPatch(needs, 'zero');
    const second = await rejectedPatch(needs, 'one', { repairs: first.id });
    const { patch } = await retryPatch(needs, { id: second.id, author: 'ada', origin: 'http' });
    const retried = await moved(needs.ledger, patch, claimed, rejected);
    const third = await rejectedPatch(needs, 'two', { repairs: retried.id });
    assert.deepEqual(third.lineage, { kind: 'repairs', patch: retried.id, round: 2 });
    await assert.rejects(submit(needs, 'three', { repairs: third.id }), hasCode('repair_rounds_spent'));
    assert.equal((await needs.ledger.list({ limit: 9 })).length, 4, 'nothing was stored');
    assert.equal((await submit(needs, 'three')).patch.lineage, null, 'a patch of its own begins anew');
  });
});
