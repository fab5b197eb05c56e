import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Patch } from '../../src/core/patch/patch.ts';
import type { AcceptedSubmission } from '../../src/ports/ledger.ts';
import { claimed, givenSubmission, landing, moved, registered, rejected } from './given.ts';
import type { Subject } from './subject.ts';

/** Submissions of one text, as `submitPatch` makes them: the first carries the key. */
function aSeries(
  contents: readonly string[],
  given: Partial<AcceptedSubmission>,
): readonly [AcceptedSubmission, ...AcceptedSubmission[]] {
  const first = givenSubmission({ ...given, content: contents[0] ?? '' });
  const place = (index: number) => ({ first: first.id, index, of: contents.length });
  const rest = contents
    .slice(1)
    .map((content, at) =>
      givenSubmission({ ...given, idempotencyKey: null, content, series: place(at + 2) }),
    );
  return [{ ...first, series: place(1) }, ...rest];
}

export function series(subject: Subject): void {
  const CONTENTS = ['one', 'two', 'three'];

  async function acceptedSeries(given: Partial<AcceptedSubmission>, contents = CONTENTS) {
    const acceptance = await subject.ports.ledger.accept(...aSeries(contents, given));
    if (acceptance.kind !== 'accepted') throw new Error(`it was ${acceptance.kind}`);
    return [acceptance.patch, ...acceptance.rest];
  }

  async function again(given: Partial<AcceptedSubmission>, contents = CONTENTS) {
    const acceptance = await subject.ports.ledger.accept(...aSeries(contents, given));
    if (acceptance.kind !== 'accepted' && acceptance.kind !== 'repeated')
      return { kind: acceptance.kind, ids: [] };
    return {
      kind: acceptance.kind,
      ids: [acceptance.patch, ...acceptance.rest].map(({ id }) => id),
    };
  }

  const idsOf = (patches: readonly Patch[]) => patches.map(({ id }) => id);

  it('all patches of a series, one behind the other, each with its own text and entry', async () => {
    const { ledger, chains } = subject.ports;
    const workspace = await registered(subject.ports);
    const patches = await acceptedSeries({ workspace, idempotencyKey: 'k' });
    const [first] = patches;
    assert.ok(first);
    assert.deepEqual(
      patches.map(({ series, seq }) => [series, seq - first.seq]),
      CONTENTS.map((_, at) => [{ first: first.id, index: at + 1, of: 3 }, at]),
    );
    assert.deepEqual(await ledger.list({ series: first.id, limit: 9 }), patches);
    assert.deepEqual(await ledger.list({ series: first.id, states: ['landed'], limit: 9 }), []);
    assert.deepEqual(await ledger.list({ series: first.id, limit: 1 }), patches.slice(2));
    for (const [at, { id }] of patches.entries()) {
      assert.equal(Buffer.from(await ledger.body(id)).toString(), CONTENTS[at]);
      assert.equal((await chains.entriesAbout(id)).length, 1);
    }
  });

  it('none of a series of which one cannot be stored', async () => {
    const { ledger, outbox } = subject.ports;
    const workspace = await registered(subject.ports);
    const [taken] = await acceptedSeries({ workspace });
    const [first, ...rest] = aSeries(['four', 'five', 'six'], { workspace });
    const before = await outbox.newest();
    const last = rest.at(-1);
    assert.ok(taken && last);
    await assert.rejects(ledger.accept(first, ...rest.slice(0, -1), { ...last, id: taken.id }));
    assert.equal(await ledger.find(first.id), null);
    assert.equal(await outbox.newest(), before);
  });

  it('the first receipts for the same key and texts, whatever became of them', async () => {
    const { ledger } = subject.ports;
    const given = { workspace: await registered(subject.ports), idempotencyKey: 'k' };
    const patches = await acceptedSeries(given);
    const [first, second] = patches;
    assert.ok(first && second);
    await moved(ledger, first, claimed, rejected);
    await moved(ledger, second, { type: 'cancelled', by: 'ada', brokenBy: first.id });
    assert.deepEqual(await again(given), { kind: 'repeated', ids: idsOf(patches) });
  });

  it('a conflict for the same key with fewer, more or other texts', async () => {
    const given = { workspace: await registered(subject.ports), idempotencyKey: 'k' };
    await acceptedSeries(given);
    const others = [['one'], ['one', 'two'], [...CONTENTS, 'four'], ['one', 'three', 'two']];
    for (const contents of others) assert.equal((await again(given, contents)).kind, 'conflict');
  });

  it('the first receipts for the same texts while none of them is rejected, failed or cancelled', async () => {
    const { ledger } = subject.ports;
    const given = { workspace: await registered(subject.ports) };
    const patches = await acceptedSeries(given);
    const [first, second, third] = patches;
    assert.ok(first && second && third);
    assert.deepEqual(await again(given), { kind: 'repeated', ids: idsOf(patches) });
    await moved(ledger, first, ...landing(1));
    assert.deepEqual(await again(given), { kind: 'repeated', ids: idsOf(patches) });
    await moved(ledger, second, claimed, rejected);
    const anew = await again(given);
    assert.equal(anew.kind, 'accepted', 'the first landed, yet the series broke');
    assert.deepEqual(await again(given), { kind: 'repeated', ids: anew.ids });
    assert.ok(anew.ids.every((id) => !idsOf(patches).includes(id)));
  });

  it('new patches for one text of a series, and for a series of other texts', async () => {
    const given = { workspace: await registered(subject.ports) };
    await acceptedSeries(given);
    const alone = await subject.ports.ledger.accept(givenSubmission({ ...given, content: 'one' }));
    assert.equal(alone.kind, 'accepted');
    for (const contents of [
      ['one', 'two'],
      ['two', 'one', 'three'],
      [...CONTENTS, 'four'],
    ])
      assert.equal((await again(given, contents)).kind, 'accepted');
  });

  it('one series for 20 submissions of it at the same moment', async () => {
    const given = { workspace: await registered(subject.ports) };
    const answers = await Promise.all(Array.from({ length: 20 }, () => again(given)));
    assert.equal(answers.filter(({ kind }) => kind === 'accepted').length, 1);
    assert.equal(new Set(answers.flatMap(({ ids }) => ids)).size, 3);
  });
}
