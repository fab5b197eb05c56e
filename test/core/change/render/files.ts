import fc from 'fast-check';
import type { FileChange } from '../../../../src/core/change/change.ts';
import type { BlobId, FileMode, Path } from '../../../../src/core/git.ts';
import type { Tree } from '../world.ts';

const NAME = fc.constantFrom('a.txt', 'b.txt', 'src/c.ts', 'src/d e.ts', 'src/\xc3\xa9.ts', 'deep/er/f');
const LINE = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map((n) => `line ${n}`),
  fc.constantFrom('', '}', '- x', '--- a', '+++ b', '*** End Patch', '...', '@@', '=======', '\\', 'end\r'),
);
const MODE = fc.constantFrom<FileMode>('100644', '100644', '100755');

const TEXT = fc
  .record({ lines: fc.array(LINE, { minLength: 1, maxLength: 16 }), open: fc.integer({ min: 0, max: 6 }) })
  .map(({ lines, open }) =>
    lines
      .map((line) => `${line}\n`)
      .join('')
      .slice(0, open === 0 ? -1 : undefined),
  );
const CONTENT = fc.oneof({ weight: 9, arbitrary: TEXT }, { weight: 1, arbitrary: fc.constant('') });

interface File {
  readonly mode: FileMode;
  readonly text: string;
}

/** A path with what stands there before and after; `null` is nothing. Half of the pairs share most of their lines. */
const PAIR = fc
  .record({
    before: fc.option(CONTENT),
    after: fc.option(CONTENT),
    kept: fc.boolean(),
    modes: fc.tuple(MODE, MODE),
  })
  .map(({ before, after, kept, modes }) => {
    const later = kept && before !== null && after !== null ? before.replace(/line 1\n/, after) : after;
    return {
      before: before === null ? null : { mode: modes[0], text: before },
      after: later === null ? null : { mode: modes[1], text: later },
    };
  })
  .filter(({ before, after }) => before?.text !== after?.text || before?.mode !== after?.mode);

/** A plain file that stays, of lines that no form stumbles over. */
const MILD = fc
  .tuple(...[0, 1].map(() => fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 16 })))
  .map(([before = [], after = []]) => ({
    before: { mode: '100644' as const, text: before.map((n) => `line ${n}\n`).join('') },
    after: {
      mode: '100644' as const,
      text: [...before.slice(0, 6), ...after].map((n) => `line ${n}\n`).join(''),
    },
  }))
  .filter(({ before, after }) => before.text !== after.text);

/** Some files of a tree, before and after. */
export const FILES = fc
  .oneof(
    fc.dictionary(NAME, PAIR, { minKeys: 1, maxKeys: 4 }),
    fc.dictionary(fc.constantFrom('a.txt', 'src/c.ts'), MILD, { minKeys: 1 }),
  )
  .map((pairs): Pairs => Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1)));

export type Pairs = readonly (readonly [
  string,
  { readonly before: File | null; readonly after: File | null },
])[];

export function treeOf(pairs: Pairs, side: 'before' | 'after'): Tree {
  return Object.fromEntries(
    pairs.flatMap(([path, pair]) => {
      const file = pair[side];
      return file === null ? [] : [[path, file.mode === '100644' ? file.text : file]];
    }),
  );
}

export function fileChangesOf(pairs: Pairs): FileChange[] {
  return pairs.map(([path, { before, after }]) => ({
    path: path as Path,
    before: before && {
      mode: before.mode,
      blob: '1'.repeat(40) as BlobId,
      bytes: Buffer.from(before.text, 'latin1'),
    },
    after: after && { mode: after.mode, bytes: Buffer.from(after.text, 'latin1') },
  }));
}
