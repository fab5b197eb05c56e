import fc from 'fast-check';
import { SEED, sample } from '../arbitrary.ts';
import { edited, madeHunks, type Stretch } from '../make-diff.ts';
import type { Sample } from './history.ts';

/** Lines of code that never was: indented, quoted, often alike. Bytes of UTF-8 as latin1. */
const CODE = fc.oneof(
  { weight: 3, arbitrary: fc.nat(30).map((n) => `call(${n});`) },
  { weight: 2, arbitrary: fc.nat(9).map((n) => `if (x${n} - 1) {`) },
  { weight: 2, arbitrary: fc.constant('}') },
  { weight: 2, arbitrary: fc.constant('') },
  fc.nat(20).map((n) => `say("it's ${n}");`),
  fc.nat(20).map((n) => `// ${n} \xe2\x80\x94 a note`),
  fc.constant('# ...'),
);
const BLANKS = fc.constantFrom('', '  ', '    ', '\t', '\t\t');
const CODE_LINE = fc.tuple(BLANKS, CODE).map(([blanks, text]) => (text === '' ? '\n' : `${blanks}${text}\n`));

const CODE_SAMPLE = fc
  .record({
    lines: fc.array(CODE_LINE, { minLength: 12, maxLength: 50 }),
    inset: fc.constantFrom('', '  ', '\t'),
    cuts: fc.array(fc.tuple(fc.nat(14), fc.nat(2), fc.array(CODE_LINE, { maxLength: 2 })), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ lines: bare, inset, cuts }) => {
    const inside = (line: string): string => (line === '\n' ? line : inset + line);
    const lines = bare.map(inside);
    const stretches: Stretch[] = [];
    let at = 0;
    for (const [gap, remove, fresh] of cuts) {
      const added = fresh.map(inside);
      at += gap;
      const removed = lines.slice(at, at + remove);
      if (at < lines.length && removed.join('') !== added.join('')) stretches.push({ at, removed, added });
      at += remove + 1;
    }
    return { lines, stretches };
  })
  .filter(({ stretches }) => stretches.length > 0);

/** Small files, many of whose lines are alike, and what changes in them; always the same ones. */
export function generatedSamples(count: number): Sample[] {
  const kinds = [CODE_SAMPLE, sample({ repeats: false }), sample({ repeats: true })];
  return kinds.flatMap((kind) =>
    fc.sample(kind, { seed: SEED, numRuns: count }).map(({ lines, stretches }, at) => ({
      before: lines.join(''),
      after: edited(lines, stretches).join(''),
      hunks: madeHunks(lines, stretches, 1 + (at % 3)),
      narrow: madeHunks(lines, stretches, 1),
      wide: madeHunks(lines, stretches, 10),
    })),
  );
}
