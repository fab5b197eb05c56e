import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { campaign } from '../../scripts/store-faults/campaign.ts';
import { faultText, ONE_KILL_OF_EACH } from '../../scripts/store-faults/fault.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import { readConfig } from '../../src/main/config.ts';
import { exportLedgerOf, importLedgerOf } from '../../src/main/copy-ledger.ts';
import { type Installation, installationSettings, openInstallationFor } from '../world/installation.ts';
import { RUNG_MISSING } from '../world/production-rung.ts';

/** A sample; `npm run crash:stores -- --kills` lands 500 patches in 50 workspaces. */
const SAMPLE = { workspaces: 4, course: { kind: 'kills', patches: 16 }, leaseTtlMs: 2_000 } as const;
const SEED = 20_263;

it(`the production rung outlives one kill of each process and server (seed ${SEED}), and its ledger moves to the embedded rung`, {
  skip: RUNG_MISSING,
  timeout: 600_000,
}, async (t) => {
  let isMoved = false;
  const report = await campaign({
    ...SAMPLE,
    seed: SEED,
    tell: () => undefined,
    signal: t.signal,
    onStarted: (fleet) => t.after(() => fleet.kill()),
    onJudged: async (installation, folder) => {
      await assertMoves(installation, folder);
      isMoved = true;
    },
  });
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.violations, []);
  assert.deepEqual(Object.keys(report.faults), ONE_KILL_OF_EACH.map(faultText).toSorted());
  const { accepted, landed, rejected, failed, cancelled } = report.course;
  assert.equal(report.acknowledged, SAMPLE.course.patches);
  assert.equal(accepted, SAMPLE.course.patches);
  assert.equal(landed + rejected + failed + cancelled, accepted);
  assert.ok(isMoved);
});

const quiet = () => undefined;

/** Exported, imported into a home of files, and exported again: every line is what it was, and every workspace as it should be. */
async function assertMoves({ config }: Installation, folder: string): Promise<void> {
  const [taken, given] = [join(folder, 'from-mongodb.jsonl'), join(folder, 'from-sqlite.jsonl')];
  await exportLedgerOf(config, taken, quiet);
  const settings = installationSettings(join(folder, 'embedded'));
  const embedded = readConfig(settings, config.packageRoot);
  for (const one of ['installation', 'keys'])
    cpSync(join(config.home.data, one), join(embedded.home.data, one), { recursive: true });
  await importLedgerOf(embedded, taken, quiet);
  await exportLedgerOf(embedded, given, quiet);
  assert.deepEqual(contentOf(given), contentOf(taken));
  const { needs, close } = await openInstallationFor(settings);
  for (const { name } of await needs.workspaces.list())
    assert.deepEqual((await verifyWorkspace(needs, name)).problems, []);
  await close();
}

/** Without the lines that tell which store it is of, and the digest of all. */
function contentOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(1, -1);
}
