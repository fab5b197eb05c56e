import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { type Applying, applyToTip } from '../../src/app/apply-change.ts';
import type { Rung } from '../../src/core/change/change.ts';
import type { CommitId, TreeId } from '../../src/core/git.ts';
import type { MergeRule } from '../../src/core/patch/patch.ts';
import type { Fitted } from '../../src/ports/change-engine.ts';
import { makePlace, opened, type Place } from '../adapters/git/world.ts';

const CASES = 100;

/** Three versions of one file: what a diff was made from, what the file is now, and what the diff makes of it. */
interface Versions {
  readonly base: string;
  readonly own: string;
  readonly other: string;
}

async function aWorld(t: TestContext) {
  const place = makePlace(t);
  const open = await opened(t, place);
  const treeOf = (text: string) => {
    const blob = place.gitWith(text, {}, 'hash-object', '-w', '--stdin');
    return place.gitWith(`100644 blob ${blob}\tf.txt\n`, {}, 'mktree');
  };
  // The versions that diffs were made from, each a commit, the newest last.
  const history: string[] = [];
  const commit = (tree: string): string => {
    const parents = history.slice(-1).flatMap((parent) => ['-p', parent]);
    return place.git('commit-tree', '-m', 'a version', ...parents, tree);
  };
  const diff = ({ base, other }: Versions, ...options: string[]) => {
    history.push(commit(treeOf(base)));
    return `${place.git('diff-tree', '-p', ...options, treeOf(base), treeOf(other))}\n`;
  };
  const apply = (own: string, patch: string, merge: MergeRule, loosest: Rung = 'gap'): Promise<Fitted> =>
    applyTo(treeOf(own), patch, { merge, loosest });
  const applyTo = (tree: string, patch: string, rules: Pick<Applying, 'merge' | 'loosest'>) =>
    applyToTip(
      open,
      { commit: commit(tree) as CommitId, tree: tree as TreeId, committedAt: 0 },
      { body: Buffer.from(patch), reading: { format: null }, allowPaths: [], text: 'new', ...rules },
    );
  return { place, treeOf, diff, apply, applyTo };
}

function bytesOf(fitted: Fitted): string | null {
  const after = fitted.kind === 'fits' ? fitted.files[0]?.after : null;
  return after ? Buffer.from(after.bytes).toString() : null;
}

