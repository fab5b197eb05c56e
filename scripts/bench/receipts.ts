import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { aBareRepository, temporaryFolder } from '../../test/world/git.ts';
import { installationSettings, openInstallationFor } from '../../test/world/installation.ts';
import { type Child, startProcess } from '../../test/world/processes.ts';
import { authorToken, stopped } from '../../test/world/service.ts';
import { type BenchReport, median, quantile, type Tell } from './figure.ts';
import type { LoadReport } from './load.ts';

const CONNECTIONS = 64;
const RECEIPTS = 3_000;
const WARM_UP = 1_000;
const ROUNDS = 5;
const BAR = 3;
const LOAD = join(import.meta.dirname, 'load.ts');

/** Receipts a second over HTTP, each for a durable patch, against the same gateway that stores every patch alone. */
export async function benchReceipts(tell: Tell): Promise<BenchReport> {
  const ours = await openGateway('src/main/gateway.ts');
  const control = await openGateway('scripts/bench/control-gateway.ts');
  try {
    for (const gateway of [ours, control]) await gateway.load(WARM_UP);
    const rounds: { ours: LoadReport; control: LoadReport }[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      tell(`receipts: round ${round} of ${ROUNDS}`);
      // In turn, so that neither has the better place.
      const first = round % 2 === 0 ? await ours.load(RECEIPTS) : null;
      const theirs = await control.load(RECEIPTS);
      rounds.push({ ours: first ?? (await ours.load(RECEIPTS)), control: theirs });
    }
    return reportOf(rounds);
  } finally {
    await Promise.all([ours.close(), control.close()]);
  }
}

interface Gateway {
  load(receipts: number): Promise<LoadReport>;
  close(): Promise<void>;
}

/** A gateway process in an installation of its own, and a load generator process for each round. */
async function openGateway(module: string): Promise<Gateway> {
  const home = temporaryFolder('bench');
  const repository = aBareRepository();
  const installation = await openInstallationFor(installationSettings(home));
  const gate = { checks: [], actor: 'bench', adopt: false };
  await addWorkspace(installation.needs, { name: 'bench', repo: repository, branch: 'main', ...gate });
  const token = await authorToken(installation);
  await installation.close();
  const child: Child = startProcess(module, installation.settings);
  const { url } = await child.ready;
  let sent = 0;
  return {
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

function reportOf(rounds: readonly { ours: LoadReport; control: LoadReport }[]): BenchReport {
  const rates = (which: 'ours' | 'control') => rounds.map((round) => rateOf(round[which]));
  const latencies = (which: 'ours' | 'control') => rounds.flatMap((round) => round[which].latencies);
  const spread = (which: 'ours' | 'control') =>
    `${quantile(rates(which), 0).toFixed(0)} to ${quantile(rates(which), 1).toFixed(0)}`;
  const percentiles = (which: 'ours' | 'control') =>
    `${median(latencies(which)).toFixed(1)} ms, 99 of 100 within ${quantile(latencies(which), 0.99).toFixed(1)} ms`;
  return {
    figures: [
      {
        name: `receipts over HTTP, ${CONNECTIONS} connections`,
        unit: 'per s',
        got: median(rates('ours')),
        control: { name: 'each in a transaction of its own', value: median(rates('control')) },
        bar: { kind: 'at least', ratio: BAR },
        note: `medians of ${ROUNDS} rounds of ${RECEIPTS} in turn; ${spread('ours')} and ${spread('control')}`,
      },
    ],
    details: [
      {
        name: 'how long a receipt takes under that load',
        rows: [
          ['grouped', percentiles('ours')],
          ['each alone', percentiles('control')],
        ],
      },
    ],
  };
}

function rateOf({ receipts, elapsedMs }: LoadReport): number {
  return (receipts / elapsedMs) * 1000;
}
