import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textOccurrences } from '../../../../src/core/change/place/text-occurrences.ts';
import { newWork } from '../../../../src/core/change/work.ts';

const SEED = 20260731;

test(`every place of a text is found, overlapping ones too, however much it repeats itself (seed ${SEED})`, () => {
  const text = (size: number) => fc.string({ unit: fc.constantFrom('a', 'b', '\xff'), maxLength: size });
  const check = fc.property(text(400), text(6), fc.integer({ min: 1, max: 60 }), (hay, part, limit) => {
    const all = part === '' ? [] : [...hay].flatMap((_, at) => (hay.startsWith(part, at) ? [at] : []));
    assert.deepEqual(textOccurrences(hay, part, { limit, work: newWork() }), all.slice(0, limit));
  });
  fc.assert(check, { seed: SEED, numRuns: 2_000 });
});

test('a long part that repeats itself is found by the other algorithm', () => {
  const [hay, part] = ['a'.repeat(5_000), 'a'.repeat(2_500)];
  const work = newWork();
  const found = textOccurrences(hay, part, { limit: 50, work });
  assert.deepEqual(
    found,
    Array.from({ length: 50 }, (_, at) => at),
  );
  assert.ok(work.spent < 1_000, `${work.spent} steps`);
});
