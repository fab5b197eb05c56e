import assert from 'node:assert/strict';
import { test } from 'node:test';
import { casesAt, readJsonLines, Tally } from './cases.ts';
import { type Call, judged, type OneFile, SHARED_RULES } from './one-file.ts';
import type { Rule } from './rules.ts';

/** Calls of applyDiff(input, diff, mode), recorded from the tests of openai-agents-js. */
const RECORDED = casesAt('openai-agents/applyDiff.jsonl');

const RULES: readonly Rule<OneFile>[] = [
  SHARED_RULES.unchanged,
  {
    kind: 'stricter',
    rule: 'one common indent: white space that differs line by line is not passed over',
    when: (_, said) => /^hunk_not_found: .*white space/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'an operation without a diff is the business of its caller',
    when: ({ call }) => call.args[1] === '',
  },
];

test('no recorded call of applyDiff has another result here', { skip: RECORDED.skip }, (t) => {
  const calls = readJsonLines<Call>(RECORDED.url);
  assert.equal(calls.length, 40);
  const tally = new Tally();
  for (const [at, call] of calls.entries()) {
    tally.add(`${at} ${call.test}`, call.error === undefined, judged(operation(call), RULES));
  }
  tally.print(t, 'openai-agents');
  assert.deepEqual(tally.wrong, []);
  assert.ok(tally.stricterShare <= 0.05);
});

/** A call as the operation that the tool is given: V4A without a header. */
function operation(call: Call): OneFile {
  const [input, diff, mode] = call.args.map(String);
  const type = mode === 'create' ? 'create_file' : 'update_file';
  return {
    ...{ call, path: 'f.txt', before: type === 'create_file' ? null : (input ?? '') },
    patch: JSON.stringify({ type, path: 'f.txt', diff }),
    after: call.error === undefined ? String(call.result) : null,
  };
}
