import assert from 'node:assert/strict';
import { it } from 'node:test';
import { accepted, freshName, givenSubmission } from './given.ts';
import type { Subject } from './subject.ts';

export function acceptance(subject: Subject): void {
  it('a submission as a queued patch that can be found again, with its text byte for byte', async () => {
    const { ledger } = subject.ports;
    const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const submission = givenSubmission({
      body,
      workspace: freshName(),
      title: 'Ä title with \u0000, \ud83d\ude00 and "quotes"',
      externalId: 'block-7',
      idempotencyKey: 'key-7',
      lineage: { kind: 'retries', patch: givenSubmission().id },
    });
    const { kind, patch } = await ledger.accept(submission);
    const { body: _, repetition: __, ...facts } = submission;
    assert.equal(kind, 'accepted');
    assert.deepEqual(patch, {
      ...facts,
      seq: patch.seq,
      size: 256,
      version: 1,
      state: { name: 'queued', notBefore: null, attempts: 0 },
      executedAt: null,
    });
    assert.deepEqual(await ledger.find(patch.id), patch);
    assert.deepEqual(new Uint8Array(await ledger.body(patch.id)), body);
  });

  it('an empty text and an unpaired surrogate without losing its chain', async () => {
    const { ledger, chains } = subject.ports;
    const workspace = freshName();
    const given = { workspace, body: new Uint8Array(0), title: 'half a pair: \ud83d', author: '\udc00' };
    const patch = await accepted(ledger, given);
    assert.equal(patch.size, 0);
    assert.deepEqual(await ledger.find(patch.id), patch);
    assert.equal((await ledger.body(patch.id)).length, 0);
    assert.equal((await chains.entries(workspace, 0, 9)).length, 1);
  });

  it('200 submissions at once, each with a sequence number of its own and all of them stored', async () => {
    const { ledger, outbox } = subject.ports;
    const before = await outbox.newest();
    const workspace = freshName();
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
    const first = await accepted(ledger, { workspace: freshName() });
    const second = await accepted(ledger, { workspace: freshName() });
    assert.ok(second.seq > first.seq);
  });

  it('nothing under an id that is taken, and leaves no trace of the attempt', async () => {
    const { ledger, outbox } = subject.ports;
    const { id, workspace } = await accepted(ledger, { workspace: freshName() });
    const before = await outbox.newest();
    await assert.rejects(ledger.accept(givenSubmission({ id, workspace })));
    assert.equal(await outbox.newest(), before);
  });

  it('and tells the chain and the outbox, the text itself in neither', async () => {
    const { ledger, chains, outbox } = subject.ports;
    const workspace = freshName();
    const before = await outbox.newest();
    const patch = await accepted(ledger, { workspace, content: 'the secret text' });
    const [entry] = await chains.entries(workspace, 0, 9);
    const [event] = await outbox.after(before, 9);
    assert.equal(entry?.type, 'patch.accepted');
    assert.equal(entry?.subject, patch.id);
    assert.equal(entry?.actor, 'ada');
    const { seq, digest, size, author, origin, title, format, externalId, idempotencyKey, lineage } = patch;
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
      repetition: 'first-receipt',
    });
    assert.equal(event?.type, 'patch.accepted');
    assert.equal(event?.workspace, workspace);
    assert.doesNotMatch(JSON.stringify([entry, event]), /secret text/);
  });
}
