import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeId } from '../../src/core/git.ts';
import { temporaryFolder } from '../../test/world/git.ts';
import { installationSettings, openInstallationFor } from '../../test/world/installation.ts';
import { gitBytes, gitText } from '../soak/history.ts';
import { type BenchReport, type Detail, type Figure, median, quantile, type Tell } from './figure.ts';
import { makeSampleRepository, type SampleRepository } from './sample-repository.ts';

/** What is read and applied, in a repository of how many files, and what git's own time may be multiplied by. */
const SHAPES = [
  { name: 'a 3-file patch', files: 50_000, shape: { files: 3, context: 3 }, bar: 0.15, rounds: 40 },
  {
    name: 'a 5,000-line diff of 500 files',
    files: 50_000,
    shape: { files: 500, context: 2 },
    bar: 1.5,
    rounds: 12,
  },
] as const;
type Shape = (typeof SHAPES)[number];

const WARM_UP = 5;
/** `git apply --cached` leaves blobs and an index: both are synced, as our blobs and trees are. */
const DURABLE = ['-c', 'core.fsync=loose-object,index', '-c', 'core.fsyncMethod=fsync'];

/** Text to durable objects: what parsing and applying costs beside `git apply --cached`. */
export async function benchChanges(tell: Tell): Promise<BenchReport> {
  const figures: Figure[] = [];
  const details: Detail[] = [];
  for (const shape of SHAPES) {
    tell(`changes: ${shape.name} in a repository of ${shape.files} files`);
    const folder = temporaryFolder('bench');
    try {
      const measured = await measure(folder, shape);
      for (const { name, times } of measured.theirs)
        figures.push(figureOf(shape, { ours: measured.ours, name, times }));
      details.push(partsOf(shape, measured));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { figures, details };
}

interface Measured {
  readonly ours: readonly number[];
  /** The same objects are there only once git has written its trees. */
  readonly theirs: readonly { readonly name: string; readonly times: number[] }[];
  readonly parts: Readonly<Record<'read' | 'fit' | 'write', readonly number[]>>;
}

async function measure(folder: string, { files, shape, rounds }: Shape): Promise<Measured> {
  const sample = makeSampleRepository(folder, files);
  const git = cachedApply(folder, sample);
  const ghost = await openGhost(sample.gitDir);
  const measured = {
    ours: [] as number[],
    theirs: [
      { name: 'git apply --cached, synced', times: [] as number[] },
      { name: 'git apply --cached and git write-tree, synced', times: [] as number[] },
    ] as const,
    parts: { read: [] as number[], fit: [] as number[], write: [] as number[] },
  };
  try {
    for (let round = -WARM_UP; round < rounds; round += 1) {
      const patch = sample.nextPatch(shape);
      settle();
      const first = round % 2 === 0 ? git.apply(patch) : null;
      settle();
      const own = await ghost.apply(patch);
      settle();
      const theirs = first ?? git.apply(patch);
      if (round < 0) continue;
      measured.theirs[0].times.push(theirs.applied);
      measured.theirs[1].times.push(theirs.treed);
      measured.ours.push(own.read + own.fit + own.write);
      for (const part of ['read', 'fit', 'write'] as const) measured.parts[part].push(own[part]);
    }
    if (git.tree() !== ghost.tree()) throw new Error(`git has tree ${git.tree()}, ours is ${ghost.tree()}`);
    return measured;
  } finally {
    await ghost.close();
  }
}

/** Everything on its way to the disk gets there before a clock starts. */
function settle(): void {
  execFileSync('sync');
}

interface CachedApply {
  /** Milliseconds for `git apply --cached`, and with `git write-tree` behind it: then it has made what is made here. */
  apply(patch: string): { readonly applied: number; readonly treed: number };
  tree(): string;
}

function cachedApply(folder: string, { gitDir }: SampleRepository): CachedApply {
  const clone = join(folder, 'git');
  gitBytes(folder, ['clone', '-q', '--no-checkout', '--no-hardlinks', gitDir, clone]);
  gitBytes(clone, ['config', 'gc.auto', '0']);
  gitBytes(clone, ['read-tree', 'HEAD']);
  const file = join(folder, 'next.diff');
  return {
    apply: (patch) => {
      writeFileSync(file, patch);
      const began = performance.now();
      run(clone, ['apply', '--cached', file]);
      const applied = performance.now();
      run(clone, ['write-tree']);
      return { applied: applied - began, treed: performance.now() - began };
    },
    tree: () => gitText(clone, ['write-tree']),
  };
}

function run(directory: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync('git', [...DURABLE, ...args], {
    cwd: directory,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' },
  });
  if (status !== 0) throw new Error(`git ${args[0]} ended with ${status}: ${stderr}`);
}

/** The product's own engine and repository as it wires them, threads included, in this process. */
async function openGhost(gitDir: string) {
  const installation = await openInstallationFor(installationSettings());
  const { changes, repositories } = installation.needs;
  const place = { gitDir, workTree: null, branch: 'main' };
  const open = await repositories.open({
    name: 'bench',
    ...place,
    addedAt: 0,
    addedBy: 'bench',
    paused: null,
    remote: null,
    baseline: null,
  });
  let { tree, ...tip } = await open.repository.tip();
  return {
    apply: async (patch: string) => {
      const text = { body: Buffer.from(patch), format: null, root: null };
      const began = performance.now();
      const read = await changes.read(text);
      if (read.kind === 'faulty') throw new Error(read.faults[0]?.message);
      const hasRead = performance.now();
      const fitted = await changes.fit(
        open,
        { ...tip, tree },
        { ...text, allowPaths: [], merge: 'never', loosest: 'gap', text: 'new' },
      );
      if (fitted.kind === 'faulty') throw new Error(fitted.faults[0]?.message);
      const hasFit = performance.now();
      tree = await open.repository.buildTree(tree, fitted.files);
      return { read: hasRead - began, fit: hasFit - hasRead, write: performance.now() - hasFit };
    },
    tree: (): TreeId => tree,
    close: async () => {
      await open.repository.close();
      await installation.close();
    },
  };
}

interface Pair {
  readonly ours: readonly number[];
  readonly name: string;
  readonly times: readonly number[];
}

function figureOf({ name, files, bar, rounds }: Shape, { ours, name: control, times }: Pair): Figure {
  return {
    name: `${name} in ${files} files, read, fitted and written as synced objects`,
    unit: 'ms',
    got: median(ours),
    control: { name: control, value: median(times) },
    bar: { kind: 'at most', ratio: bar },
    note: `medians of ${rounds} rounds in turn; minima ${quantile(ours, 0).toFixed(2)} and ${quantile(times, 0).toFixed(2)}`,
  };
}

function partsOf({ name }: Shape, { parts }: Measured): Detail {
  const row = (what: string, times: readonly number[]) => [what, `${median(times).toFixed(2)} ms`] as const;
  return {
    name: `where the time of ${name} goes (medians)`,
    rows: [
      row('read, as at submission', parts.read),
      row('read again, ask for the files, fit', parts.fit),
      row('build blobs and trees, sync them', parts.write),
    ],
  };
}
