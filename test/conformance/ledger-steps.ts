import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  accepted,
  cancelled,
  claimed,
  givenStep,
  givenSubmission,
  hasCode,
  held,
  landing,
  moved,
  registered,
  released,
} from './given.ts';
import type { Subject } from './subject.ts';

export function steps(subject: Subject): void {
  it('a step with its entry and its event, and gives back the patch that was written', async () => {
    const { ledger, chains, outbox } = subject.ports;
    const patch = await accepted(ledger, { workspace: await registered(subject.ports) });
    const before = await outbox.newest();
    const step = givenStep(patch, held);
    assert.deepEqual(await ledger.record(step), { kind: 'recorded', patch: step.after });
    assert.deepEqual(await ledger.find(patch.id), step.after);
    const [, entry] = await chains.entriesAbout(patch.id);
    const [event, ...more] = await outbox.after(before, 9);
    assert.equal(entry?.type, 'patch.held');
    assert.equal(entry?.actor, 'runner-1');
    assert.equal(entry?.at, step.at);
    assert.deepEqual(entry?.data, { reason: 'local_edits', paths: ['src/a.ts'] });
    const { id, workspace, seq, title, author } = patch;
    assert.deepEqual(event?.data, {
      patch: id,
      workspace,
      seq,
      title,
      author,
      state: 'held',
      reason: 'local_edits',
      pathCount: 1,
    });
    assert.deepEqual(more, []);
  });

  it('when the execution ended, and keeps that time through what follows', async () => {
    const { ledger } = subject.ports;
    const patch = await accepted(ledger, { workspace: await registered(subject.ports) });
    const landed = await moved(ledger, patch, ...landing(4));
    const followed = await moved(ledger, landed, { type: 'followed', worktree: 'followed' });
    assert.equal(landed.executedAt, 1_760_000_001_000);
    assert.deepEqual(await ledger.find(patch.id), followed);
    assert.equal(followed.version, 5);
  });

  it('a large fault list in the entry, and only how many there are in the event', async () => {
    const { ledger, chains, outbox } = subject.ports;
    const patch = await accepted(ledger, { workspace: await registered(subject.ports) });
    const faults = Array.from({ length: 300 }, (_, index) => ({
      code: 'hunk_not_found' as const,
      message: `hunk ${index} was not found`,
      hint: 'look again',
      path: null,
      hunk: index,
      patchLine: null,
      expected: [],
      closest: null,
      candidates: [],
      foundIn: null,
      file: null,
    }));
    const checking = await moved(ledger, patch, claimed);
    const before = await outbox.newest();
    await moved(ledger, checking, { type: 'rejected', reason: 'does_not_apply', faults });
    const entry = (await chains.entriesAbout(patch.id)).at(-1);
    const [event] = await outbox.after(before, 1);
    assert.deepEqual(entry?.data, { reason: 'does_not_apply', faults });
    assert.ok(JSON.stringify(event).length < 1000);
    assert.match(JSON.stringify(event?.data), /"faultCount":300/);
  });

  it('nothing of a step whose patch somebody else moved first, and says what stands there', async () => {
    const { ledger, outbox } = subject.ports;
    const patch = await accepted(ledger, { workspace: await registered(subject.ports) });
    const now = await moved(ledger, patch, held);
    const before = await outbox.newest();
    assert.deepEqual(await ledger.record(givenStep(patch, cancelled)), { kind: 'stale', patch: now });
    assert.deepEqual(await ledger.find(patch.id), now);
    assert.equal(await outbox.newest(), before);
  });

  it('exactly one of 20 steps that start from the same version', async () => {
    const { ledger, chains } = subject.ports;
    const patch = await accepted(ledger, { workspace: await registered(subject.ports) });
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => ledger.record(givenStep(patch, claimed))),
    );
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), [
      'recorded',
      ...Array.from({ length: 19 }, () => 'stale'),
    ]);
    assert.equal((await chains.entriesAbout(patch.id)).length, 2);
  });

  it('no claim while the workspace is paused, and every other step', async () => {
    const { ledger, workspaces, outbox } = subject.ports;
    const workspace = await registered(subject.ports);
    const first = await accepted(ledger, { workspace });
    const second = await moved(ledger, await accepted(ledger, { workspace }), claimed);
    await workspaces.pause(workspace, '', 'bob', 5);
    const before = await outbox.newest();
    assert.deepEqual(await ledger.record(givenStep(first, claimed)), { kind: 'stale', patch: first });
    assert.deepEqual(await ledger.find(first.id), first);
    assert.equal(await outbox.newest(), before);
    await moved(ledger, second, ...landing(1).slice(1));
    await moved(ledger, first, held, released);
    await workspaces.pause(workspace, null, 'bob', 6);
    const now = await ledger.find(first.id);
    assert.equal(now && (await ledger.record(givenStep(now, claimed))).kind, 'recorded');
  });

  it('no landing number twice in a workspace', async () => {
    const { ledger, outbox } = subject.ports;
    const workspace = await registered(subject.ports);
    await moved(ledger, await accepted(ledger, { workspace }), ...landing(1));
    const [claim, intend, land] = landing(1);
    assert.ok(claim && intend && land);
    const second = await moved(ledger, await accepted(ledger, { workspace }), claim, intend);
    const before = await outbox.newest();
    await assert.rejects(ledger.record(givenStep(second, land)));
    assert.deepEqual(await ledger.find(second.id), second);
    assert.equal(await outbox.newest(), before);
    await moved(
      ledger,
      await accepted(ledger, { workspace: await registered(subject.ports) }),
      ...landing(1),
    );
  });

  it('no step of a patch it does not know', async () => {
    const { ledger } = subject.ports;
    const patch = await accepted(ledger, { workspace: await registered(subject.ports) });
    const stranger = { ...patch, id: givenSubmission().id };
    await assert.rejects(ledger.record(givenStep(stranger, held)), hasCode('patch_unknown'));
  });
}

