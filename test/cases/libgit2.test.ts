import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChange } from '../../src/core/change/parse.ts';
import { run as apply, type Tree } from '../core/change/world.ts';
import { casesAt, type Outcome, readJsonLines, Tally } from './cases.ts';
import { isNameAlone, otherwise, underOtherNames } from './other-names.ts';
import { bytes, type Content, differences } from './recorded.ts';
import { explained, type Rule } from './rules.ts';

/** What libgit2's own test feeds to its reader and applier of one patch. */
const RECORDED = casesAt('libgit2/fromfile.jsonl');

interface Given {
  readonly test: string;
  readonly expect_failure: 0 | 1;
  readonly parse_only?: true;
  readonly patch: Content;
  readonly old?: Content;
  readonly new?: Content;
  /** Null when the patch deletes the file. */
  readonly filename?: string | null;
  readonly mode?: string;
}

test('no patch of libgit2 has another result here', { skip: RECORDED.skip }, (t) => {
  const given = readJsonLines<Given>(RECORDED.url);
  assert.ok(given.length > 40, `${given.length} cases`);
  const tally = new Tally();
  for (const one of given) tally.add(one.test, one.expect_failure === 0, judged(one));
  tally.print(t, 'libgit2');
  assert.deepEqual(tally.wrong, []);
  assert.ok(tally.stricterShare <= 0.05);
  assert.ok(tally.agreed >= 35, `${tally.agreed} agree`);
});

function judged(one: Given): Outcome {
  const patch = bytes(one.patch);
  if (one.parse_only === true) {
    const parsed = parseChange(Buffer.from(patch, 'latin1'), { format: null });
    return parsed.kind === 'faulty' ? { kind: 'agree' } : explained(ACCEPTED, one, 'read');
  }
  return compared(one, patch, { before: before(one, patch), after: after(one) });
}

function compared(
  one: Given,
  patch: string,
  trees: { readonly before: Tree; readonly after: Tree },
): Outcome {
  const result = apply(trees.before, patch);
  if (result.kind === 'refused') {
    const other = isNameAlone(result) ? underOtherNames(patch, trees) : null;
    if (other !== null) return otherwise(compared(one, other.patch, other));
    const said = result.faults.map(({ message }) => message).join(' ');
    return one.expect_failure === 1 ? { kind: 'agree' } : explained(REFUSED, one, said);
  }
  if (one.expect_failure === 1) return explained(ACCEPTED, one, 'accepted');
  const different = differences(result.tree, trees.after);
  return different.length === 0 ? { kind: 'agree' } : { kind: 'wrong', what: different.join('; ') };
}

/** libgit2 is given content alone; the name is the one that the patch starts from, and no file at all for a new one. */
function before(one: Given, patch: string): Tree {
  const name = /^diff --git a\/(\S+) /m.exec(patch)?.[1] ?? one.filename ?? '';
  return /^new file mode /m.test(patch) ? {} : { [name]: bytes(one.old ?? '') };
}

function after(one: Given): Tree {
  const { filename = null, mode = '100644' } = one;
  const text = bytes(one.new ?? '');
  return filename === null ? {} : { [filename]: mode === '100644' ? text : { mode, text } };
}

/** What is refused although libgit2 accepts it. */
const REFUSED: readonly Rule<Given>[] = [
  {
    kind: 'another tool',
    rule: '-0,0 in a file that is not empty, which git takes only with --unidiff-zero',
    when: ({ test }, said) => /prepend_nocontext/.test(test) && /only adds lines, has no context/.test(said),
  },
];

/** What is accepted although libgit2 refuses it. */
const ACCEPTED: readonly Rule<Given>[] = [
  {
    kind: 'more generous',
    rule: 'the "---" and "+++" lines name the file',
    when: ({ test }) => /fail_corrupt_githeader$/.test(test),
  },
  { kind: 'more generous', rule: 'counts are hints', when: ({ test }) => /fail_truncated_\d$/.test(test) },
];
