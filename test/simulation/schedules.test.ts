import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runCampaign } from './campaign/campaign.ts';
import { faultCount, NO_FAULTS } from './campaign/tally.ts';
import { kindsAt, POINTS } from './fault-points.ts';

const FROM = 1;
const SCHEDULES = 20_000;
const FEWEST_HITS = 50;

/** Asked for only where a series of patches is in hand, and no author sends one yet. */
const UNREACHED = new Set<string>(['ledger.list']);

it('every guarantee holds in all schedules, whatever fails, stops, dies or is lost', async (test) => {
  const startedAt = performance.now();
  const tally = await runCampaign({ from: FROM, count: SCHEDULES });
  const seconds = (performance.now() - startedAt) / 1000;
  const faults = faultCount(tally);
  test.diagnostic(
    `seeds ${FROM} to ${FROM + SCHEDULES - 1}: ${tally.patches} patches, ${tally.landed} landed, ${faults} faults; ${(tally.schedules / seconds).toFixed(0)} schedules/s, ${(faults / seconds).toFixed(0)} faults/s`,
  );
  assert.deepEqual(tally.failures, []);
  assert.equal(tally.schedules, SCHEDULES);

  const hits = POINTS.filter((point) => !UNREACHED.has(point)).flatMap((point) =>
    kindsAt(point).map((kind) => ({ point, kind, count: (tally.points[point] ?? NO_FAULTS)[kind] })),
  );
  const fewest = hits.reduce((least, one) => (one.count < least.count ? one : least));
  test.diagnostic(
    `${hits.length} pairs of point and kind, the rarest ${fewest.count} times: ${fewest.kind} at ${fewest.point}`,
  );
  assert.deepEqual(
    hits.filter(({ count }) => count < FEWEST_HITS),
    [],
  );
});
