import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gitRepositories } from '../../src/adapters/git/open.ts';
import { commandSandbox, sandboxOwner } from '../../src/adapters/sandbox/sandbox.ts';
import type { FileChange } from '../../src/core/change/change.ts';
import type { Path, TreeId } from '../../src/core/git.ts';
import type { Checkout, OpenRepository } from '../../src/ports/repository.ts';
import type { Sandbox } from '../../src/ports/sandbox.ts';
import { temporaryFolder } from '../../test/world/git.ts';
import { gitBytes } from '../soak/history.ts';
import { type BenchReport, type Figure, median, quantile, type Tell } from './figure.ts';
import { makeSampleRepository } from './sample-repository.ts';

const FILES = 50_000;
/** What one patch may change. */
const CHANGED = 3;
const WARM_UP = 5;
const ROUNDS = 40;
const WORK_TREES = 2;
/** What isolation may cost a check at level 3, in milliseconds. */
const MOST_EXTRA_MS = 15;
const LARGEST_SHARE = 0.01;

/** What it costs a check to be fenced off, and to be given a tree, beside a bare process and a work tree of git's. */
export async function benchIsolation(tell: Tell): Promise<BenchReport> {
  const folder = temporaryFolder('bench');
  chmodSync(folder, 0o711);
  const sandbox = commandSandbox({ scratch: join(folder, 'sandbox') });
  const { level, description, takes } = await sandbox.isolation();
  tell(`isolation: level ${level}, a repository of ${FILES} files`);
  const sample = makeSampleRepository(folder, FILES);
  const open = await openSample(folder, sample.gitDir);
  try {
    const spawned = await measureSpawns(sandbox, folder);
    const added = workTrees(folder, sample.gitDir);
    const layers = takes === 'layers' ? await measureTrees(open, sandbox, 'layers') : null;
    const copies = await measureTrees(open, sandbox, 'copy');
    const prepared = layers ?? copies;
    return {
      figures: [costFigure(level, spawned), preparationFigure(prepared, added, layers ? 'layers' : 'a copy')],
      details: [
        {
          name: `a check at isolation level ${level}: ${description}`,
          rows: [
            ['a bare process', inMs(spawned.bare)],
            ['in the sandbox, on an empty copy', inMs(spawned.fenced)],
            ...(layers ? ([['in the sandbox, on layers', inMs(layers.runs)]] as const) : []),
            [`in the sandbox, on a copy of ${FILES} files`, inMs(copies.runs)],
            [`making a copy of ${FILES} files`, inMs(copies.preparations)],
            ['git worktree add', inMs(added)],
          ],
        },
      ],
    };
  } finally {
    await open.repository.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Spawned {
  readonly bare: readonly number[];
  readonly fenced: readonly number[];
}

/** In turns, so that what else the machine does meets both alike. */
async function measureSpawns(sandbox: Sandbox, folder: string): Promise<Spawned> {
  const directory = join(folder, 'empty');
  mkdirSync(directory);
  const owner = sandboxOwner();
  if (owner) chownSync(directory, owner.uid, owner.gid);
  const bare: number[] = [];
  const fenced: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const own = await timed(() => runBare(directory));
    const ours = await timed(() => runFenced(sandbox, { path: directory }));
    if (round < 0) continue;
    bare.push(own.tookMs);
    fenced.push(ours.tookMs);
  }
  return { bare, fenced };
}

interface Trees {
  readonly preparations: readonly number[];
  readonly runs: readonly number[];
}

/** Each round another patch on the same base, with a check on it that does nothing. */
async function measureTrees(
  { repository }: OpenRepository,
  sandbox: Sandbox,
  form: 'copy' | 'layers',
): Promise<Trees> {
  const { tree } = await repository.tip();
  const rounds = form === 'copy' ? WORK_TREES : ROUNDS;
  const preparations: number[] = [];
  const runs: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const candidate = await patched(tree, round);
    const { result: checkout, tookMs } = await timed(() => repository.checkout(candidate, form));
    const run = await timed(() => runFenced(sandbox, checkout));
    await checkout.remove();
    if (round < 0) continue;
    preparations.push(tookMs);
    runs.push(run.tookMs);
  }
  return { preparations, runs };

  async function patched(base: TreeId, round: number): Promise<TreeId> {
    const files = Array.from({ length: CHANGED }, (_, nth) => changed(round, nth));
    return repository.buildTree(base, files);
  }
}

