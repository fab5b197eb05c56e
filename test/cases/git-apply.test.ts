import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Edit, Rung } from '../../src/core/change/change.ts';
import { fileLines } from '../../src/core/change/file-lines.ts';
import { parseChange } from '../../src/core/change/parse.ts';
import { run as apply, type Tree } from '../core/change/world.ts';
import { casesAt, type Outcome, readJsonLines, Tally } from './cases.ts';
import { type GitOptions, type GitRun, optionsOf, patchOf, treesOf } from './git-apply-run.ts';
import { isNameAlone, otherwise, underOtherNames } from './other-names.ts';
import { differences } from './recorded.ts';
import { explained, type Rule } from './rules.ts';

/** Runs of `git apply`, recorded from git's own tests. */
const RECORDED = casesAt('git-apply/cases.jsonl');

test('no recorded git apply run has another result here', { skip: RECORDED.skip }, (t) => {
  const runs = readJsonLines<GitRun>(RECORDED.url);
  assert.ok(runs.length > 450, `${runs.length} runs`);
  const tally = new Tally();
  for (const run of runs) tally.add(run.id, run.rc === 0, judged(run));
  tally.print(t, 'git apply');
  assert.deepEqual(tally.wrong, []);
  assert.ok(tally.stricterShare <= 0.05);
  assert.ok(tally.agreed >= 300, `${tally.agreed} agree`);
});

function judged(run: GitRun): Outcome {
  const options = optionsOf(run);
  const patch = patchOf(run, options);
  if (typeof patch !== 'string') return patch;
  if (run.rc === 0 && onlyReads(options)) return read(run, patch);
  return compared(run, patch, treesOf(run, options));
}

function compared(run: GitRun, patch: string, { before, after }: ReturnType<typeof treesOf>): Outcome {
  const result = apply(before, patch, { allowPaths: 'all' });
  if (result.kind === 'refused') {
    if (run.rc !== 0) return { kind: 'agree' };
    const other = isNameAlone(result) ? underOtherNames(patch, { before, after }) : null;
    if (other !== null) return otherwise(compared(run, other.patch, other));
    return explained(REFUSED, run, result.faults.map(({ message }) => message).join(' '));
  }
  if (run.rc !== 0) return accepted(run, result.rungs);
  const different = onlyChecks(optionsOf(run)) ? [] : differences(result.tree, after);
  if (different.length === 0) return { kind: 'agree' };
  const spaced = differences(withoutSpace(result.tree), withoutSpace(after)).length === 0;
  if (spaced && mends(run)) return { kind: 'another tool', rule: 'git mended white space, as the run asked' };
  return explained(UNLIKE, run, different.join('; '));
}

function accepted(run: GitRun, rungs: readonly Rung[]): Outcome {
  const rung = rungs.find((one) => one !== 'exact');
  if (rung !== undefined && /patch does not apply/.test(run.stderr)) {
    return { kind: 'more generous', rule: `exactly one placement, by the rung "${rung}"` };
  }
  return explained(ACCEPTED, run, `accepted; git: ${run.stderr}`);
}

function withoutSpace(tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([path, entry]) => [
      path,
      typeof entry === 'string' ? entry.replaceAll(/\s/g, '') : entry,
    ]),
  );
}

/** Runs that print what a patch would do, and touch nothing. */
function onlyReads({ flags }: GitOptions): boolean {
  const prints = ['--stat', '--numstat', '--summary', '--build-fake-ancestor'].some((flag) =>
    flags.has(flag),
  );
  return prints && !flags.has('--apply') && !flags.has('--check');
}

function onlyChecks({ flags }: GitOptions): boolean {
  return flags.has('--check') && !flags.has('--apply');
}

/** The files and lines that git counted are those that the change has. */
function read(run: GitRun, patch: string): Outcome {
  const parsed = parseChange(Buffer.from(patch, 'latin1'), { format: null });
  if (parsed.kind === 'faulty')
    return explained(REFUSED, run, parsed.faults.map(({ message }) => message).join(' '));
  const { edits } = parsed.change;
  const got = [edits.length, linesOf(edits, 'added'), linesOf(edits, 'removed')];
  const expected = countedByGit(run.stdout) ?? got;
  if (String(got) === String(expected)) return { kind: 'agree' };
  if (run.args.some((arg) => arg.startsWith('--include='))) {
    return { kind: 'another tool', rule: '--include leaves files out' };
  }
  return { kind: 'wrong', what: `files, insertions, deletions: got ${got}, expected ${expected}` };
}

function countedByGit(stdout: string): number[] | null {
  const rows = [...stdout.matchAll(/^(\d+)\t(\d+)\t/gm)];
  const total = (column: number) => rows.reduce((all, row) => all + Number(row[column]), 0);
  if (rows.length > 0) return [rows.length, total(1), total(2)];
  const stat = /^ (\d+) files? changed(?:, (\d+) insertions?\(\+\))?(?:, (\d+) deletions?\(-\))?$/m.exec(
    stdout,
  );
  return stat === null ? null : stat.slice(1).map((count) => Number(count ?? 0));
}

