import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { aBareRepository, temporaryFolder } from '../../test/world/git.ts';
import { installationSettings, openInstallationFor } from '../../test/world/installation.ts';
import { type Child, startProcess } from '../../test/world/processes.ts';
import { authorToken, stopped } from '../../test/world/service.ts';
import { type BenchReport, type Figure, median, quantile, type Tell } from './figure.ts';
import { openInserts } from './inserts.ts';
import type { LoadReport } from './load.ts';

const CONNECTIONS = 64;
const RECEIPTS = 3_000;
const WARM_UP = 1_000;
const ROUNDS = 5;
const BAR = 3;
/** All that a receipt promises may cost at most as much again as to take the bytes and store them. */
const BARE_BAR = 0.5;
const LOAD = join(import.meta.dirname, 'load.ts');

/**
 * Receipts a second over HTTP, each for a durable patch: against the same gateway that stores every patch alone, and
 * against batched inserts into the same schema with the least of a server before them.
 */
export async function benchReceipts(tell: Tell): Promise<BenchReport> {
  const ours = await openGateway('src/main/gateway.ts');
  const control = await openGateway('scripts/bench/control-gateway.ts');
  const bare = await openGateway('scripts/bench/bare-gateway.ts');
  const floor = await openFloor(ours.ledgerFile);
  try {
    for (const gateway of [ours, control, bare]) await gateway.load(WARM_UP);
    floor.copyNew(CONNECTIONS);
    const rounds: Round[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      tell(`receipts: round ${round} of ${ROUNDS}`);
      // In turn, so that neither has the better place.
      const first = round % 2 === 0 ? await ours.load(RECEIPTS) : null;
      const theirs = await control.load(RECEIPTS);
      const own = first ?? (await ours.load(RECEIPTS));
      const least = await bare.load(RECEIPTS);
      rounds.push({ ours: own, control: theirs, bare: least, inserts: floor.copyNew(CONNECTIONS) });
    }
    return reportOf(rounds);
  } finally {
    floor.close();
    await Promise.all([ours, control, bare].map((gateway) => gateway.close()));
  }
}

interface Round {
  readonly ours: LoadReport;
  readonly control: LoadReport;
  readonly bare: LoadReport;
  readonly inserts: { readonly patches: number; readonly elapsedMs: number };
}

/** An empty ledger of the same schema, into which the rows of `ledgerFile` are copied. */
async function openFloor(ledgerFile: string) {
  const home = temporaryFolder('bench');
  const installation = await openInstallationFor(installationSettings(home));
  const repo = aBareRepository();
  await addWorkspace(installation.needs, { ...{ name: 'bench', repo, branch: 'main' }, ...GATE });
  const inserts = openInserts(ledgerFile, installation.config.home.ledgerFile);
  await installation.close();
  return {
    copyNew: inserts.copyNew,
    close: () => {
      inserts.close();
      for (const folder of [home, join(repo, '..')]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const GATE = { checks: [], actor: 'bench', adopt: false };

interface Gateway {
  readonly ledgerFile: string;
  load(receipts: number): Promise<LoadReport>;
  close(): Promise<void>;
}

/** A gateway process in an installation of its own, and a load generator process for each round. */
async function openGateway(module: string): Promise<Gateway> {
  const home = temporaryFolder('bench');
  const repository = aBareRepository();
  const installation = await openInstallationFor(installationSettings(home));
  await addWorkspace(installation.needs, { name: 'bench', repo: repository, branch: 'main', ...GATE });
  const token = await authorToken(installation);
  await installation.close();
  const child: Child = startProcess(module, installation.settings);
  const { url } = await child.ready;
  let sent = 0;
  return {
    ledgerFile: installation.config.home.ledgerFile,
    load: async (receipts) => {
      const numbers = [sent, receipts, CONNECTIONS].map(String);
      sent += receipts;
      const report = await run([LOAD, String(url), token, ...numbers]);
      if (report.receipts !== receipts) throw new Error(`${report.receipts} receipts of ${receipts}`);
      return report;
    },
    close: async () => {
      await stopped(child);
      for (const folder of [home, join(repository, '..')]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function run(args: readonly string[]): Promise<LoadReport> {
  const limits = { maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, args, limits);
  return JSON.parse(stdout) as LoadReport;
}

function reportOf(rounds: readonly Round[]): BenchReport {
  const rates = (which: 'ours' | 'control' | 'bare') => rounds.map((round) => rateOf(round[which]));
  const inserted = rounds.map(({ inserts }) => (inserts.patches / inserts.elapsedMs) * 1000);
  const latencies = (which: 'ours' | 'control' | 'bare') => rounds.flatMap((round) => round[which].latencies);
  const percentiles = (which: 'ours' | 'control' | 'bare') =>
    `${median(latencies(which)).toFixed(1)} ms, 99 of 100 within ${quantile(latencies(which), 0.99).toFixed(1)} ms`;
  const common = { name: `receipts over HTTP, ${CONNECTIONS} connections`, unit: 'per s' } as const;
  const beside = (other: readonly number[]) =>
    `medians of ${ROUNDS} rounds of ${RECEIPTS} in turn; ${range(rates('ours'))} and ${range(other)}`;
  const figures: Figure[] = [
    {
      ...common,
      got: median(rates('ours')),
      control: { name: 'each in a transaction of its own', value: median(rates('control')) },
      bar: { kind: 'at least', ratio: BAR },
      note: beside(rates('control')),
    },
    {
      ...common,
      got: median(rates('ours')),
      control: { name: 'batched inserts behind a bare HTTP server', value: median(rates('bare')) },
      bar: { kind: 'at least', ratio: BARE_BAR },
      note: beside(rates('bare')),
    },
  ];
  return {
    figures,
    details: [
      {
        name: 'how long a receipt takes under that load',
        rows: [
          ['grouped', percentiles('ours')],
          ['each alone', percentiles('control')],
          ['bare', percentiles('bare')],
        ],
      },
      {
        name: 'for comparison: the same rows copied into another ledger, without HTTP',
        rows: [[`${CONNECTIONS} patches a transaction`, `${median(inserted).toFixed(0)} patches per s`]],
      },
    ],
  };
}

function rateOf({ receipts, elapsedMs }: LoadReport): number {
  return (receipts / elapsedMs) * 1000;
}

function range(values: readonly number[]): string {
  return `${quantile(values, 0).toFixed(0)} to ${quantile(values, 1).toFixed(0)}`;
}
