import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { SEED } from '../arbitrary.ts';
import { type History, history } from '../history.ts';
import { run } from '../world.ts';
import { pairOfTrees } from './trees.ts';

const git: History = history();
after(() => git.remove());

/** How a diff is asked for, and what `git apply` then has to be told. */
const DIFFS: readonly { readonly diff: readonly string[]; readonly apply?: readonly string[] }[] = [
  { diff: ['diff-tree', '-p', '--binary', '--no-renames'] },
  { diff: ['diff-tree', '-p', '--binary', '-M'] },
  { diff: ['diff-tree', '-p', '--binary', '-C', '-C', '--minimal'] },
  { diff: ['diff-tree', '-p', '--binary', '-B20%/60%', '-M'] },
  { diff: ['diff-tree', '-p', '--binary', '-M', '-U1'] },
  { diff: ['diff-tree', '-p', '--binary', '-M', '-W', '--patience'] },
  { diff: ['diff-tree', '-p', '--binary', '-M', '--no-prefix'], apply: ['-p0'] },
  { diff: ['diff-tree', '-p', '--binary', '-M', '--src-prefix=before/', '--dst-prefix=after/'] },
  { diff: ['diff-tree', '-p', '--full-index', '-M'] },
  { diff: ['format-patch', '--stdout', '--binary'] },
  { diff: ['format-patch', '--stdout', '--binary', '--attach'] },
  { diff: ['format-patch', '--stdout', '--binary', '--inline', '-C'] },
  { diff: ['format-patch', '--stdout', '--binary', '-k', '--no-stat', '--zero-commit'] },
];

/** What is refused here on purpose although git takes it, by what the fault says. */
const STRICTER: Readonly<Record<string, RegExp>> = {
  'a prefix or a folder': /whether [ab]\/ is a prefix or a folder/,
  "git has the content in its store, the patch hasn't": /binary file differs, without its content/,
};

test(`where git apply takes git's own diff, the tree is the same (seed ${SEED})`, (t) => {
  const seen = new Map<string, number>();
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  const property = fc.property(pairOfTrees(), fc.constantFrom(...DIFFS), ({ from, to }, { diff, apply }) => {
    const [base, tip] = git.commits(from, to);
    const patch = git.diff(base, tip, diff);
    const byGit = patch === '' ? null : git.apply(base, patch, apply);
    if (byGit === null) return count('git refuses');
    const result = run(from, patch);
    if (result.kind === 'refused') {
      const said = result.faults.map(({ message }) => message).join('\n');
      const rule = Object.entries(STRICTER).find(([, fault]) => fault.test(said))?.[0];
      assert.ok(rule !== undefined, `${diff.join(' ')}\n${said}\n${patch}`);
      return count(`stricter: ${rule}`);
    }
    assert.equal(git.treeOf(result.tree), byGit, `${diff.join(' ')}\n${patch}`);
    assert.deepEqual(new Set([...result.rungs, 'exact']), new Set(['exact']));
    return count(diff[0] === 'format-patch' ? 'the same, as a mail' : 'the same');
  });
  fc.assert(property, { seed: SEED, numRuns: 150, interruptAfterTimeLimit: 120_000 });
  for (const [what, times] of seen) t.diagnostic(`${times} ${what}`);
  assert.ok((seen.get('the same') ?? 0) > 50 && (seen.get('the same, as a mail') ?? 0) > 20);
});
