import assert from 'node:assert/strict';
import { it } from 'node:test';
import { creating } from '../diffs.ts';
import { lineFor } from '../line.ts';
import type { LineHistory } from './line-history.ts';
import { readLineHistory } from './read-line-history.ts';
import { violationsIn } from './violations.ts';

type Leaf = readonly (string | number)[];

function* leavesOf(value: unknown, at: Leaf = []): Generator<Leaf> {
  if (value === null || typeof value !== 'object') yield at;
  else for (const [name, member] of Object.entries(value)) yield* leavesOf(member, [...at, name]);
}

function withOther(value: unknown, [name, ...rest]: Leaf): unknown {
  if (name === undefined) return typeof value === 'number' ? value + 1 : `${value}x`;
  const members = value as Record<string | number, unknown>;
  const changed = { ...members, [name]: withOther(members[name], rest) };
  return Array.isArray(value) ? Object.values(changed) : changed;
}

/** Dates of commits are nobody's promise, and the first commit is not Ghost's. */
const FREE = /^branch\.(\d+\.committedAt|0\.)/;

it('no member of a history can be changed alone without a violation', async (test) => {
  const line = await lineFor(test);
  const { patch } = await line.submit(creating('a.txt'), { idempotencyKey: 'a' });
  await line.next();
  await line.submit(creating('broken'));
  await line.next();
  const history = await readLineHistory(line.needs, 'main', [
    { id: patch.id, key: 'a', digest: patch.digest },
  ]);
  assert.deepEqual(violationsIn(history), []);
  const leaves = [...leavesOf(history)].filter((leaf) => !FREE.test(leaf.join('.')));
  assert.ok(leaves.length > 200, `${leaves.length} members`);
  const unseen = leaves.filter((leaf) => violationsIn(withOther(history, leaf) as LineHistory).length === 0);
  assert.deepEqual(
    unseen.map((leaf) => leaf.join('.')),
    [],
  );
});
