import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import type { PatchId } from '../../src/core/patch/id.ts';
import { creating } from '../../test/world/diffs.ts';
import { aBareRepository, temporaryFolder } from '../../test/world/git.ts';
import {
  type Installation,
  installationSettings,
  openInstallationFor,
} from '../../test/world/installation.ts';
import { type Child, eventually, startProcess } from '../../test/world/processes.ts';
import { stopped } from '../../test/world/service.ts';
import { type BenchReport, type Figure, median, quantile, type Tell } from './figure.ts';

/** Shorter than an operator's 15 s, so that what comes on top of the lease weighs more. */
const LEASE_MS = 3_000;
const TRIALS = 9;
const WORKSPACE = 'bench';
/** A holder renews three times in the life of its lease, so that a dead one's has two thirds left at least. */
const BAR = 1.1;

/** How long a line stands after `kill -9` of the runner that holds it, with another runner beside it. */
export async function benchTakeover(tell: Tell): Promise<BenchReport> {
  const home = temporaryFolder('bench');
  const repo = aBareRepository();
  const settings = { ...installationSettings(home), GHOST_LEASE_TTL: `${LEASE_MS}ms` };
  const installation = await openInstallationFor(settings);
  await addWorkspace(installation.needs, {
    ...{ name: WORKSPACE, repo, branch: 'main', checks: [], actor: 'bench', adopt: false },
  });
  const runners = new Map<number, Child>();
  try {
    for (const _ of ['holder', 'successor']) await startRunner(installation, runners);
    const trials: Trial[] = [];
    for (let trial = 0; trial < TRIALS; trial += 1) {
      tell(`takeover: trial ${trial + 1} of ${TRIALS}`);
      trials.push(await killHolder(installation, runners, trial));
      await startRunner(installation, runners);
    }
    return reportOf(trials);
  } finally {
    await Promise.all([...runners.values()].map(stopped));
    await installation.close();
    for (const folder of [home, dirname(repo)]) rmSync(folder, { recursive: true, force: true });
  }
}

async function startRunner(installation: Installation, runners: Map<number, Child>): Promise<void> {
  const child = startProcess('src/main/runner.ts', installation.settings);
  await child.ready;
  if (child.process.pid !== undefined) runners.set(child.process.pid, child);
}

/** Milliseconds from the kill. */
interface Trial {
  readonly leaseTaken: number;
  readonly claimed: number;
}

/** The patch comes right after the kill, long before the lease runs out: it waits for nothing but a new holder. */
async function killHolder(
  { needs }: Installation,
  runners: Map<number, Child>,
  trial: number,
): Promise<Trial> {
  const holder = await eventually('a runner holds the line', async () => {
    const lease = await needs.leaser.find(WORKSPACE);
    // An instance is named after its process: `runner-HOST-PID-xxxx`.
    const pid = Number(lease?.owner?.split('-').at(-2));
    return runners.has(pid) ? pid : null;
  });
  // At another place of the lease's life in each trial, as a death would be.
  await needs.clock.sleep((LEASE_MS / TRIALS) * trial);
  const before = await needs.outbox.newest();
  const child = runners.get(holder);
  runners.delete(holder);
  const killedAt = needs.clock.now();
  child?.process.kill('SIGKILL');
  await child?.ended;
  const { patch } = await submitPatch(needs, {
    ...{ workspace: WORKSPACE, body: Buffer.from(creating(`trial-${trial}.txt`)), format: null, title: null },
    ...{ author: 'bench', origin: 'http', idempotencyKey: null, force: true },
  });
  return eventually('the patch is claimed', () => timesOf({ needs }, { before, killedAt, patch: patch.id }));
}

async function timesOf(
  { needs }: Pick<Installation, 'needs'>,
  { before, killedAt, patch }: { before: number; killedAt: number; patch: PatchId },
): Promise<Trial | null> {
  const events = await needs.outbox.after(before, 100);
  const leaseTaken = events.find(({ type, subject }) => type === 'lease.taken' && subject === WORKSPACE);
  const claimed = events.find(({ type, subject }) => type === 'patch.claimed' && subject === patch);
  return leaseTaken && claimed
    ? { leaseTaken: leaseTaken.at - killedAt, claimed: claimed.at - killedAt }
    : null;
}

function reportOf(trials: readonly Trial[]): BenchReport {
  const claimed = trials.map((trial) => trial.claimed);
  const taken = trials.map((trial) => trial.leaseTaken);
  const beside = { unit: 'ms', control: { name: 'the lease', value: LEASE_MS } } as const;
  const figures: Figure[] = (
    [
      ['median', median(claimed)],
      ['worst', quantile(claimed, 1)],
    ] as const
  ).map(([which, got]) => ({
    ...beside,
    name: `from kill -9 of a holder to its successor's first claim, ${which}`,
    got,
    bar: { kind: 'at most', ratio: BAR },
    note: `${TRIALS} trials, each at another moment of the lease; ${quantile(claimed, 0)} to ${quantile(claimed, 1)} ms`,
  }));
  return {
    figures,
    details: [
      {
        name: 'what a takeover waits for (medians)',
        rows: [
          ['until the lease is taken', `${median(taken)} ms`],
          [
            'from there to the first claim: fence, recovery, tip',
            `${median(trials.map((trial) => trial.claimed - trial.leaseTaken))} ms`,
          ],
        ],
      },
    ],
  };
}
