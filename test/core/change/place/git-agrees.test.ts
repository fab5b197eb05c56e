import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { SEED, sample } from '../arbitrary.ts';
import { madeHunks, unified } from '../make-diff.ts';
import { run } from '../world.ts';

const directory = mkdtempSync(join(tmpdir(), 'ghost-agrees-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const FILE = join(directory, 'f');

/** What `git apply` makes of a file outside of any repository; null when it refuses. */
function applied(file: string, patch: string): string | null {
  writeFileSync(FILE, file, 'latin1');
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: tmpdir(),
  };
  const args = ['apply', '--whitespace=nowarn', '-'];
  const ended = spawnSync('git', args, { cwd: directory, env, input: Buffer.from(patch, 'latin1') });
  return ended.status === 0 ? readFileSync(FILE, 'latin1') : null;
}

/** The file as somebody else has changed it since, its old side maybe shuffled. */
const DRIFT = fc.record({
  other: sample({ repeats: true }),
  where: fc.constantFrom('none', 'above', 'below', 'both', 'between'),
  lost: fc.nat(4),
});

type Drift = typeof DRIFT extends fc.Arbitrary<infer T> ? T : never;

function drifted(lines: readonly string[], { other, where }: Drift): string[] {
  const extra = other.lines.map((line) => line.replace(/\r?\n?$/, '\n'));
  switch (where) {
    case 'above':
      return [...extra, ...lines];
    case 'below':
      return [...lines.slice(0, -1), ...lines.slice(-1).map((line) => line.replace(/\n?$/, '\n')), ...extra];
    case 'both':
      return [...extra, ...lines.map((line) => line.replace(/\n?$/, '\n')), ...lines];
    case 'between':
      return [...lines.slice(0, 4), ...extra, ...lines.slice(4)];
    default:
      return [...lines];
  }
}

test(`where git apply takes a diff for a file that has changed since, the bytes are the same or it is refused (seed ${SEED})`, (t) => {
  const seen = {
    'git takes, ghost takes': 0,
    'git takes, ghost refuses': 0,
    'git refuses, ghost takes': 0,
    'git refuses, ghost refuses': 0,
  };
  const check = fc.property(
    fc.boolean().chain((repeats) => sample({ repeats })),
    DRIFT,
    fc.integer({ min: 1, max: 3 }),
    ({ lines, stretches }, drift, context) => {
      const all = madeHunks(lines, stretches, context);
      // One hunk taken out leaves headers whose two starts tell different stories.
      const hunks = all.length > 1 ? all.filter((_, at) => at !== drift.lost) : all;
      const patch = unified('f', hunks);
      // git takes a line that ends the file for one in the middle of it, and glues the next one to it.
      fc.pre(drift.where === 'none' || !/^\\ /m.test(patch));
      const file = drifted(lines, drift).join('');
      const git = applied(file, patch);
      const result = run({ f: file }, patch);
      const ghost = result.kind === 'applied' ? result.tree.f : null;
      if (git !== null && ghost !== null) assert.equal(ghost, git, patch);
      seen[
        `${git === null ? 'git refuses' : 'git takes'}, ${ghost === null ? 'ghost refuses' : 'ghost takes'}`
      ]++;
    },
  );
  fc.assert(check, { seed: SEED, numRuns: 300 });
  t.diagnostic(JSON.stringify(seen));
  assert.ok(seen['git takes, ghost takes'] > 80, JSON.stringify(seen));
});

test('what only the order of hunks decides is refused where git apply goes by the nearest line instead', () => {
  const file = 'x\na\nx\ny\ny\nb\ny\ny\nx\na\nx\n';
  const hunks = (starts: readonly [number, number]) =>
    `--- a/f\n+++ b/f\n@@ -${starts[0]},3 +${starts[0]},3 @@\n x\n-a\n+A\n x\n@@ -${starts[1]},3 +${starts[1]},3 @@\n y\n-b\n+B\n y\n`;
  const far = hunks([8, 12]);
  assert.equal(applied(file, far), 'x\na\nx\ny\ny\nB\ny\ny\nx\nA\nx\n');
  const result = run({ f: file }, far);
  assert.deepEqual(result.kind === 'refused' && result.codes, ['hunk_ambiguous']);
  const near = hunks([2, 6]);
  const placed = run({ f: file }, near);
  assert.deepEqual(placed.kind === 'applied' && placed.tree, { f: applied(file, near) });
});
