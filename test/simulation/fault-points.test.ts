import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FAULT_KINDS, kindsAt, POINTS, rulesOf } from './fault-points.ts';
import { runSchedule } from './schedule.ts';

const SEEDS = 150;

/** Asked for in less than one schedule of a hundred: the many schedules of `schedules.test.ts` count them. */
const RARE = new Set<string>([
  'chains.append',
  'ledger.list',
  'ledger.record failed',
  'ledger.record held',
  'ledger.record released',
  'workspaces.pause',
  'history.is-ancestor',
  'refs.is-ancestor',
]);

it('a kind of fault that cannot come at a point has its reason there, and power fails everywhere', () => {
  for (const point of POINTS) {
    const { not } = rulesOf(point);
    for (const kind of FAULT_KINDS) {
      const why = not[kind];
      assert.equal(kindsAt(point).includes(kind), why === undefined, `${kind} at ${point}`);
      if (why !== undefined) assert.ok(why.split(' ').length > 3, `${kind} at ${point}: ${why}`);
    }
    for (const kind of ['kill', 'stop', 'power-loss'] as const) assert.equal(not[kind], undefined, point);
  }
});

it('every point of the table is one that schedules ask for', async () => {
  const asked = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed++)
    await runSchedule({ seed, trace: (line) => asked.add(line.split(' ').slice(3, -1).join(' ')) });
  assert.deepEqual(
    POINTS.filter((point) => !asked.has(point) && !RARE.has(point)),
    [],
  );
});
