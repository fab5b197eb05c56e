import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { atRest, type FileState, type Sightings, sightingsAfter } from '../../../src/core/inbox/at-rest.ts';

const QUIET_MS = 2_000;
const A: FileState = { device: '1', inode: '7', size: '10', modified: '100', changed: '100' };

function after(...looks: readonly (readonly [number, Readonly<Record<string, FileState>>])[]): Sightings {
  return looks.reduce<Sightings>(
    (sightings, [now, seen]) => sightingsAfter(sightings, new Map(Object.entries(seen)), now),
    new Map(),
  );
}

describe('a file of the inbox', () => {
  it('is at rest once it was seen in one state for the whole interval, and not a moment earlier', () => {
    const sightings = after([0, { a: A }], [1_000, { a: A }]);
    assert.deepEqual(atRest(sightings, { now: 1_999, quietMs: QUIET_MS }), []);
    assert.deepEqual(atRest(sightings, { now: 2_000, quietMs: QUIET_MS }), ['a']);
  });

  it('is not at rest when it is first seen, however old it says it is', () => {
    assert.deepEqual(atRest(after([5_000, { a: A }]), { now: 5_000, quietMs: QUIET_MS }), []);
  });

  for (const [what, other] of Object.entries({
    grew: { ...A, size: '11' },
    shrank: { ...A, size: '9' },
    'was written in place': { ...A, modified: '101' },
    'was dated back': { ...A, modified: '99' },
    'was written again with its date kept': { ...A, changed: '101' },
    'was replaced by one of the same size and time': { ...A, inode: '8' },
    'came from another file system': { ...A, device: '2' },
  }))
    it(`begins anew when it ${what}`, () => {
      const sightings = after([0, { a: A }], [1_900, { a: other }]);
      assert.deepEqual(atRest(sightings, { now: 3_899, quietMs: QUIET_MS }), []);
      assert.deepEqual(atRest(sightings, { now: 3_900, quietMs: QUIET_MS }), ['a']);
    });

  it('begins anew when it was gone for one look', () => {
    const sightings = after([0, { a: A }], [1_000, {}], [1_500, { a: A }]);
    assert.deepEqual(atRest(sightings, { now: 3_499, quietMs: QUIET_MS }), []);
  });

  it('is taken in the order of the bytes of its name', () => {
    const names = ['b', '10', 'a', '9', 'ä', 'Z'];
    const sightings = after([0, Object.fromEntries(names.map((name) => [name, A]))]);
    assert.deepEqual(atRest(sightings, { now: QUIET_MS, quietMs: QUIET_MS }), [
      '10',
      '9',
      'Z',
      'a',
      'b',
      'ä',
    ]);
  });

  it('is never at rest while one of its looks within the interval differs from the last one', () => {
    const state = fc.record({
      device: fc.constant('1'),
      inode: fc.constantFrom('7', '8'),
      size: fc.constantFrom('10', '11'),
      modified: fc.constantFrom('100', '101'),
      changed: fc.constantFrom('100', '101'),
    });
    const looks = fc.array(fc.tuple(fc.integer({ min: 1, max: 1_500 }), fc.option(state)), { minLength: 1 });
    const property = fc.property(looks, (steps) => {
      let [now, sightings]: [number, Sightings] = [0, new Map()];
      const seen: { readonly at: number; readonly told: string }[] = [];
      for (const [wait, told] of steps) {
        now += wait;
        sightings = sightingsAfter(sightings, new Map(told === null ? [] : [['a', told]]), now);
        seen.push({ at: now, told: JSON.stringify(told) });
        const last = seen.at(-1)?.told;
        const changed = seen.findLast((one) => one.told !== last);
        const since = seen.find(({ at }) => at > (changed?.at ?? -1))?.at ?? now;
        const expected = told !== null && now - since >= QUIET_MS ? ['a'] : [];
        assert.deepEqual(atRest(sightings, { now, quietMs: QUIET_MS }), expected);
      }
    });
    fc.assert(property, { seed: 20_261_122, numRuns: 2_000 });
  });
});
