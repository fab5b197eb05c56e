import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cloudEventOf } from '../../../src/core/ledger/cloud-event.ts';
import type { LedgerEvent } from '../../../src/core/ledger/event.ts';

const EVENT: LedgerEvent = {
  ...{ position: 42, type: 'patch.landed', at: Date.parse('2026-11-22T10:00:00Z'), workspace: 'app' },
  ...{ subject: 'p_1', actor: 'runner-1', data: { n: 1 } },
};
const SOURCE = '/ghost/one';

describe('an event as a CloudEvent', () => {
  it('has the same id whenever it is told, also from a copy with its members in another order', () => {
    const { position, ...rest } = EVENT;
    assert.equal(cloudEventOf({ ...rest, position }, SOURCE).id, cloudEventOf(EVENT, SOURCE).id);
  });

  it('has another id than the event that a restored ledger gave its position to', () => {
    const others: readonly Partial<LedgerEvent>[] = [
      { at: EVENT.at + 1 },
      { subject: 'p_2' },
      { data: null },
      { workspace: null },
    ];
    const ids = [EVENT, ...others.map((other) => ({ ...EVENT, ...other }))].map(
      (event) => cloudEventOf(event, SOURCE).id,
    );
    assert.equal(new Set(ids).size, ids.length);
  });

  it('names its attributes as CloudEvents 1.0 allows, and lacks none of those required', () => {
    const names = Object.keys(cloudEventOf(EVENT, SOURCE));
    for (const name of names) assert.match(name, /^[a-z0-9]{1,20}$/);
    for (const name of ['specversion', 'id', 'source', 'type']) assert.ok(names.includes(name));
  });

  it('has a sequence that sorts as text', () => {
    const sequences = [9, 10, 99, 100, 2 ** 50].map(
      (position) => cloudEventOf({ ...EVENT, position }, SOURCE).sequence,
    );
    assert.deepEqual(sequences.toSorted(), sequences);
  });
});
