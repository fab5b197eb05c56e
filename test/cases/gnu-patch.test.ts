import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run as apply, type Result } from '../core/change/world.ts';
import { casesAt, type Outcome, readJsonLines, Tally } from './cases.ts';
import { optionsOf, type PatchRun, patchOf, treesOf } from './gnu-patch-run.ts';
import { isNameAlone, otherwise, underOtherNames } from './other-names.ts';
import { bytes, differences } from './recorded.ts';
import { explained, type Rule } from './rules.ts';

/** Runs of GNU patch, recorded from its own tests. */
const RECORDED = casesAt('gnu-patch/cases.jsonl');

test('no recorded run of GNU patch has another result here', { skip: RECORDED.skip }, (t) => {
  const runs = readJsonLines<PatchRun>(RECORDED.url);
  assert.ok(runs.length > 200, `${runs.length} runs`);
  const tally = new Tally();
  for (const [at, run] of runs.entries()) tally.add(`${at} ${run.test}`, run.rc === 0, judged(run));
  tally.print(t, 'GNU patch');
  assert.deepEqual(tally.wrong, []);
  assert.ok(tally.stricterShare <= 0.05);
  assert.ok(tally.agreed >= 140, `${tally.agreed} agree`);
});

function judged(run: PatchRun): Outcome {
  const patch = patchOf(run);
  if (patch === null) return { kind: 'another tool', rule: 'the patch file is no file' };
  const { before, after } = treesOf(run);
  return compared(run, patch, { before, after });
}

function compared(run: PatchRun, patch: string, { before, after }: ReturnType<typeof treesOf>): Outcome {
  const result = apply(before, patch, { allowPaths: 'all' });
  const foreign = FOREIGN.find(({ sign }) => sign.test(bytes(run.stdin)));
  if (foreign !== undefined) return named(foreign.name, result);
  if (result.kind === 'refused') {
    const other = run.rc === 0 && isNameAlone(result) ? underOtherNames(patch, { before, after }) : null;
    if (other !== null) return otherwise(compared(run, other.patch, other));
    const said = result.faults.map(({ message }) => message).join(' ');
    return run.rc === 0 ? explained(REFUSED, run, said) : { kind: 'agree' };
  }
  if (run.rc !== 0) return explained(ACCEPTED, run, `accepted; GNU: ${run.stdout}${run.stderr}`);
  const different = optionsOf(run).flags.has('--dry-run') ? [] : differences(result.tree, after);
  return different.length === 0 ? { kind: 'agree' } : explained(UNLIKE, run, different.join('; '));
}

/** Forms that Ghost does not read, and has to refuse by their names. */
const FOREIGN: readonly { readonly name: string; readonly sign: RegExp }[] = [
  { name: 'context diff', sign: /^\*{15}/m },
  { name: 'normal diff', sign: /^\d+(?:,\d+)?[acd]\d+(?:,\d+)?\r?\n[<>] /m },
  { name: 'ed script', sign: /^\d+(?:,\d+)?[acd]\r?$/m },
];

function named(form: string, result: Result): Outcome {
  if (result.kind === 'applied') return { kind: 'wrong', what: `a ${form} was applied` };
  const said = result.faults.find(({ code }) => code === 'unknown_format')?.message ?? result.codes.join();
  if (!said.includes(form)) return { kind: 'wrong', what: `a ${form} was refused without its name: ${said}` };
  return { kind: 'another tool', rule: `${form}s, refused by name` };
}

function asks(...flags: readonly string[]): (run: PatchRun) => boolean {
  return ({ args }) => flags.some((flag) => args.includes(flag));
}

/** What is refused although patch accepts it. */
const REFUSED: readonly Rule<PatchRun>[] = [
  {
    kind: 'another tool',
    rule: 'permissions that no tree of git can have',
    when: (_, said) => /mode 100(?:600|654|710)/.test(said),
  },
  {
    kind: 'another tool',
    rule: '--merge merges, and passes over what is there already',
    when: (run, said) =>
      asks('--merge', '--merge=diff3')(run) &&
      /do not stand in|already stand|may have been applied before/.test(said),
  },
  { kind: 'another tool', rule: '-t turns a patch around by itself', when: asks('-t') },
  {
    kind: 'another tool',
    rule: 'files outside of the tree',
    when: ({ stdout }, said) =>
      /patch-19682-23181|\.\.\/file1/.test(stdout) && /absolute|leads elsewhere/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'links of a file system are followed, where a tree of git has no file',
    when: ({ test }, said) =>
      test === 'symlinks' && /is not a directory|does not exist|is a symbolic link to/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'of two names the one that exists is taken',
    when: ({ stdout }, said) => stdout === 'checking file f\n' && /two different files/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'no input at all is a success, as in git only with --allow-empty',
    when: (_, said) => /The patch is empty/.test(said),
  },
  {
    kind: 'stricter',
    rule: 'links point into the tree',
    when: (_, said) => /the target (?:is absolute|leaves the repository)/.test(said),
  },
  {
    kind: 'another tool',
    rule: 'a partial result: what is left of a rename that was done already',
    when: ({ stdout }) => /already renamed/.test(stdout),
  },
  {
    kind: 'stricter',
    rule: 'what a patch itself has changed it does not delete, since git would keep it',
    when: (_, said) => /is deleted, and line 1 of the patch has already put/.test(said),
  },
  {
    kind: 'stricter',
    rule: 'what changes nothing is no success',
    when: (_, said) => /leaves everything as it is/.test(said),
  },
];

/** What another result than patch's is due to. */
const UNLIKE: readonly Rule<PatchRun>[] = [
  { kind: 'another tool', rule: '-E removes files that become empty', when: asks('-E') },
  { kind: 'another tool', rule: '--posix empties files that are deleted', when: asks('--posix') },
];

/** What is accepted although patch refuses it. */
const ACCEPTED: readonly Rule<PatchRun>[] = [
  {
    kind: 'more generous',
    rule: 'binary content of git is read',
    when: (_, said) => /git binary diffs are not supported/.test(said),
  },
  { kind: 'another tool', rule: '-o reads the old file anew for each section', when: asks('-o') },
  {
    kind: 'more generous',
    rule: 'a time without a zone is no time 0, as in git',
    when: ({ stdout }, said) => said !== '' && /Not deleting file target/.test(stdout),
  },
];