describe('a patch that may be merged three-way', () => {
  const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');
  const BASE = lines('one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine');

  it('is placed by the ladder where it fits, and merged only where it does not and it was asked for', async (t) => {
    const { diff, apply } = await aWorld(t);
    const other = BASE.replace('five', 'FIVE');
    const near = await apply(`first\n${BASE}`, diff({ base: BASE, own: '', other }), 'three-way');
    assert.deepEqual(near.kind === 'fits' && near.fits.map(({ fit }) => fit), ['exact']);
    const own = BASE.replace(/two|three|seven|eight/g, (word) => `${word}, and more`);
    const patch = diff({ base: BASE, own, other });
    assert.equal((await apply(own, patch, 'never')).kind, 'faulty');
    const merged = await apply(own, patch, 'three-way');
    assert.deepEqual(merged.kind === 'fits' && merged.fits, [{ path: 'f.txt', fit: 'three-way' }]);
    assert.equal(bytesOf(merged), own.replace('five', 'FIVE'));
  });

  it('knows the version by the shortest id that git gives, and by a full one', async (t) => {
    const { diff, apply } = await aWorld(t);
    const own = BASE.replace(/two|three|seven|eight/g, (word) => `${word}, and more`);
    for (const option of ['--abbrev=4', '--full-index']) {
      const patch = diff({ base: BASE, own, other: BASE.replace('five', 'FIVE') }, option);
      assert.equal((await apply(own, patch, 'three-way')).kind, 'fits', patch);
    }
  });

  it('is refused where both sides changed a place, with the lines of both and without a marker anywhere', async (t) => {
    const { diff, apply } = await aWorld(t);
    const own = `first\n${BASE.replace('five', 'cinq').replace('six', 'sechs')}`;
    const refused = await apply(
      own,
      diff({ base: BASE, own, other: BASE.replace('five', 'FIVE') }),
      'three-way',
    );
    assert.ok(refused.kind === 'faulty');
    const [fault, ...more] = refused.faults;
    assert.deepEqual([fault?.code, fault?.hunk, more.length], ['merge_conflict', 1, 0]);
    assert.match(fault?.message ?? '', /lines 5-6 of blob [0-9a-f]+, .*: lines 6-7\.$/);
    assert.deepEqual(fault?.closest, {
      firstLine: 6,
      lines: ['cinq', 'sechs'],
      diff: ['-five', '-six', '+cinq', '+sechs'],
    });
    assert.doesNotMatch(JSON.stringify(refused), /<<<<<<<|>>>>>>>/);
  });

  it('that landed already changes nothing, and of one that landed in part the rest is made', async (t) => {
    const { diff, apply } = await aWorld(t);
    const other = BASE.replace('two', 'TWO').replace('eight', 'EIGHT');
    const patch = diff({ base: BASE, own: '', other }, '-U1');
    const again = await apply(other.replace('five', 'FIVE'), patch, 'three-way');
    assert.deepEqual(again.kind === 'faulty' && again.faults.map(({ code }) => code), ['changes_nothing']);
    const part = BASE.replace('two', 'TWO');
    assert.equal(bytesOf(await apply(part, patch, 'three-way')), other);
  });

  it('says why it was not merged: no version named, one that is not there, one that it does not fit', async (t) => {
    const { diff, apply } = await aWorld(t);
    const own = BASE.replace(/two|three|seven|eight/g, (word) => `${word}, and more`);
    const patch = diff({ base: BASE, own, other: BASE.replace('five', 'FIVE') });
    const whys = [
      [patch.replace(/^index .*\n/m, ''), /does not say which blob/],
      [
        patch.replace(/^index \w+/m, 'index 1234567'),
        /no blob 1234567, or more than one, ever was this file on the branch/,
      ],
      [patch.replace('-five', '-fife'), /do not fit blob \w+ either/],
    ] as const;
    for (const [text, why] of whys) {
      const refused = await apply(own, text, 'three-way');
      assert.ok(refused.kind === 'faulty');
      assert.equal(refused.faults[0]?.code, 'hunk_not_found');
      assert.match(refused.faults[0]?.message ?? '', why);
    }
  });

  it('is never merged with a blob that was not this file: what else a repository holds is not for every author', async (t) => {
    const { place, apply } = await aWorld(t);
    const secret = place.gitWith('first\n\nkey = 1\n', {}, 'hash-object', '-w', '--stdin');
    const patch = `diff --git a/f.txt b/f.txt\nindex ${secret.slice(0, 7)}..1111111 100644\n--- a/f.txt\n+++ b/f.txt\n@@ -2 +2 @@\n-\n+x\n`;
    const refused = await apply('other\nlines\n', patch, 'three-way');
    assert.ok(refused.kind === 'faulty');
    assert.match(refused.faults[0]?.message ?? '', /ever was this file on the branch/);
    assert.doesNotMatch(JSON.stringify(refused), /key = 1/);
  });

  it('is not merged where a rung beyond the cap of policy would place it, and is where no rung would', async (t) => {
    const { diff, apply } = await aWorld(t);
    const patch = diff({ base: BASE, own: '', other: BASE.replace('five', 'FIVE') });
    const near = BASE.replace('three', 'three  ');
    for (const merge of ['never', 'three-way'] as const) {
      const capped = await apply(near, patch, merge, 'line-ends');
      assert.deepEqual(capped.kind === 'faulty' && capped.faults.map(({ code }) => code), ['rung_capped']);
    }
    const fits = async (own: string, loosest: Rung) => {
      const fitted = await apply(own, patch, 'three-way', loosest);
      return fitted.kind === 'fits' && fitted.fits.map(({ fit }) => fit);
    };
    assert.deepEqual(await fits(near, 'trailing-space'), ['trailing-space']);
    const far = BASE.replace(/two|three|seven|eight/g, (word) => `${word}, and more`);
    assert.deepEqual(await fits(far, 'exact'), ['three-way']);
  });

  it('tells no fit of a file that it leaves as it is, and notes that it has this already', async (t) => {
    const { place, diff, applyTo } = await aWorld(t);
    const other = BASE.replace('five', 'FIVE');
    const patch = diff({ base: BASE, own: '', other });
    const blob = (text: string) => place.gitWith(text, {}, 'hash-object', '-w', '--stdin');
    const both = `100644 blob ${blob(other)}\tf.txt\n100644 blob ${blob('old\n')}\tg.txt\n`;
    const tree = place.gitWith(both, {}, 'mktree');
    const two = `${patch}--- a/g.txt\n+++ b/g.txt\n@@ -1 +1 @@\n-old\n+new\n`;
    const fitted = await applyTo(tree, two, { merge: 'three-way', loosest: 'gap' });
    assert.ok(fitted.kind === 'fits', JSON.stringify(fitted));
    assert.deepEqual(
      [fitted.files.map(({ path }) => path), fitted.fits],
      [['g.txt'], [{ path: 'g.txt', fit: 'exact' }]],
    );
    assert.ok(fitted.notes.includes('f.txt has this already'), fitted.notes.join('\n'));
  });

  it('is held to all rules of what a patch may bring, merged or not', async (t) => {
    const { diff, apply } = await aWorld(t);
    const own = BASE.replace(/two|three|seven|eight/g, (word) => `${word}, and more`);
    const hidden = BASE.replace('five', 'if (admin\u202e) five');
    const refused = await apply(own, diff({ base: BASE, own, other: hidden }), 'three-way');
    assert.deepEqual(refused.kind === 'faulty' && refused.faults.map(({ code }) => code), ['text_hidden']);
  });

  it(`gives what git apply --3way gives, or refuses, on ${CASES} random histories of one file`, async (t) => {
    const world = await aWorld(t);
    const tally = new Map<string, number>();
    for (let seed = 1; seed <= CASES; seed++) {
      const versions = randomVersions(seed);
      const patch = world.diff(versions);
      if (patch.trim() === '') continue;
      const byGit = mergedByGit(world.place, world.treeOf(versions.own), patch);
      const ours = await world.apply(versions.own, patch, 'three-way');
      const outcome = compared(ours, byGit, versions);
      assert.doesNotMatch(outcome, /wrong/, `seed ${seed}: ${outcome}\n${patch}\nown:\n${versions.own}`);
      tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
    }
    t.diagnostic([...tally].map(([outcome, count]) => `${outcome}: ${count}`).join(', '));
    for (const outcome of ['merged', 'conflict, told by hunk'])
      assert.ok((tally.get(outcome) ?? 0) > CASES / 20, `${outcome}: ${tally.get(outcome)}`);
  });
});