function changed(round: number, nth: number): FileChange {
  const bytes = Buffer.from(`export const value = ${round};\n`);
  return { path: `src/part${nth}/added${round}.ts` as Path, before: null, after: { mode: '100644', bytes } };
}

function workTrees(folder: string, gitDir: string): readonly number[] {
  return Array.from({ length: WORK_TREES }, (_, nth) => {
    const path = join(folder, `tree${nth}`);
    const began = performance.now();
    gitBytes(gitDir, ['worktree', 'add', '-q', '--detach', path, 'main']);
    const tookMs = performance.now() - began;
    gitBytes(gitDir, ['worktree', 'remove', '--force', path]);
    return tookMs;
  });
}

async function runBare(cwd: string): Promise<void> {
  const [exitCode] = await once(spawn('/bin/true', [], { cwd, env: {}, stdio: 'ignore' }), 'exit');
  if (exitCode !== 0) throw new Error(`a bare process ended with ${exitCode}`);
}

async function runFenced(
  sandbox: Sandbox,
  { path, layers }: Pick<Checkout, 'path' | 'layers'>,
): Promise<void> {
  const command = {
    argv: ['/bin/true'],
    directory: path,
    environment: {},
    timeoutMs: 60_000,
    outputCap: 1000,
  };
  const ran = await sandbox.run({ ...command, ...(layers && { layers }) }, new AbortController().signal);
  if (ran.exitCode !== 0) throw new Error(`a fenced process did not run: ${ran.detail ?? ran.ending}`);
}

async function openSample(folder: string, gitDir: string): Promise<OpenRepository> {
  const owner = sandboxOwner();
  const repositories = gitRepositories({
    installation: 'bench',
    scratch: join(folder, 'checkouts'),
    ...(owner && { owner }),
  });
  return repositories.open({
    ...{
      name: 'bench',
      gitDir,
      workTree: null,
      branch: 'main',
      addedAt: 0,
      addedBy: 'bench',
    },
    ...{ paused: null, remote: null, baseline: null },
  });
}

function costFigure(level: number, { bare, fenced }: Spawned): Figure {
  return {
    name: `a check that does nothing, at isolation level ${level}`,
    unit: 'ms',
    got: median(fenced),
    control: { name: `a bare process and ${MOST_EXTRA_MS} ms`, value: median(bare) + MOST_EXTRA_MS },
    bar: { kind: 'at most', ratio: 1 },
    note: `medians of ${ROUNDS}; a bare process ${median(bare).toFixed(1)} ms, so ${(median(fenced) - median(bare)).toFixed(1)} ms more; p95 ${quantile(fenced, 0.95).toFixed(1)} ms`,
  };
}

function preparationFigure({ preparations }: Trees, added: readonly number[], as: string): Figure {
  return {
    name: `a tree of ${FILES} files for a check, as ${as}, ${CHANGED} files changed`,
    unit: 'ms',
    got: median(preparations),
    control: { name: 'git worktree add', value: median(added) },
    bar: { kind: 'at most', ratio: LARGEST_SHARE },
    note: `medians of ${preparations.length} and ${added.length}; p95 ${quantile(preparations, 0.95).toFixed(1)} ms; mounting is in the time of the check`,
  };
}

async function timed<T>(act: () => Promise<T>): Promise<{ readonly result: T; readonly tookMs: number }> {
  const began = performance.now();
  const result = await act();
  return { result, tookMs: performance.now() - began };
}

function inMs(times: readonly number[]): string {
  return `${median(times).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`;
}
