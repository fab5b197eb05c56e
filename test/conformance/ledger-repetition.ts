import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Lineage, Patch } from '../../src/core/patch/patch.ts';
import type { PatchEvent } from '../../src/core/patch/transition.ts';
import {
  accepted,
  cancelled,
  claimed,
  failed,
  givenSubmission,
  held,
  landing,
  moved,
  registered,
  rejected,
  released,
} from './given.ts';
import type { Subject } from './subject.ts';

export function repetition(subject: Subject): void {
  const again = (patch: Patch, given: Parameters<typeof givenSubmission>[0]) =>
    subject.ports.ledger.accept(givenSubmission({ workspace: patch.workspace, ...given }));

  it('the first receipt for the same key and content, whatever became of the patch', async () => {
    const { ledger } = subject.ports;
    const given = { content: 'same', idempotencyKey: 'k', workspace: await registered(subject.ports) };
    const first = await accepted(ledger, given);
    const over = await moved(ledger, first, claimed, rejected);
    assert.deepEqual(await again(first, given), { kind: 'repeated', patch: over, rest: [] });
    assert.deepEqual(await again(first, { ...given, repetition: 'again' }), {
      kind: 'repeated',
      patch: over,
      rest: [],
    });
  });

  it('a conflict for the same key with other content', async () => {
    const first = await accepted(subject.ports.ledger, {
      idempotencyKey: 'k',
      workspace: await registered(subject.ports),
    });
    const answer = await again(first, { idempotencyKey: 'k', content: 'other' });
    assert.deepEqual(answer, { kind: 'conflict', patch: first });
  });

  it('a conflict for the same key and content under another merge rule', async () => {
    const given = { idempotencyKey: 'k', content: 'same', workspace: await registered(subject.ports) };
    const first = await accepted(subject.ports.ledger, given);
    const answer = await again(first, { ...given, merge: 'three-way' });
    assert.deepEqual(answer, { kind: 'conflict', patch: first });
    assert.equal((await again(first, given)).kind, 'repeated');
  });

  it('nothing for the same content under another merge rule, and then each its own first receipt', async () => {
    const first = await accepted(subject.ports.ledger, {
      content: 'same',
      workspace: await registered(subject.ports),
    });
    const merged = await again(first, { content: 'same', merge: 'three-way' });
    assert.ok(merged.kind === 'accepted');
    for (const patch of [first, merged.patch])
      assert.deepEqual(await again(first, { content: 'same', merge: patch.merge }), {
        kind: 'repeated',
        patch,
        rest: [],
      });
  });

  it('nothing for the same content read as another form, and a conflict with the same key', async () => {
    const { ledger } = subject.ports;
    const workspace = await registered(subject.ports);
    const first = await accepted(ledger, { content: 'same', workspace });
    const read = await again(first, { content: 'same', format: 'search-replace' });
    assert.equal(read.kind, 'accepted');
    assert.equal((await again(first, { content: 'same' })).kind, 'repeated');
    const keyed = { content: 'same', workspace, idempotencyKey: 'k' };
    await accepted(ledger, keyed);
    assert.equal((await again(first, { ...keyed, format: 'search-replace' })).kind, 'conflict');
  });

  it('nothing for the same key in another workspace', async () => {
    const given = { idempotencyKey: 'k', content: 'same' };
    await accepted(subject.ports.ledger, { ...given, workspace: await registered(subject.ports) });
    await accepted(subject.ports.ledger, { ...given, workspace: await registered(subject.ports) });
  });

  it('nothing for the same content with a key that is not known', async () => {
    const first = await accepted(subject.ports.ledger, {
      content: 'same',
      workspace: await registered(subject.ports),
    });
    const answer = await again(first, { content: 'same', idempotencyKey: 'new' });
    assert.equal(answer.kind, 'accepted');
  });

  const answering: Readonly<Record<string, readonly PatchEvent[]>> = {
    queued: [],
    held: [held],
    'held and released': [held, released],
    checking: [claimed],
    landing: landing(1).slice(0, 2),
    landed: landing(1),
  };
  for (const [state, events] of Object.entries(answering)) {
    it(`the first receipt for the same content while its patch is ${state}`, async () => {
      const { ledger } = subject.ports;
      const first = await accepted(ledger, { content: 'same', workspace: await registered(subject.ports) });
      const now = await moved(ledger, first, ...events);
      assert.deepEqual(await again(first, { content: 'same' }), { kind: 'repeated', patch: now, rest: [] });
    });
  }

  const free: Readonly<Record<string, readonly PatchEvent[]>> = {
    rejected: [claimed, rejected],
    failed: [claimed, failed],
    cancelled: [cancelled],
  };
  for (const [state, events] of Object.entries(free)) {
    it(`nothing for the same content once its patch is ${state}`, async () => {
      const { ledger } = subject.ports;
      const first = await accepted(ledger, { content: 'same', workspace: await registered(subject.ports) });
      await moved(ledger, first, ...events);
      const second = await again(first, { content: 'same' });
      assert.equal(second.kind, 'accepted');
      assert.deepEqual(await again(first, { content: 'same' }), {
        kind: 'repeated',
        patch: second.patch,
        rest: [],
      });
    });
  }

  it('nothing when a new patch was asked for, and goes on answering with the first', async () => {
    const first = await accepted(subject.ports.ledger, {
      content: 'same',
      workspace: await registered(subject.ports),
    });
    const second = await again(first, { content: 'same', repetition: 'again' });
    assert.equal(second.kind, 'accepted');
    assert.deepEqual(await again(first, { content: 'same' }), { kind: 'repeated', patch: first, rest: [] });
  });

  it('one patch for 50 submissions of the same content at the same moment', async () => {
    const { ledger } = subject.ports;
    const workspace = await registered(subject.ports);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ledger.accept(givenSubmission({ workspace, content: 'same' }))),
    );
    assert.equal(answers.filter(({ kind }) => kind === 'accepted').length, 1);
    const ids = answers.map((answer) => (answer.kind === 'unknown-workspace' ? '' : answer.patch.id));
    assert.equal(new Set(ids).size, 1);
  });

  it('one repair of a rejected patch, whatever it became, unless it was given up', async () => {
    const { ledger } = subject.ports;
    const workspace = await registered(subject.ports);
    const first = await moved(ledger, await accepted(ledger, { workspace }), claimed, rejected);
    const repair = () =>
      givenSubmission({ workspace, lineage: { kind: 'repairs', patch: first.id, round: 1 } });
    const second = await ledger.accept(repair());
    assert.ok(second.kind === 'accepted');
    assert.deepEqual(await ledger.accept(repair()), { kind: 'repair-taken', patch: second.patch });
    const gone = await moved(ledger, second.patch, cancelled);
    const third = await ledger.accept(repair());
    assert.ok(third.kind === 'accepted', `${gone.id} was given up`);
    const over = await moved(ledger, third.patch, claimed, rejected);
    assert.deepEqual(await ledger.accept(repair()), { kind: 'repair-taken', patch: over });
  });

  it('one next attempt after a rejected patch, a repair or a retry of it or of a repair that was given up', async () => {
    const { ledger } = subject.ports;
    const workspace = await registered(subject.ports);
    const first = await moved(ledger, await accepted(ledger, { workspace }), claimed, rejected);
    const next = (lineage: Lineage) => ledger.accept(givenSubmission({ workspace, lineage }));
    const repair = { kind: 'repairs', patch: first.id, round: 1 } as const;
    const given = await next(repair);
    assert.ok(given.kind === 'accepted');
    const again = { kind: 'retries', patch: given.patch.id, after: first.id } as const;
    assert.deepEqual(await next(again), { kind: 'repair-taken', patch: given.patch });
    await moved(ledger, given.patch, cancelled);
    const retried = await next(again);
    assert.ok(retried.kind === 'accepted');
    for (const other of [repair, again])
      assert.deepEqual(await next(other), { kind: 'repair-taken', patch: retried.patch });
    const apart = await next({ kind: 'retries', patch: given.patch.id });
    assert.equal(apart.kind, 'accepted', 'one that follows no rejection has no such place');
  });

  it('one repair for 20 of them at the same moment', async () => {
    const { ledger } = subject.ports;
    const workspace = await registered(subject.ports);
    const first = await moved(ledger, await accepted(ledger, { workspace }), claimed, rejected);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        ledger.accept(
          givenSubmission({ workspace, lineage: { kind: 'repairs', patch: first.id, round: 1 } }),
        ),
      ),
    );
    assert.equal(answers.filter(({ kind }) => kind === 'accepted').length, 1);
    assert.equal(answers.filter(({ kind }) => kind === 'repair-taken').length, 19);
  });

  it('without a trace in chain and outbox', async () => {
    const { ledger, outbox } = subject.ports;
    const first = await accepted(ledger, {
      content: 'same',
      idempotencyKey: 'k',
      workspace: await registered(subject.ports),
    });
    const before = await outbox.newest();
    await again(first, { content: 'same' });
    await again(first, { content: 'other', idempotencyKey: 'k' });
    assert.equal(await outbox.newest(), before);
  });
}