/** What became of a patch here, beside what git made of it. */
function compared(ours: Fitted, byGit: string | null, { own }: Versions): string {
  if (ours.kind === 'faulty') return refusedBeside(ours, byGit, own);
  const merged = ours.fits.some(({ fit }) => fit === 'three-way');
  if (byGit === null) return merged ? 'wrong: merged where git conflicts' : 'placed where git conflicts';
  if (bytesOf(ours) !== byGit) return 'wrong: other bytes';
  return merged ? 'merged' : 'placed';
}

function refusedBeside({ faults }: Fitted & { kind: 'faulty' }, byGit: string | null, own: string): string {
  const codes = new Set(faults.map(({ code }) => code));
  if (codes.has('changes_nothing')) return byGit === own ? 'nothing to change' : 'wrong: not nothing';
  if (byGit !== null) return 'refused';
  if (!codes.has('merge_conflict')) return 'wrong: git conflicts, and the merge is not told';
  return faults.some(({ hunk }) => hunk !== null) ? 'conflict, told by hunk' : 'conflict';
}

/** What `git apply --3way` makes of the file; null where it conflicts or refuses. */
function mergedByGit(place: Place, tree: string, patch: string): string | null {
  const index = { GIT_INDEX_FILE: `${place.root}/index` };
  place.gitWith('', index, 'read-tree', tree);
  try {
    place.gitWith(patch, index, 'apply', '--3way', '--cached', '--whitespace=nowarn');
    return `${place.gitWith('', index, 'cat-file', 'blob', ':f.txt')}\n`;
  } catch {
    return null;
  }
}

/** Two independent lines of small edits on one text, in which some lines repeat. */
function randomVersions(seed: number): Versions {
  const random = randomFrom(seed);
  const word = () => (random(4) === 0 ? `}${' '.repeat(random(2))}x` : `line ${random(60)}`);
  const base = Array.from({ length: 8 + random(30) }, word);
  const edited = (times: number) => {
    const lines = [...base];
    for (let at = 0; at < times; at++) {
      const where = random(lines.length);
      const cut = random(3);
      lines.splice(where, cut, ...Array.from({ length: random(3) }, word));
    }
    return `${[...lines, 'end'].join('\n')}\n`;
  };
  return {
    base: `${[...base, 'end'].join('\n')}\n`,
    own: edited(1 + random(5)),
    other: edited(1 + random(3)),
  };
}

/** Park and Miller's generator: the same numbers for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed * 7_919 + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
