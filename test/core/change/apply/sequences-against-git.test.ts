import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { scratch } from '../git.ts';
import { run, type Tree } from '../world.ts';

/*
 * Renames, copies, swaps, chains, creations, deletions, type changes and modes as git's own diff tells them, in the order
 * of git, shuffled, and one patch behind another in one text. Where `git apply --cached` accepts, the tree here is the
 * same, or the patch is refused by a rule that is named below.
 */

const SEED = 20_251_124;
const RUNS = 40;

const PATHS = ['a', 'b', 'c', 'd/a', 'd/b', 'e/f/a', 'e/g'];
const body = (name: string, changed: number): string =>
  Array.from({ length: 12 }, (_, at) => `${name} line ${at}${at === changed ? ' changed' : ''}\n`).join('');

const FILE = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('one', 'two', 'three', 'four'), fc.integer({ min: -8, max: 11 }))
      .map(([name, changed]) => body(name, changed)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('one', 'two').map((name) => ({ mode: '100755', text: body(name, -1) })),
  },
  { weight: 1, arbitrary: fc.constantFrom('a', 'c').map((text) => ({ mode: '120000', text })) },
);

/** Without a file below a file: those are taken out, the shorter path stays. */
const TREE: fc.Arbitrary<Tree> = fc
  .dictionary(fc.constantFrom(...PATHS, 'd', 'e/f'), FILE, { minKeys: 1, maxKeys: 6 })
  .map((tree) => {
    const paths = Object.keys(tree);
    const free = paths.filter((path) => !paths.some((above) => path.startsWith(`${above}/`)));
    return Object.fromEntries(free.map((path) => [path, tree[path] ?? '']));
  });

/** Moves and changes of what stands there, so that git has renames to find. */
const STEP = fc.record({
  from: fc.nat(),
  to: fc.constantFrom(...PATHS),
  how: fc.constantFrom('move', 'copy', 'swap', 'drop'),
});

function moved(tree: Tree, steps: readonly { from: number; to: string; how: string }[]): Tree {
  const now: Record<string, Tree[string]> = { ...tree };
  for (const { from, to, how } of steps) {
    const paths = Object.keys(now);
    const path = paths[from % Math.max(1, paths.length)];
    const file = path === undefined ? undefined : now[path];
    const clashes = paths.some((one) => one.startsWith(`${to}/`) || to.startsWith(`${one}/`));
    if (path === undefined || file === undefined || path === to || clashes) continue;
    const other = now[to];
    if (how !== 'copy') delete now[path];
    if (how !== 'drop') now[to] = file;
    if (how === 'swap' && other !== undefined) now[path] = other;
  }
  return now;
}

const git = scratch();
after(() => git.remove());

const DIFFS = [
  ['-M'],
  ['-M', '-C', '--find-copies-harder'],
  ['-B', '-M'],
  ['-B', '-M', '-C', '-D'],
  [],
] as const;

/** By which rules more is refused than by git, and why that is right. */
const RULES: Readonly<Record<string, string>> = {
  malformed:
    'a file is both changed and renamed or deleted, or a section stands twice: one of the two would be lost',
  file_exists:
    'a second file would be put over one that the patch has put, or over a folder that holds something',
  path_blocked: 'a file would stand below another one, which git drops without a word',
  file_missing: 'a file is named that an earlier section has taken away',
  content_differs: 'a deletion shows other content than the file has by then',
  hunk_not_found: 'the lines are not there by then',
  hunk_already_applied: 'the lines are there already',
  hunk_ambiguous: 'the lines stand in several places',
  mode_mismatch: 'the mode is not the one that the section starts from; git only warns',
  changes_nothing: 'everything is as it was in the end',
  path_refused: 'a link would leave the tree',
};

interface Count {
  same: number;
  refused: Map<string, number>;
  bothRefuse: number;
  more: number;
}

const counts: Record<string, Count> = {};

/** `wanted` is the tree that the diff was made to: what is taken here and not by git has to lead there. */
function compare(
  kind: string,
  patch: string,
  { tree, from, wanted }: { readonly tree: Tree; readonly from: string; readonly wanted: string },
): void {
  counts[kind] ??= { same: 0, refused: new Map(), bothRefuse: 0, more: 0 };
  const count = counts[kind];
  const theirs = git.apply(from, patch);
  const ours = run(tree, patch);
  if (theirs === null) {
    if (ours.kind === 'refused') count.bothRefuse++;
    else {
      count.more++;
      assert.equal(git.write(ours.tree), wanted, `another tree than the diff was made to\n${patch}`);
    }
    return;
  }
  if (ours.kind === 'refused') {
    const code = ours.codes[0] ?? '';
    assert.ok(Object.hasOwn(RULES, code), `${code}: ${ours.faults[0]?.message}\n${patch}`);
    count.refused.set(code, (count.refused.get(code) ?? 0) + 1);
    return;
  }
  assert.equal(git.write(ours.tree), theirs, `another tree than git's\n${patch}`);
  count.same++;
}

const sections = (diff: string): string[] => diff.split(/^(?=diff --git )/m).filter((text) => text !== '');

test(`random sequences give git's tree or a named refusal (seed ${SEED})`, (t) => {
  fc.assert(
    fc.property(
      TREE,
      TREE,
      fc.array(STEP, { maxLength: 6 }),
      fc.array(STEP, { maxLength: 3 }),
      fc.constantFrom(...DIFFS),
      fc.infiniteStream(fc.nat()),
      (before, fresh, steps, later, options, dice) => {
        const then = steps.length > 2 ? moved(before, steps) : fresh;
        const from = git.write(before);
        const to = git.write(then);
        const diff = git.diff(from, to, options);
        if (diff === '') return;
        compare(`in git's order`, diff, { tree: before, from, wanted: to });
        const shuffled = sections(diff)
          .map((text) => ({ text, at: dice.next().value }))
          .sort((a, b) => a.at - b.at);
        const mixed = shuffled.map(({ text }) => text).join('');
        compare('shuffled', mixed, { tree: before, from, wanted: to });
        const last = moved(then, later);
        const wanted = git.write(last);
        const second = git.diff(to, wanted, options);
        if (second !== '') compare('two in one text', diff + second, { tree: before, from, wanted });
      },
    ),
    { seed: SEED, numRuns: RUNS },
  );
  for (const [kind, { same, refused, bothRefuse, more }] of Object.entries(counts)) {
    const rules = [...refused].map(([code, times]) => `${code} ${times}`).join(', ') || 'none';
    t.diagnostic(
      `${kind}: same tree ${same}, refused here only: ${rules}; refused by both ${bothRefuse}, by git only ${more}`,
    );
  }
  const own = counts[`in git's order`];
  assert.ok(own !== undefined && own.same > RUNS / 2, 'too few cases say nothing');
  for (const [code, why] of Object.entries(RULES)) t.diagnostic(`${code}: ${why}`);
});
