import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legible } from '../../src/core/change/bytes.ts';
import type { Change, Hunk } from '../../src/core/change/change.ts';
import type { Fault } from '../../src/core/change/fault.ts';
import { parseChange } from '../../src/core/change/parse.ts';
import { casesAt, type Outcome, readJsonLines, Tally } from './cases.ts';
import { type Call, judged, type OneFile, SHARED_RULES } from './one-file.ts';
import { explained, type Rule } from './rules.ts';

/** Real replies of models with aider's reading of them, and calls recorded from its unit tests. */
const RECORDED = casesAt('aider/');

/** File, old lines, new lines. Without a file it is a shell command for the user. */
type Block = readonly [path: string | null, search: string, replace: string];

interface Reply {
  readonly reply: string;
  readonly blocks: readonly Block[] | null;
  readonly error: string | null;
}

const REPLY_RULES: readonly Rule<Reply>[] = [
  {
    kind: 'stricter',
    rule: 'one way to read it: a second ======= in a block is not taken for its end',
    when: (_, said) => said.includes('has a second "======="'),
  },
  {
    kind: 'stricter',
    rule: 'mixed forms are refused: blocks and a diff or a whole file',
    when: (_, said) => said.includes('expected one form'),
  },
  {
    kind: 'stricter',
    rule: 'one answer: blocks are not joined where the text between them says that the later ones correct the earlier',
    when: (_, said) => said.includes('expected one answer'),
  },
  {
    kind: 'stricter',
    rule: 'paths: no backslash',
    when: (_, said) => said.includes('contains a backslash'),
  },
];

test('no reply and no call recorded from aider has another result here', { skip: RECORDED.skip }, (t) => {
  const tally = new Tally();
  for (const [at, one] of recorded<Reply>('chat_history_replies', 401).entries()) {
    tally.add(`reply ${at}`, one.error === null, replied(one));
  }
  for (const call of [...recorded<Call>('editblock_calls', 52), ...recorded<Call>('udiff_calls', 4)]) {
    const judge = JUDGES[call.fn];
    assert.ok(judge !== undefined, call.fn);
    tally.add(`${call.fn} ${call.test}`, call.error === undefined && call.result !== null, judge(call));
  }
  tally.print(t, 'aider');
  assert.deepEqual(tally.wrong, []);
  assert.ok(tally.stricterShare <= 0.05);
});

function recorded<T>(file: string, count: number): T[] {
  const read = readJsonLines<T>(new URL(`${file}.jsonl`, RECORDED.url));
  assert.equal(read.length, count);
  return read;
}

function replied(one: Reply): Outcome {
  const parsed = parseChange(Buffer.from(one.reply), { format: null });
  const wanted = (one.blocks ?? []).filter(([path]) => path !== null).map(plain);
  if (parsed.kind === 'change') {
    const got = JSON.stringify(blocksOf(parsed.change));
    if (one.error === null && got === JSON.stringify(wanted)) return { kind: 'agree' };
    return { kind: 'wrong', what: `read ${got}` };
  }
  if (one.error === null && wanted.length > 0) return explained(REPLY_RULES, one, saidBy(parsed.faults));
  const located = parsed.faults.every(({ patchLine }) => patchLine !== null);
  return located ? { kind: 'agree' } : { kind: 'wrong', what: `not located: ${saidBy(parsed.faults)}` };
}

/** Aider creates a file where the old lines are blank. */
function plain([path, search, replace]: Block): Block {
  return [path, search.trim() === '' ? '' : search, replace];
}

function blocksOf(change: Change): Block[] {
  const found = change.edits.flatMap((edit): { line: number; block: Block }[] => {
    if (edit.kind === 'create')
      return [{ line: edit.span.firstLine, block: [edit.path, '', legible(edit.content)] }];
    if (edit.kind !== 'modify') throw new TypeError(`${edit.kind} is no block`);
    return edit.hunks.map((hunk) => ({
      line: hunk.span.firstLine,
      block: [edit.path, side(hunk, 'added'), side(hunk, 'removed')],
    }));
  });
  return found.sort((a, b) => a.line - b.line).map(({ block }) => block);
}

