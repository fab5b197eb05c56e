import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Edit } from '../../src/core/change/change.ts';
import { fileLines, withoutEol } from '../../src/core/change/file-lines.ts';
import { parseChange } from '../../src/core/change/parse.ts';
import { run as apply } from '../core/change/world.ts';
import { casesAt, type Outcome, readJsonLines, Tally } from './cases.ts';
import { aboutOneFile, type Call, fileOf, isStructured, latin1, oneNameEach } from './jsdiff-run.ts';
import { explained, type Rule } from './rules.ts';

/** Calls recorded from jsdiff's own tests. */
const RECORDED = casesAt('jsdiff/');

test('no recorded call of jsdiff has another result here', { skip: RECORDED.skip }, (t) => {
  const tally = new Tally();
  for (const [file, judge] of Object.entries(JUDGES)) {
    const calls = readJsonLines<Call>(new URL(`${file}.jsonl`, RECORDED.url));
    assert.ok(calls.length > 8, file);
    for (const [at, call] of calls.entries()) tally.add(`${file} ${at}`, accepts(call), judge(call));
  }
  tally.print(t, 'jsdiff');
  assert.deepEqual(tally.wrong, []);
  assert.ok(tally.stricterShare <= 0.05);
  assert.ok(tally.agreed >= 150, `${tally.agreed} agree`);
});

/** A refusal of jsdiff is `false` or an error. */
function accepts({ result, error }: Call): boolean {
  return error === undefined && result !== undefined && result !== null && result !== false;
}

const BAD_FUZZ = 'fuzzFactor must be a non-negative integer';

/** One judge a file of calls. */
const JUDGES: Readonly<Record<string, (call: Call) => Outcome>> = {
  apply: (call) => {
    const patch = aboutOneFile(call.args[1]);
    if (patch === null) return { kind: 'another tool', rule: 'no patch was given' };
    const wanted = accepts(call) ? latin1(String(call.result)) : null;
    return applied(call, patch, { from: latin1(String(call.args[0])), to: wanted });
  },
  parse: (call) => readAs(call, oneNameEach(String(call.args[0])), call.result),
  create: (call) => {
    if (!accepts(call)) return { kind: 'another tool', rule: 'what was to be created could not be recorded' };
    if (call.fn === 'formatPatch' && isHollow(call.args[0]))
      return { kind: 'another tool', rule: 'nothing differs' };
    if (call.fn === 'formatPatch') return readAs(call, oneNameEach(String(call.result)), call.args[0]);
    const [old, now] = call.args.slice(call.fn === 'createPatch' ? 1 : 2).map((text) => latin1(String(text)));
    if (old === now || !String(call.result).includes('@@'))
      return { kind: 'another tool', rule: 'nothing differs' };
    return applied(call, aboutOneFile(call.result) ?? '', { from: old ?? '', to: now ?? '' });
  },
  reverse: (call) => {
    const [patch, back] = [call.args[0], call.result].map((one) =>
      (Array.isArray(one) ? one : [one]).filter(isStructured),
    );
    const outcomes = (back ?? []).map((reversed) => {
      const to = fileOf(reversed.hunks, '+');
      return applied(call, aboutOneFile(reversed) ?? '', { from: fileOf(reversed.hunks, '-'), to });
    });
    assert.equal(patch?.length, back?.length);
    if (back?.every(({ hunks }) => hunks.length === 0))
      return { kind: 'another tool', rule: 'nothing differs' };
    return outcomes.find(({ kind }) => kind !== 'agree') ?? { kind: 'agree' };
  },
  'line-endings': (call) => {
    const [given, made] = [call.args[0], call.result].map((one) => (Array.isArray(one) ? one[0] : one));
    if (!isStructured(given) || !isStructured(made))
      return { kind: 'another tool', rule: 'questions about line ends' };
    const eol = call.fn === 'unixToWin' ? '\r\n' : '\n';
    const uniform = (side: '-' | '+') => fileOf(made.hunks, side).replaceAll(/\r*\n/g, eol);
    return applied(call, aboutOneFile(given) ?? '', { from: uniform('-'), to: uniform('+') });
  },
};

/** Applies to a file of one text. `to` is null when jsdiff refuses. */
function applied(
  call: Call,
  patch: string,
  { from, to }: { readonly from: string; readonly to: string | null },
): Outcome {
  const result = apply({ f: from }, patch);
  if (result.kind === 'refused') {
    const said = result.faults.map(({ message }) => message).join(' ');
    return to === null ? { kind: 'agree' } : explained(REFUSED, call, said);
  }
  const got = result.tree.f ?? '';
  if (to === null) return explained(ACCEPTED, call, 'accepted');
  return got === to
    ? { kind: 'agree' }
    : { kind: 'wrong', what: `got ${JSON.stringify(got)}, expected ${JSON.stringify(to)}` };
}

