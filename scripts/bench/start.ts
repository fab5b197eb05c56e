import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../test/world/git.ts';
import { installationSettings } from '../../test/world/installation.ts';
import { type BenchReport, median, quantile, type Tell } from './figure.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BARE = join(import.meta.dirname, 'bare-process.ts');
const ROUNDS = 9;
const BAR = 1.5;

/** What `ghost up` runs: itself, and its children. */
const SUPERVISOR = ['cli', 'up'];
const CHILDREN = ['relay', 'runner', 'gateway', 'health', 'resources'];

/** From nothing to all services ready, against as many processes that only import the same and do nothing. */
export async function benchStart(tell: Tell): Promise<BenchReport> {
  const home = temporaryFolder('bench');
  try {
    tell('start: the first start, with its demo');
    await upUntil(home, 'demo');
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      tell(`start: round ${round} of ${ROUNDS}`);
      const first = round % 2 === 0 ? await upUntil(home, 'up') : null;
      bare.push(await bareProcesses());
      ours.push(first ?? (await upUntil(home, 'up')));
    }
    return reportOf(ours, bare);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Milliseconds until `ghost up` tells of `event`; it is ended in the orderly way afterwards. */
async function upUntil(home: string, event: string): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'ghost'), 'up', '--json'], {
    env: { PATH: process.env.PATH ?? '', ...installationSettings(home) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    for await (const line of createInterface(child.stdout))
      if (JSON.parse(line).kind === event) return performance.now() - began;
    throw new Error(`ghost up ended before it told of ${event}`);
  } finally {
    child.stdout.resume();
    child.kill('SIGTERM');
    await ended;
  }
}

/** Milliseconds until as many processes, all started at once, have imported what ours import. */
async function bareProcesses(): Promise<number> {
  const began = performance.now();
  const processes = [SUPERVISOR, ...CHILDREN.map((name) => [name])].map(bareProcess);
  await Promise.all(processes.map((child) => once(child, 'message')));
  const took = performance.now() - began;
  await Promise.all(
    processes.map((child) => {
      const ended = once(child, 'exit');
      child.disconnect();
      return ended;
    }),
  );
  return took;
}

/** From `dist` where the product runs from there, else from `src`. */
function bareProcess(entries: readonly string[]): ChildProcess {
  const isBuilt = existsSync(join(ROOT, 'dist', 'main', 'cli.js'));
  const files = entries.map((name) =>
    isBuilt ? join(ROOT, 'dist', 'main', `${name}.js`) : join(ROOT, 'src', 'main', `${name}.ts`),
  );
  return spawn(process.execPath, [BARE, ...files], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

function reportOf(ours: readonly number[], bare: readonly number[]): BenchReport {
  const processes = CHILDREN.length + 1;
  return {
    figures: [
      {
        name: 'ghost up, until every process is ready',
        unit: 'ms',
        got: median(ours),
        control: {
          name: `${processes} processes that only import the same, all at once`,
          value: median(bare),
        },
        bar: { kind: 'at most', ratio: BAR },
        note: `medians of ${ROUNDS} rounds in turn; minima ${quantile(ours, 0).toFixed(0)} and ${quantile(bare, 0).toFixed(0)}`,
      },
    ],
    details: [],
  };
}