function side(hunk: Hunk, other: 'added' | 'removed'): string {
  const lines = hunk.lines.filter(({ kind }) => kind !== other);
  return legible(lines.map(({ text, eol }) => text + eol).join(''));
}

function saidBy(faults: readonly Fault[]): string {
  return faults.map(({ code, message }) => `${code}: ${message}`).join('\n');
}

const BLOCK_LINES = '<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n';

const NAME_RULES: readonly Rule<Call>[] = [
  {
    kind: 'another tool',
    rule: 'a name is completed or corrected from the files in the chat',
    when: ({ args: [lines, , known], result }) =>
      Array.isArray(known) && known.includes(result) && !JSON.stringify(lines).includes(`"${result}"`),
  },
  { kind: 'stricter', rule: 'paths: no backslash', when: (_, said) => said.includes('contains a backslash') },
];

const MATCH_RULES: readonly Rule<OneFile>[] = [
  SHARED_RULES.twice,
  {
    kind: 'stricter',
    rule: 'a line that is to be removed has to be there: a blank first line is not passed over',
    when: ({ patch }, said) => said.startsWith('hunk_not_found') && patch.includes('SEARCH\n\n'),
  },
  {
    kind: 'another tool',
    rule: 'one step of several: the steps together agree',
    when: ({ call }) => call.fn === 'replace_part_with_missing_leading_whitespace' && call.result === null,
  },
];

const JUDGES: Readonly<Record<string, (call: Call) => Outcome>> = {
  find_filename: (call) => {
    const lines = (call.args[0] as readonly string[]).map((line) => `${line.replace(/\n$/, '')}\n`);
    return read(
      call,
      `${lines.join('')}${BLOCK_LINES}`,
      call.result === null ? null : [[String(call.result), 'x\n', 'y\n']],
    );
  },
  find_original_update_blocks: (call) =>
    read(call, String(call.args[0]), call.error === undefined ? (call.result as Block[]).map(plain) : null),
  find_diffs: (call) => {
    const wanted = call.result as readonly (readonly [string, readonly string[]])[];
    const parsed = parseChange(Buffer.from(String(call.args[0])), { format: null });
    if (parsed.kind === 'faulty') return explained(DIFF_RULES, call, saidBy(parsed.faults));
    const got = parsed.change.edits.flatMap((edit) =>
      'hunks' in edit ? edit.hunks.map(({ lines }) => [edit.path, lines.map(marked)]) : [],
    );
    return JSON.stringify(got) === JSON.stringify(wanted)
      ? { kind: 'agree' }
      : explained(DIFF_RULES, call, JSON.stringify(got));
  },
  replace_most_similar_chunk: replaced,
  replace_part_with_missing_leading_whitespace: replaced,
  strip_quoted_wrapping: () => ({ kind: 'another tool', rule: 'quotes within a block are not taken off' }),
};

const DIFF_RULES: readonly Rule<Call>[] = [
  {
    kind: 'stricter',
    rule: 'a file that is created has no lines to remove',
    when: ({ args }) => /^--- \/dev\/null\n\+\+\+ .*\n@@.*\n-/m.test(String(args[0])),
  },
];

function marked({ kind, text, eol }: Hunk['lines'][number]): string {
  return `${kind === 'context' ? ' ' : kind === 'removed' ? '-' : '+'}${text}${eol}`;
}

function read(call: Call, text: string, wanted: readonly Block[] | null): Outcome {
  const parsed = parseChange(Buffer.from(text), { format: null });
  if (parsed.kind === 'faulty') {
    return wanted === null ? { kind: 'agree' } : explained(NAME_RULES, call, saidBy(parsed.faults));
  }
  const got = JSON.stringify(blocksOf(parsed.change));
  return got === JSON.stringify(wanted) ? { kind: 'agree' } : explained(NAME_RULES, call, `read ${got}`);
}

function replaced(call: Call): Outcome {
  const [before = '', search = '', replace = ''] = call.args.map(textOf);
  const patch = `f.txt\n<<<<<<< SEARCH\n${search}=======\n${replace}>>>>>>> REPLACE\n`;
  const after = call.result === null || call.result === undefined ? null : textOf(call.result);
  return judged({ call, path: 'f.txt', before, patch, after }, MATCH_RULES);
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join('') : String(value);
}