/** The change has the lines of every file that jsdiff holds, each with its sign. */
function readAs(call: Call, patch: string, structured: unknown): Outcome {
  const parsed = parseChange(Buffer.from(patch), { format: null });
  if (parsed.kind === 'faulty') {
    const said = parsed.faults.map(({ message }) => message).join(' ');
    return accepts(call) ? explained(REFUSED, call, said) : { kind: 'agree' };
  }
  if (!accepts(call)) return explained(ACCEPTED, call, 'read');
  const files = (Array.isArray(structured) ? structured : [structured]).filter(isStructured);
  const wanted = files.map(({ hunks }) => hunks.flatMap(({ lines }) => lines).flatMap(signed));
  const got = parsed.change.edits.map(linesOf);
  if (JSON.stringify(got) === JSON.stringify(wanted)) return { kind: 'agree' };
  return { kind: 'wrong', what: `got ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}` };
}

/** Hunks, but not a line in any of them. */
function isHollow(patch: unknown): boolean {
  return (
    isStructured(patch) && patch.hunks.length > 0 && patch.hunks.every(({ lines }) => lines.length === 0)
  );
}

/** Lines without a sign are blank context; the others begin with theirs. */
function signed(line: string): string[] {
  return line.startsWith('\\') ? [] : [latin1(line === '' ? ' ' : line)];
}

const SIGNS = { context: ' ', removed: '-', added: '+' } as const;

function linesOf(edit: Edit): string[] {
  const bare = (text: string, sign: string) => fileLines(text).map((line) => sign + withoutEol(line));
  if (edit.kind === 'create') return bare(edit.content, '+');
  if (edit.kind === 'delete') return bare(edit.content ?? '', '-');
  const hunks = 'hunks' in edit ? edit.hunks : [];
  return hunks.flatMap(({ lines }) => lines.map(({ kind, text }) => SIGNS[kind] + text));
}

function hasOption(name: string): (call: Call) => boolean {
  return ({ args }) => args.some((arg) => typeof arg === 'object' && arg !== null && name in arg);
}

/** What is refused although jsdiff accepts it. */
const REFUSED: readonly Rule<Call>[] = [
  { kind: 'another tool', rule: 'fuzzFactor lets lines differ', when: hasOption('fuzzFactor') },
  { kind: 'another tool', rule: 'compareLine decides what is alike', when: hasOption('compareLine') },
  {
    kind: 'another tool',
    rule: '-0,0 in a file that is not empty, which git takes only with --unidiff-zero',
    when: (_, said) => /only adds lines, has no context/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'a binary difference without its content is kept in mind',
    when: (_, said) => /binary (?:file|change)/.test(said),
  },
  { kind: 'stricter', rule: 'exactly one placement', when: (_, said) => /expected one/.test(said) },
  {
    kind: 'stricter',
    rule: 'hunks do not overlap',
    when: (_, said) => /before the end of the hunk above/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'a text without a line to change is a success, as in git only with --allow-empty',
    when: (_, said) => /not followed by a hunk/.test(said),
  },
  { kind: 'stricter', rule: 'a hunk has lines', when: (_, said) => /This hunk has no lines/.test(said) },
  {
    kind: 'stricter',
    rule: 'what has no line end is the end of the file',
    when: ({ test }, said) => /ignores extra lines/.test(test) && /do not stand in the file/.test(said),
  },
  {
    kind: 'stricter',
    rule: 'control characters in paths',
    when: (_, said) => /the path contains the invisible character/.test(said),
  },
];

/** What is accepted although jsdiff refuses it. */
const ACCEPTED: readonly Rule<Call>[] = [
  {
    kind: 'more generous',
    rule: 'counts are hints',
    when: ({ test }) => /wrong line counts|ends prematurely/.test(test),
  },
  {
    kind: 'more generous',
    rule: 'line ends are set aside',
    when: ({ test }) => /mixed file endings/.test(test),
  },
  {
    kind: 'another tool',
    rule: 'autoConvertLineEndings: false',
    when: hasOption('autoConvertLineEndings'),
  },
  { kind: 'another tool', rule: 'a fuzzFactor that is no number', when: ({ error }) => error === BAD_FUZZ },
];