function linesOf(edits: readonly Edit[], kind: 'added' | 'removed'): number {
  const one = (edit: Edit): number => {
    if (edit.kind === 'create') return kind === 'added' ? lineCount(edit.content) : 0;
    if (edit.kind === 'delete') return kind === 'removed' ? lineCount(edit.content ?? '') : 0;
    const hunks = 'hunks' in edit ? edit.hunks : [];
    return hunks.flatMap(({ lines }) => lines).filter((line) => line.kind === kind).length;
  };
  return edits.reduce((all, edit) => all + one(edit), 0);
}

/** Git counts no lines of binary content. */
function lineCount(content: string): number {
  return content.includes('\0') ? 0 : fileLines(content).length;
}

/** Git says of each new line that it mends or objects to what is wrong with its white space. */
const OBJECTED =
  /:\d+: (?:trailing whitespace|space before tab|indent with spaces|tab in indent|new blank line|no newline)/;

function mends({ args, config }: GitRun): boolean {
  return [...args, `--whitespace=${config['apply.whitespace']}`].some((arg) =>
    /^--whitespace=(?:fix|strip)$/.test(arg),
  );
}

function ignoresSpace({ args, config }: GitRun): boolean {
  const asked = args.some((arg) => /^--ignore-(?:whitespace|space-change)$/.test(arg));
  return asked || config['apply.ignorewhitespace'] === 'change';
}

/** What is refused although git accepts it. */
const REFUSED: readonly Rule<GitRun>[] = [
  { kind: 'stricter', rule: 'submodules are not touched', when: (_, said) => /submodule/.test(said) },
  {
    kind: 'stricter',
    rule: 'modes are 100644, 100755 and 120000',
    when: (_, said) => /mode 100660/.test(said),
  },
  {
    kind: 'stricter',
    rule: 'no line of a patch is dropped in silence',
    when: (_, said) => /not followed by a hunk|is not what the patch shows/.test(said),
  },
  {
    kind: 'stricter',
    rule: 'a heredoc that is not closed may be cut off',
    when: (_, said) => /heredoc .* is never closed/.test(said),
  },
  {
    kind: 'stricter',
    rule: 'what changes nothing is no success',
    when: (_, said) => /leaves everything as it is/.test(said),
  },
  {
    kind: 'another tool',
    rule: '--unsafe-paths writes outside of the tree',
    when: ({ args }, said) => args.includes('--unsafe-paths') && /leads elsewhere|is absolute/.test(said),
  },
  {
    kind: 'another tool',
    rule: '--allow-empty lets an empty patch succeed',
    when: ({ args }, said) => args.includes('--allow-empty') && /is empty|is no diff/.test(said),
  },
  {
    kind: 'another tool',
    rule: '--unidiff-zero puts -0,0 at the top of a file that is not empty',
    when: ({ args }, said) => args.includes('--unidiff-zero') && /only adds lines, has no context/.test(said),
  },
  {
    kind: 'another tool',
    rule: '-C<n> gives up context lines',
    when: ({ args, stderr }) => args.some((arg) => /^-C\d$/.test(arg)) && /Context reduced/.test(stderr),
  },
  {
    kind: 'another tool',
    rule: '--3way merges',
    when: ({ args }, said) => args.includes('--3way') && /do not stand in the file|already stand/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'git ignored white space, as the run asked',
    when: (run, said) => ignoresSpace(run) && /white space/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'git mended white space of old lines, as the run asked',
    when: (run, said) => mends(run) && /do not stand in the file/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'binary content that only the object store of the repository has',
    when: (_, said) => /without its content/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'several patch files in one run',
    when: ({ args }, said) =>
      args.includes('-') && args.at(-1) !== '-' && /stands at line 1 already/.test(said),
  },
  {
    kind: 'another tool',
    rule: '-p2 on a name of which a part is quoted',
    when: ({ args }, said) => args.includes('-p2') && /badly quoted/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'an index entry that is only intended',
    when: ({ id }) => id === 't4140-455',
  },
];

/** What another result than git's is due to. */
const UNLIKE: readonly Rule<GitRun>[] = [
  {
    kind: 'another tool',
    rule: '--inaccurate-eof takes the final line end away',
    when: ({ args }) => args.includes('--inaccurate-eof'),
  },
];

/** What is accepted although git refuses it. */
const ACCEPTED: readonly Rule<GitRun>[] = [
  {
    kind: 'another tool',
    rule: 'git objected to white space, as the run asked',
    when: ({ args, stderr }) =>
      args.some((arg) => arg.startsWith('--whitespace=error')) && OBJECTED.test(stderr),
  },
  {
    kind: 'another tool',
    rule: 'the index is not as the work tree',
    when: ({ stderr }) => /does not match index/.test(stderr),
  },
  {
    kind: 'another tool',
    rule: 'options that exclude each other',
    when: ({ stderr }) => /cannot be used together/.test(stderr),
  },
];
