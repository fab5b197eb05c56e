import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SEED, sample } from '../arbitrary.ts';
import { edited, headerOf, type MadeHunk, madeHunks, unified } from '../make-diff.ts';
import { run } from '../world.ts';

type Damage = (patch: { readonly hunks: readonly MadeHunk[]; readonly by: number }) => string;

const withHeaders = (change: (hunk: MadeHunk, by: number) => string): Damage => {
  return ({ hunks, by }) => unified('f', hunks, (hunk) => change(hunk, by));
};

/** Ways in which people, mailers and models break a diff whose body is right. */
const DAMAGES: Readonly<Record<string, Damage>> = {
  none: withHeaders(headerOf),
  'wrong counts': withHeaders((hunk, by) =>
    headerOf({ ...hunk, oldCount: hunk.oldCount + by, newCount: Math.max(0, hunk.newCount - by) }),
  ),
  'no numbers': withHeaders(() => '@@ @@\n'),
  'numbers left to fill in': withHeaders(() => '@@ -XXX,10 +XXX,10 @@ void f()\n'),
  'CRLF patch text': ({ hunks }) => unified('f', hunks).replace(/\r?\n/g, '\r\n'),
  'no newline at the end': ({ hunks }) => unified('f', hunks).replace(/\n$/, ''),
  'blank context without its space': ({ hunks }) => unified('f', hunks).replace(/^ (\r?)$/gm, '$1'),
  'a mail signature': ({ hunks }) => `${unified('f', hunks)}-- \n2.39.5\n\n`,
  'a signature and wrong counts': ({ hunks, by }) =>
    `${unified('f', hunks, (hunk) => headerOf({ ...hunk, oldCount: hunk.oldCount + by }))}-- \n2.39.5\n\n`,
  'blank lines at the end': ({ hunks }) => `${unified('f', hunks)}\n\n`,
};

for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`a diff with this damage gives exactly its result or is refused: ${name} (seed ${SEED})`, () => {
    const seen = { right: 0, refused: 0 };
    const check = fc.property(
      fc.boolean().chain((repeats) => sample({ repeats })),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      ({ lines, stretches }, context, by) => {
        const patch = damage({ hunks: madeHunks(lines, stretches, context), by });
        const result = run({ f: lines.join('') }, patch);
        if (result.kind === 'refused') seen.refused++;
        else {
          seen.right++;
          assert.deepEqual(result.tree, { f: edited(lines, stretches).join('') }, patch);
        }
      },
    );
    fc.assert(check, { seed: SEED, numRuns: 1500 });
    assert.ok(seen.right > 500, JSON.stringify(seen));
  });
}

test(`a wrong start line never moves a hunk that stands only once (seed ${SEED})`, () => {
  const seen = { right: 0, refused: 0 };
  const check = fc.property(
    sample({ repeats: false }),
    fc.integer({ min: -5, max: 5 }),
    ({ lines, stretches }, by) => {
      const unique = lines.map((line, at) => `${at} ${line}`);
      const own = stretches.map((one) => ({
        ...one,
        removed: unique.slice(one.at, one.at + one.removed.length),
      }));
      const shifted = (hunk: MadeHunk) =>
        headerOf({
          ...hunk,
          oldStart: Math.max(1, hunk.oldStart + by),
          newStart: Math.max(1, hunk.newStart + by),
        });
      const result = run({ f: unique.join('') }, unified('f', madeHunks(unique, own, 3), shifted));
      if (result.kind === 'refused') seen.refused++;
      else {
        seen.right++;
        assert.deepEqual(result.tree, { f: edited(unique, own).join('') });
      }
    },
  );
  fc.assert(check, { seed: SEED, numRuns: 1500 });
  assert.ok(seen.right > 1400, JSON.stringify(seen));
});

test(`an undamaged diff of a file whose lines are all different always applies (seed ${SEED})`, () => {
  const check = fc.property(
    sample({ repeats: false }),
    fc.integer({ min: 1, max: 3 }),
    ({ lines, stretches }, context) => {
      const unique = lines.map((line, at) => `${at} ${line}`);
      const own = stretches.map((one) => ({
        ...one,
        removed: unique.slice(one.at, one.at + one.removed.length),
      }));
      const result = run({ f: unique.join('') }, unified('f', madeHunks(unique, own, context)));
      const expected = edited(unique, own).join('');
      assert.deepEqual(result.kind === 'applied' && result.tree, { f: expected });
    },
  );
  fc.assert(check, { seed: SEED, numRuns: 1500 });
});