export function fencing(subject: Subject): void {
  async function givenHolder() {
    const { ledger, leaser } = subject.ports;
    const patch = await accepted(ledger, { workspace: await registered(subject.ports) });
    const request = { name: patch.workspace, owner: 'runner-1', ttlMs: 1000, above: 0 };
    const outcome = await leaser.take(request);
    if (outcome.kind !== 'taken') throw new Error('the lease was not free');
    return { patch, lease: outcome.lease, request };
  }

  async function assertFenced(step: ReturnType<typeof givenStep>): Promise<void> {
    const { ledger, outbox } = subject.ports;
    const [before, patch] = [await outbox.newest(), await ledger.find(step.before.id)];
    assert.deepEqual(await ledger.record(step), { kind: 'fenced' });
    assert.deepEqual(await ledger.find(step.before.id), patch);
    assert.equal(await outbox.newest(), before);
  }

  it('nobody who holds the newest token, even after it lapsed', async () => {
    const { patch, lease } = await givenHolder();
    subject.clock.turn(5000);
    const { kind } = await subject.ports.ledger.record(givenStep(patch, claimed, { lease }));
    assert.equal(kind, 'recorded');
  });

  for (const owner of ['runner-2', 'runner-1']) {
    it(`a holder named runner-1 whose lease was taken over by ${owner}`, async () => {
      const { patch, lease, request } = await givenHolder();
      subject.clock.turn(1000);
      assert.equal((await subject.ports.leaser.take({ ...request, owner })).kind, 'taken');
      await assertFenced(givenStep(patch, claimed, { lease }));
    });
  }

  it('a holder who gave the lease back', async () => {
    const { patch, lease } = await givenHolder();
    await subject.ports.leaser.release(lease);
    await assertFenced(givenStep(patch, claimed, { lease }));
  });

  it('a holder of another workspace', async () => {
    const { patch } = await givenHolder();
    const { lease } = await givenHolder();
    await assertFenced(givenStep(patch, claimed, { lease }));
  });

  it('before it calls anything stale', async () => {
    const { patch, lease } = await givenHolder();
    await moved(subject.ports.ledger, patch, held);
    await subject.ports.leaser.release(lease);
    await assertFenced(givenStep(patch, claimed, { lease }));
  });

  it('no person, who has no lease', async () => {
    const { patch } = await givenHolder();
    const { kind } = await subject.ports.ledger.record(givenStep(patch, cancelled));
    assert.equal(kind, 'recorded');
  });
}
