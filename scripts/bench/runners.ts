import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import { creating } from '../../test/world/diffs.ts';
import { aBareRepository, temporaryFolder } from '../../test/world/git.ts';
import {
  type Installation,
  installationSettings,
  openInstallationFor,
} from '../../test/world/installation.ts';
import { type Child, eventually, startProcess } from '../../test/world/processes.ts';
import { stopped } from '../../test/world/service.ts';
import type { BenchReport, Tell } from './figure.ts';

const WORKSPACES = 30;
const RUNNERS = 3;
const PATCHES_EACH = 2;
/** A check waits, as one that is run elsewhere would, and takes no processor: runners share those of this machine. */
const CHECK_S = 1;
/** Executions that are not counted, of each runner: its first ones cost more. */
const WARM_UP = 2;
const COUNTED_OF_ONE = 10;
const COUNTED_OF_ALL = 36;
const LIMIT_MS = 240_000;

/** Landings a second of one runner with one slot over thirty workspaces, and then of three that share them. */
export async function benchRunners(tell: Tell): Promise<BenchReport> {
  const home = temporaryFolder('bench');
  const settings = { ...installationSettings(home), GHOST_LEASE_TTL: '15s', GHOST_SLOTS: '1' };
  const installation = await openInstallationFor(settings);
  const repositories = Array.from({ length: WORKSPACES }, () => aBareRepository());
  const children: Child[] = [];
  const startRunner = async () => {
    const child = startProcess('src/main/runner.ts', settings);
    children.push(child);
    await child.ready;
  };
  try {
    tell(`runners: ${WORKSPACES} workspaces with ${PATCHES_EACH} patches each`);
    await fill(installation, repositories);
    tell('runners: one runner');
    await startRunner();
    const one = await rateOf(installation, { after: WARM_UP, counted: COUNTED_OF_ONE });
    tell(`runners: ${RUNNERS} runners`);
    for (let more = 1; more < RUNNERS; more += 1) await startRunner();
    const landed = (await landings(installation)).length;
    const all = await rateOf(installation, { after: landed + RUNNERS * WARM_UP, counted: COUNTED_OF_ALL });
    return reportOf(one, all, await executedBy(installation));
  } finally {
    await Promise.all(children.map(stopped));
    await installation.close();
    for (const folder of [home, ...repositories.map((repository) => dirname(repository))])
      rmSync(folder, { recursive: true, force: true });
  }
}

async function fill({ needs }: Installation, repositories: readonly string[]): Promise<void> {
  for (const [index, repo] of repositories.entries()) {
    const name = `line-${index + 1}`;
    const checks = [{ name: 'waits', run: `test -d . && sleep ${CHECK_S}` }];
    await addWorkspace(needs, { name, repo, branch: 'main', checks, actor: 'bench', adopt: false });
  }
  for (let patch = 1; patch <= PATCHES_EACH; patch += 1)
    for (const index of repositories.keys())
      await submitPatch(needs, {
        ...{ workspace: `line-${index + 1}`, body: Buffer.from(creating(`${patch}.txt`)), format: null },
        ...{ title: null, author: 'bench', origin: 'http', idempotencyKey: null, force: true },
      });
}

/** Landings a second, from one landing to another one. */
async function rateOf(
  installation: Installation,
  { after, counted }: { readonly after: number; readonly counted: number },
): Promise<number> {
  const times = await eventually(
    `${after + counted} have landed`,
    async () => {
      const landed = await landings(installation);
      return landed.length >= after + counted ? landed : null;
    },
    LIMIT_MS,
  );
  const [from, to] = [times[after - 1], times[after + counted - 1]];
  return (counted * 1_000) / ((to ?? Number.NaN) - (from ?? Number.NaN));
}

/** When each landing was recorded, by the ledger's clock. */
async function landings({ needs }: Installation): Promise<readonly number[]> {
  const events = await needs.outbox.after(0, 100_000);
  return events.filter(({ type }) => type === 'patch.landed').map(({ at }) => at);
}

async function executedBy({ needs }: Installation): Promise<readonly (readonly [string, string])[]> {
  const events = await needs.outbox.after(0, 100_000);
  const counts = Map.groupBy(
    events.filter(({ type }) => type === 'patch.landed'),
    ({ actor }) => actor,
  );
  return [...counts.values()].map((landed, index) => [`runner ${index + 1}`, `${landed.length} landings`]);
}

function reportOf(one: number, all: number, rows: readonly (readonly [string, string])[]): BenchReport {
  return {
    figures: [
      {
        name: `${RUNNERS} runners with one slot each over ${WORKSPACES} workspaces, checks that wait ${CHECK_S} s`,
        unit: 'per s',
        got: all,
        control: { name: 'one of them alone', value: one },
        bar: { kind: 'at least', ratio: 2.5 },
        note: `${COUNTED_OF_ALL} landings of all after ${COUNTED_OF_ONE} of one, of the same queue`,
      },
    ],
    details: [{ name: 'who landed how many, warm-up included', rows }],
  };
}
