import assert from 'node:assert/strict';
import { test } from 'node:test';
import { casesAt, type Outcome, readJsonLines, Tally } from './cases.ts';
import { type Call, judged, type OneFile, SHARED_RULES } from './one-file.ts';
import type { Rule } from './rules.ts';

/** Calls recorded from the tests of Continue's core/edit. */
const RECORDED = casesAt('continue/');

/** How findSearchMatch found its match, where it was not by the text itself. */
const LOOSE_RULES: readonly Rule<OneFile & { readonly strategy?: string }>[] = [
  'trimmedMatch',
  'caseInsensitiveMatch',
  'whitespaceIgnoredMatch',
].map((strategy) => ({
  kind: 'stricter',
  rule: `a literal pattern is literal: no ${strategy}`,
  when: (one) => one.strategy === strategy,
}));

const FIND_RULES: readonly Rule<OneFile & { readonly strategy?: string }>[] = [
  ...LOOSE_RULES,
  {
    kind: 'another tool',
    rule: 'an empty pattern finds nothing: insert says where',
    when: (one) => one.strategy === 'emptySearch',
  },
  {
    kind: 'stricter',
    rule: 'a finder answers with the first of several; the replacement around it refuses them, as is done here',
    when: (_, said) => said.startsWith('pattern_ambiguous'),
  },
];

test('no recorded call of Continue has another result here', { skip: RECORDED.skip }, (t) => {
  const tally = new Tally();
  for (const [at, call] of calls('findSearchMatch', 48).entries()) {
    const one = found(call);
    tally.add(`find ${at} ${call.test}`, one.after !== null, judged(one, FIND_RULES));
  }
  for (const [at, call] of calls('performReplace', 43).entries()) {
    const one = replaced(call);
    tally.add(`replace ${at} ${call.test}`, one.after !== null, judged(one, REPLACE_RULES));
  }
  for (const [at, call] of calls('unifiedDiffApply', 10).entries()) {
    tally.add(`diff ${at} ${call.test}`, call.error === undefined, diffOutcome(call));
  }
  tally.print(t, 'continue');
  assert.deepEqual(tally.wrong, []);
  // Most of its cases are about the loose matching that is refused here by design, so no share is asked for: each
  // refusal has to be by one of the rules above.
  assert.ok(tally.agreed >= 40);
});

/** The match is replaced by a sign that stands nowhere else. */
function found(call: Call): OneFile & { readonly strategy?: string } {
  const [before = '', search = ''] = call.args.map(String);
  const result = call.result as Match | null;
  const after = result && `${before.slice(0, result.startIndex)}§${before.slice(result.endIndex)}`;
  const one = { call, path: 'f', before, patch: replacing([[search, '§']]), after };
  return result === null ? one : { ...one, strategy: result.strategyName };
}

interface Match {
  readonly startIndex: number;
  readonly endIndex: number;
  readonly strategyName: string;
}

const REPLACE_RULES: readonly Rule<OneFile>[] = [
  {
    kind: 'another tool',
    rule: 'replace_all is no edit of ours: each place is named',
    when: ({ call }) => call.args[3] === true || JSON.stringify(call.args[1]).includes('"replace_all":true'),
  },
  {
    kind: 'another tool',
    rule: 'an empty pattern finds nothing: insert says where',
    when: (_, said) => /old .*empty/.test(said),
  },
  {
    kind: 'stricter',
    rule: 'a literal pattern is literal: no trimmedMatch or whitespaceIgnoredMatch',
    when: ({ before, patch }, said) =>
      said.startsWith('pattern_not_found') && !patternsOf(patch).every((one) => before?.includes(one)),
  },
  SHARED_RULES.unchanged,
];

function replaced(call: Call): OneFile {
  const [before, edits, fresh] = call.args;
  const pairs = Array.isArray(edits)
    ? edits.map((edit): [string, string] => [edit.old_string, edit.new_string])
    : [[String(edits), String(fresh)] as const];
  const after = call.error === undefined ? String(call.result) : null;
  return { call, path: 'f', before: String(before), patch: replacing(pairs), after };
}

function replacing(pairs: readonly (readonly [string, string])[]): string {
  return JSON.stringify({
    edits: pairs.map(([old, fresh]) => ({ kind: 'replace', path: 'f', old, new: fresh })),
  });
}

function patternsOf(patch: string): string[] {
  return JSON.parse(patch).edits.map(({ old }: { old: string }) => old);
}

const DIFF_RULES: readonly Rule<OneFile>[] = [
  {
    kind: 'stricter',
    rule: 'a text whose last line has no line end, in a hunk with fewer lines than its header counts, is cut off',
    when: ({ patch }, said) => !patch.endsWith('\n') && /cut off at line .* has no line end/.test(said),
  },
  {
    kind: 'stricter',
    rule: 'every line of a hunk has its mark: one without is not guessed to be context',
    when: (_, said) => said.includes('stands inside a hunk without a prefix'),
  },
];

function diffOutcome(call: Call): Outcome {
  if (call.fn === 'isUnifiedDiffFormat')
    return { kind: 'another tool', rule: 'a guess at a form makes no change' };
  const [before = '', diff = ''] = call.args.map(String);
  const lines = call.result as readonly { readonly type: string; readonly line: string }[] | undefined;
  const after = lines?.flatMap(({ type, line }) => (type === 'old' ? [] : line)).join('\n') ?? null;
  // The tool changes the text that it is given, whatever the headers name.
  const patch = diff.replace(/^--- .*\n\+\+\+ .*$/m, '--- a/f\n+++ b/f');
  return judged({ call, path: 'f', before, patch, after }, DIFF_RULES);
}

function calls(file: string, count: number): Call[] {
  const read = readJsonLines<Call>(new URL(`${file}.jsonl`, RECORDED.url));
  assert.equal(read.length, count);
  return read;
}
