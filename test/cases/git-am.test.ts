import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../src/core/change/change.ts';
import { parseSeries } from '../../src/core/change/parse-series.ts';
import { run, type Tree } from '../core/change/world.ts';
import { casesAt, type Outcome, readJsonLines, Tally } from './cases.ts';
import { bytes, type Content, differences } from './recorded.ts';
import { explained, type Rule } from './rules.ts';

/** Runs of `git am`, recorded from git's own tests. */
const { url: RECORDED, skip } = casesAt('git-apply/am_cases.jsonl');

type IndexRow = readonly [mode: string, blob: string, stage: number, path: Content];
interface AmRun {
  readonly id: string;
  readonly args: readonly string[];
  readonly stdin: Content;
  readonly argfiles: Readonly<Record<string, Content>>;
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly index_before: readonly IndexRow[];
  readonly index_after: readonly IndexRow[];
  readonly blobs: Readonly<Record<string, Content>>;
  readonly head_before: string;
  /** Commits, newest first: fields divided by NUL, commits by 0x01. */
  readonly log_after: Content;
}

/** What a run was asked for beside its mails, and that Ghost has no word for. */
const FOREIGN =
  /^(?:--scissors|--patch-format=.*|--empty.*|--allow-empty|-p\d|-C\d|--directory=.*|--reject|--whitespace=fix|--quoted-cr=strip)$/;
/** Goes on with a run that had stopped, or shows where it stands. */
const NOT_FRESH = /^--(?:abort|skip|resolved|quit|continue|show-current-patch.*)$/;

const RULES: readonly Rule<AmRun>[] = [
  {
    kind: 'another tool',
    rule: 'the mails were named in a list',
    when: ({ args }) => args.includes('stgit-series/series'),
  },
  {
    kind: 'another tool',
    rule: 'the state of the work tree, not the mails',
    when: ({ stderr }) => /Dirty index|previous rebase directory/.test(stderr),
  },
  {
    kind: 'another tool',
    rule: "the repository's hooks",
    when: ({ rc, stderr }, said) => (rc === 1 && stderr === '') || said.includes('hook-message'),
  },
  {
    kind: 'another tool',
    rule: 'merges where the patch does not fit',
    when: ({ args, rc, stdout }) => rc === 0 && (args.some(isThreeWay) || stdout.includes('3-way merge')),
  },
  {
    kind: 'another tool',
    rule: 'exports of StGit and Mercurial: read as diffs, without a message',
    when: (_, said) => said.startsWith('says "\\n\\n"'),
  },
  {
    kind: 'another tool',
    rule: 'is configured to put the Message-ID into the message',
    when: (_, said) => /\\nMessage-ID: <[^>]*>"$/.test(said),
  },
  {
    kind: 'more generous',
    rule: 'a NUL in a message is left out of the commit message',
    when: ({ stderr }) => /a NUL byte in/.test(stderr),
  },
  {
    kind: 'more generous',
    rule: 'one placement, by the ladder',
    when: ({ rc }, said) => rc !== 0 && said === ALL_FIT,
  },
];

const ALL_FIT = 'all mails fit';

function isThreeWay(arg: string): boolean {
  return arg === '-3' || arg === '--3way';
}

test('mails that git am imports give the same tree and message here, or are refused by a rule', {
  skip,
}, (t) => {
  const runs = readJsonLines<AmRun>(RECORDED).filter(isFresh);
  const tally = new Tally();
  assert.ok(runs.length > 100);
  for (const one of runs) tally.add(one.id, one.rc === 0, compared(one));
  tally.print(t, 'git am');
  assert.deepEqual(tally.wrong, []);
  assert.ok(tally.stricterShare <= 0.05);
});

/** Imports mails, and the recorder saw them. */
function isFresh(one: AmRun): boolean {
  return !one.args.some((arg) => NOT_FRESH.test(arg)) && !one.args.includes('-C');
}

function compared(one: AmRun): Outcome {
  const foreign = one.args.find((arg) => FOREIGN.test(arg));
  if (foreign !== undefined) return { kind: 'another tool', rule: `asks for ${foreign.replace(/=.*/, '')}` };
  const own = imported(treeAt(one, one.index_before), mailsOf(one));
  if (own.kind === 'refused') return one.rc === 0 ? explained(RULES, one, own.why) : { kind: 'agree' };
  if (one.rc !== 0) return explained(RULES, one, ALL_FIT);
  const wrong = differences(own.tree, treeAt(one, one.index_after));
  if (wrong.length > 0) return explained(RULES, one, wrong.join('; '));
  const texts = differentMessages(one, own.changes);
  return texts === null ? { kind: 'agree' } : explained(RULES, one, texts);
}

type Imported =
  | { readonly kind: 'imported'; readonly tree: Tree; readonly changes: readonly Change[] }
  | { readonly kind: 'refused'; readonly why: string };

function imported(before: Tree, texts: readonly string[]): Imported {
  let tree = before;
  const changes: Change[] = [];
  for (const text of texts) {
    const series = parseSeries(Buffer.from(text, 'latin1'), { format: null });
    if (series.kind === 'faulty') return { kind: 'refused', why: series.faults[0]?.message ?? '' };
    for (const { body, change } of series.patches) {
      const result = run(tree, Buffer.from(body).toString('latin1'), { allowPaths: 'all' });
      if (result.kind === 'refused') return { kind: 'refused', why: result.faults[0]?.message ?? '' };
      tree = result.tree;
      changes.push(change);
    }
  }
  return { kind: 'imported', tree, changes };
}

/** The mails that a run was given: its files, else its input. */
function mailsOf(one: AmRun): string[] {
  const files = one.args
    .filter((arg) => Object.hasOwn(one.argfiles, arg))
    .map((arg) => bytes(one.argfiles[arg] ?? ''));
  return files.length > 0 ? files : [bytes(one.stdin)];
}

function treeAt({ blobs }: AmRun, index: readonly IndexRow[]): Tree {
  return Object.fromEntries(
    index.map(([mode, blob, , path]) => {
      const text = bytes(blobs[blob] ?? '');
      return [bytes(path), mode === '100644' ? text : { mode, text }];
    }),
  );
}

/** Options that put something else into the message than what the mail says. */
const OWN_MESSAGE = new Set(['-k', '--keep', '--keep-non-patch', '-s', '--signoff', '--message-id']);

function differentMessages(one: AmRun, changes: readonly Change[]): string | null {
  if (one.args.some((arg) => OWN_MESSAGE.has(arg))) return null;
  const commits = bytes(one.log_after)
    .split('\x01\n')
    .map((commit) => commit.split('\0'));
  const made = commits.slice(0, changes.length).reverse();
  for (const [at, { title, mail }] of changes.entries()) {
    const [, , , name, address, , , message = ''] = made[at] ?? [];
    const got = [mail?.byline, title, mail?.message].map((text) => utf8(text ?? '')).join('\n');
    const [subject = '', ...body] = message.trimEnd().split('\n\n');
    const expected = [`${name} <${address}>`, subject.replaceAll('\n', ' '), body.join('\n\n')].join('\n');
    if (got !== expected) return `says ${JSON.stringify(got)}, git has ${JSON.stringify(expected)}`;
  }
  return null;
}

function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
