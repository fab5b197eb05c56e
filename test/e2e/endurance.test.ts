import assert from 'node:assert/strict';
import { it } from 'node:test';
import { endure } from '../../scripts/soak/endurance/endure.ts';
import { asText } from '../../scripts/soak/endurance/report.ts';

/** A sample; `npm run soak -- --kills` runs for as long as one likes. */
const SAMPLE = { patches: 80, workspaces: 4, runners: 2, gateways: 2, leaseTtlMs: 1_500, killEveryMs: 700 };
const SEED = 20_262;

it(`an installation whose processes are killed and stopped at random (seed ${SEED}) loses nothing and does nothing twice`, async (t) => {
  const report = await endure({
    ...SAMPLE,
    seed: SEED,
    tell: () => undefined,
    signal: t.signal,
    onStarted: (fleet) => t.after(() => fleet.kill()),
  });
  t.diagnostic(asText(report));
  assert.deepEqual(report.violations, []);
  // Of one that was killed while it beat for the first time, no heartbeat leads to the file that it was writing.
  assert.deepEqual(
    report.litter.filter((what) => !what.endsWith('.tmp')),
    [],
  );
  const { accepted, landed, rejected, failed, cancelled } = report.course;
  assert.equal(report.authors.acknowledged, SAMPLE.patches);
  assert.equal(accepted, SAMPLE.patches);
  assert.equal(landed + rejected + failed + cancelled, accepted);
  const acts = Object.values(report.kills).reduce((sum, count) => sum + count, 0);
  assert.ok(acts > 0, 'nobody was killed');
});
