import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runCampaign } from './campaign/campaign.ts';
import { faultCount, NO_FAULTS, sum, type Tally } from './campaign/tally.ts';
import { kindsAt, POINTS } from './fault-points.ts';

const FROM = 1;
const SCHEDULES = 6_000;
const FEWEST_HITS = 10;
/** Some more at a time where chance has met a pair of point and kind too seldom. */
const MORE = 1_000;
const MOST = 10_000;

/** Asked for only where a series of patches is in hand, and no author sends one yet. */
const UNREACHED = new Set<string>(['ledger.list']);

function rarest({ points }: Tally) {
  return POINTS.filter((point) => !UNREACHED.has(point))
    .flatMap((point) =>
      kindsAt(point).map((kind) => ({ point, kind, hits: (points[point] ?? NO_FAULTS)[kind] })),
    )
    .reduce((least, one) => (one.hits < least.hits ? one : least));
}

it('every guarantee holds in all schedules, whatever fails, stops, dies or is lost', async (test) => {
  const startedAt = performance.now();
  let tally = await runCampaign({ from: FROM, count: SCHEDULES });
  while (rarest(tally).hits < FEWEST_HITS && tally.failed === 0 && tally.schedules < MOST)
    tally = sum(tally, await runCampaign({ from: FROM + tally.schedules, count: MORE }));
  const seconds = (performance.now() - startedAt) / 1000;
  const faults = faultCount(tally);
  const { point, kind, hits } = rarest(tally);
  test.diagnostic(
    `${tally.schedules} schedules from seed ${FROM}: ${tally.patches} patches, ${tally.landed} landed, ${faults} faults; ${(tally.schedules / seconds).toFixed(0)} schedules/s, ${(faults / seconds).toFixed(0)} faults/s; the rarest, ${kind} at ${point}, ${hits} times`,
  );
  assert.deepEqual(tally.failures, []);
  assert.ok(tally.schedules >= SCHEDULES);
  assert.ok(hits >= FEWEST_HITS, `${kind} at ${point}: ${hits} times`);
});
