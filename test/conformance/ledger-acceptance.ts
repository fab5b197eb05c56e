import assert from 'node:assert/strict';
import { it } from 'node:test';
import { NOTHING_SPENT } from '../../src/core/patch/patch.ts';
import { accepted, cancelled, freshName, givenSubmission, moved, registered } from './given.ts';
import type { Subject } from './subject.ts';

export function acceptance(subject: Subject): void {
  it('a submission as a queued patch that can be found again, with its text byte for byte', async () => {
    const { ledger } = subject.ports;
    const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const submission = givenSubmission({
      body,
      workspace: await registered(subject.ports),
      title: 'Ä title with \u0000, \ud83d\ude00 and "quotes"',
      externalId: 'block-7',
      idempotencyKey: 'key-7',
      lineage: { kind: 'retries', patch: givenSubmission().id },
    });
    const patch = await accepted(ledger, submission);
    const { body: _, repetition: __, ...facts } = submission;
    assert.deepEqual(patch, {
      ...facts,
      seq: patch.seq,
      size: 256,
      version: 1,
      state: { name: 'queued', notBefore: null, spent: NOTHING_SPENT },
      executedAt: null,
    });
    assert.deepEqual(await ledger.find(patch.id), patch);
    assert.deepEqual(new Uint8Array(await ledger.body(patch.id)), body);
  });

  it('an empty text and an unpaired surrogate without losing its chain', async () => {
    const { ledger, chains } = subject.ports;
    const workspace = await registered(subject.ports);
    const given = { workspace, body: new Uint8Array(0), title: 'half a pair: \ud83d', author: '\udc00' };
    const patch = await accepted(ledger, given);
    assert.equal(patch.size, 0);
    assert.deepEqual(await ledger.find(patch.id), patch);
    assert.equal((await ledger.body(patch.id)).length, 0);
    assert.equal((await chains.entriesAbout(patch.id)).length, 1);
  });

  it('200 submissions at once, each with a sequence number of its own and all of them stored', async () => {
    const { ledger, outbox } = subject.ports;
    const workspace = await registered(subject.ports);
    const before = await outbox.newest();
    const all = await Promise.all(Array.from({ length: 200 }, () => accepted(ledger, { workspace })));
    assert.equal(new Set(all.map(({ seq }) => seq)).size, 200);
    assert.deepEqual(
      await ledger.list({ workspace, limit: 1000 }),
      all.toSorted((a, b) => a.seq - b.seq),
    );
    assert.equal(await outbox.newest(), before + 200);
  });

  it('the later submission with the greater sequence number, over all workspaces', async () => {
    const { ledger } = subject.ports;
    const first = await accepted(ledger, { workspace: await registered(subject.ports) });
    const second = await accepted(ledger, { workspace: await registered(subject.ports) });
    assert.ok(second.seq > first.seq);
  });

  it('nothing under an id that is taken, and leaves no trace of the attempt', async () => {
    const { ledger, outbox } = subject.ports;
    const { id, workspace } = await accepted(ledger, { workspace: await registered(subject.ports) });
    const before = await outbox.newest();
    await assert.rejects(ledger.accept(givenSubmission({ id, workspace })));
    assert.equal(await outbox.newest(), before);
  });

  it('nothing for a workspace that is not registered, or no longer, and leaves no trace of the attempt', async () => {
    const { ledger, workspaces, outbox } = subject.ports;
    const workspace = await registered(subject.ports);
    const given = { workspace, content: 'same', idempotencyKey: 'k' };
    await moved(ledger, await accepted(ledger, given), cancelled);
    assert.equal(await workspaces.remove(workspace, 'bob', 9), true);
    const before = await outbox.newest();
    for (const submission of [given, { workspace }, { workspace: freshName() }])
      assert.deepEqual(await ledger.accept(givenSubmission(submission)), { kind: 'unknown-workspace' });
    assert.deepEqual(await ledger.list({ workspace, states: ['queued'], limit: 9 }), []);
    assert.equal(await outbox.newest(), before);
  });

  it('or refuses it whole when its workspace is removed at the same moment', async () => {
    const { ledger, workspaces } = subject.ports;
    for (let round = 0; round < 10; round++) {
      const workspace = await registered(subject.ports);
      const both = [
        () => ledger.accept(givenSubmission({ workspace })),
        () => workspaces.remove(workspace, 'bob', 9),
      ];
      await Promise.all((round % 2 === 0 ? both : both.toReversed()).map((act) => act()));
      const waiting = await ledger.list({ workspace, limit: 9 });
      assert.equal(waiting.length, (await workspaces.find(workspace)) === null ? 0 : 1);
    }
  });

  it('and tells the chain and the outbox, the text itself in neither', async () => {
    const { ledger, chains, outbox } = subject.ports;
    const workspace = await registered(subject.ports);
    const before = await outbox.newest();
    const patch = await accepted(ledger, { workspace, content: 'the secret text' });
    const [entry] = await chains.entries(workspace, 1, 9);
    const [event] = await outbox.after(before, 9);
    assert.equal(entry?.type, 'patch.accepted');
    assert.equal(entry?.subject, patch.id);
    assert.equal(entry?.actor, 'ada');
    const { seq, digest, size, author, origin, title, format, externalId, idempotencyKey } = patch;
    const { lineage, series, merge, terms } = patch;
    assert.deepEqual(entry?.data, {
      seq,
      digest,
      size,
      author,
      origin,
      title,
      format,
      externalId,
      idempotencyKey,
      lineage,
      series,
      merge,
      terms,
      repetition: 'first-receipt',
    });
    assert.equal(event?.type, 'patch.accepted');
    assert.equal(event?.workspace, workspace);
    assert.doesNotMatch(JSON.stringify([entry, event]), /secret text/);
  });
}
