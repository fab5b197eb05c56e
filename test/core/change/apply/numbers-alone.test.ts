import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyChange, pathsOf } from '../../../../src/core/change/apply/apply.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { scratch } from '../git.ts';
import { snapshotOf, type Tree } from '../world.ts';

const BEFORE = 'a\nb\nc\nd\n';
const AFTER = 'a\nb\nnew\nc\nd\n';

/** What a diff without context comes to in a file that git stores as `blob`. */
function applied(patch: string, tree: Tree, blob: string): string {
  const parsed = parseChange(Buffer.from(patch), { format: null });
  if (parsed.kind === 'faulty') return parsed.faults.map(({ code }) => code).join();
  const snapshot = new Map(
    [...snapshotOf(tree, pathsOf(parsed.change))].map(([path, standing]) => [
      path,
      standing.kind === 'file' ? { ...standing, blob: blob as typeof standing.blob } : standing,
    ]),
  );
  const result = applyChange(parsed.change, snapshot, { allowPaths: [] });
  if (result.kind === 'faulty') return result.faults.map(({ code }) => code).join();
  return Buffer.from(result.files[0]?.after?.bytes ?? []).toString();
}

test('lines without context are believed where the file is still the one that the diff was made from', (t) => {
  const git = scratch();
  t.after(git.remove);
  const patch = git.diff(git.write({ f: BEFORE }), git.write({ f: AFTER }), ['-U0']);
  const blob = /^index ([0-9a-f]+)\.\./m.exec(patch)?.[1] ?? '';
  assert.match(blob, /^[0-9a-f]{7,}$/);
  assert.equal(applied(patch, { f: BEFORE }, blob.padEnd(40, '0')), AFTER);
  assert.equal(applied(patch, { f: `moved\n${BEFORE}` }, 'f'.repeat(40)), 'hunk_ambiguous');
});
