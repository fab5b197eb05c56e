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
/** Before that a gateway spends as much on compiling itself as on its answers. */
const WARM_UP = 5_000;
const ROUNDS = 5;
const ALONE_BAR = 3;
const INSERTS_BAR = 0.5;
const LOAD = join(import.meta.dirname, 'load.ts');

/**
 * Receipts a second over HTTP, each for a durable patch, against
 * - the same gateway that stores every patch alone;
 * - batched inserts: the same rows into the same schema, as many a transaction as there are connections, with nobody who
 *   asks or is answered. The bar on batched inserts is held here, since its words speak of no server, though the one
 *   process that inserts shares the machine with no other, and who asks for receipts shares it with who gives them;
 * - batched inserts behind the least of a server, asked in the same way: what of that is HTTP. Without a bar.
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
  const beside = (name: string, other: readonly number[], ratio: number | null): Figure => ({
    ...{ name: `receipts over HTTP, ${CONNECTIONS} connections`, unit: 'per s' },
    got: median(rates('ours')),
    control: { name, value: median(other) },
    bar: ratio === null ? null : { kind: 'at least', ratio },
    note: `medians of ${ROUNDS} rounds of ${RECEIPTS} in turn; ${range(rates('ours'))} and ${range(other)}`,
  });
  const figures = [
    beside('each in a transaction of its own', rates('control'), ALONE_BAR),
    beside(`batched inserts of the same rows, ${CONNECTIONS} a transaction`, inserted, INSERTS_BAR),
    beside('batched inserts behind a bare HTTP server', rates('bare'), null),
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
    ],
  };
}

function rateOf({ receipts, elapsedMs }: LoadReport): number {
  return (receipts / elapsedMs) * 1000;
}

function range(values: readonly number[]): string {
  return `${quantile(values, 0).toFixed(0)} to ${quantile(values, 1).toFixed(0)}`;
}
