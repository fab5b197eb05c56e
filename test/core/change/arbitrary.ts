import fc from 'fast-check';
import type { Stretch } from './make-diff.ts';

/** One seed for every property here, so that a failure can be run again; it is printed in the test names. */
export const SEED = 20_251_122;

/** Few different lines, so that the same ones stand in many places; among them all that diffs are confused by. */
const LINE = fc.constantFrom(
  ...['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'b'],
  'c',
  '',
  '}',
  '- item',
  '-- comment',
  '++ x',
  '- ',
  ' indented',
  '+',
  '@@ -1 +1 @@',
  'diff --git a/x b/x',
  '\\ No newline at end of file',
);
const RARE_LINE = fc.integer({ min: 0, max: 99 }).map((n) => `line ${n}`);

export interface Sample {
  readonly lines: readonly string[];
  readonly stretches: readonly Stretch[];
}

/** A file and random edits to it. `repeats` makes most of its lines alike. */
export function sample(options: { readonly repeats: boolean }): fc.Arbitrary<Sample> {
  const text = options.repeats ? LINE : fc.oneof({ weight: 3, arbitrary: RARE_LINE }, LINE);
  const eol = fc.constantFrom('\n', '\n', '\r\n');
  return fc
    .record({
      texts: fc.array(text, { minLength: 1, maxLength: 14 }),
      eol,
      open: fc.boolean(),
      cuts: fc.array(
        fc.record({
          gap: fc.nat(5),
          remove: fc.nat(2),
          add: fc.array(text, { maxLength: 2 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      newOpen: fc.boolean(),
    })
    .map(({ texts, eol, open, cuts, newOpen }) => {
      const lines = texts.map(
        (line, at) => line + (open && at === texts.length - 1 && line !== '' ? '' : eol),
      );
      return { lines, stretches: stretchesOf(lines, cuts, { eol, newOpen }) };
    })
    .filter(({ stretches }) => stretches.length > 0);
}

function stretchesOf(
  lines: readonly string[],
  cuts: readonly { readonly gap: number; readonly remove: number; readonly add: readonly string[] }[],
  style: { readonly eol: string; readonly newOpen: boolean },
): Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  for (const { gap, remove, add } of cuts) {
    at += gap;
    if (at >= lines.length) break;
    const removed = lines.slice(at, at + remove);
    const added = add.map((line) => line + style.eol);
    const last = at + removed.length === lines.length;
    if (last && removed.length > 0 && style.newOpen && added.length > 0 && add.at(-1) !== '') {
      added[added.length - 1] = add.at(-1) ?? '';
    }
    if (removed.join('') !== added.join('')) stretches.push({ at, removed, added });
    at += removed.length + 1;
  }
  return stretches;
}
