import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { settleEvidence } from '../../src/app/evidence/settle-evidence.ts';
import type { Holding } from '../../src/app/holding.ts';
import { landNextPatch } from '../../src/app/land-next-patch.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import { giveBackWorkspace, takeWorkspace } from '../../src/app/take-workspace.ts';
import type { PatchId } from '../../src/core/patch/id.ts';
import type { LandingStep } from '../../src/core/patch/landing-step.ts';
import { temporaryFolder } from '../../test/world/git.ts';
import {
  type Installation,
  installationSettings,
  openInstallationFor,
} from '../../test/world/installation.ts';
import { gitText } from '../soak/history.ts';
import { type BenchReport, type Detail, type Figure, median, quantile, type Tell } from './figure.ts';
import { makePeer, type Peer } from './peer.ts';
import { makeSampleRepository } from './sample-repository.ts';

const SIZES = [
  { files: 2_000, bar: 0.6 },
  { files: 50_000, bar: 0.15 },
] as const;
/** A runner lives long: what its first patches cost more is not what a patch costs. */
const WARM_UP = 20;
const ROUNDS = 40;
const LEASE_MS = 3_600_000;
const CHECK = { name: 'not broken', run: 'test ! -e broken' };

/** What stands between a step and the one before it. */
const PARTS: Readonly<Partial<Record<LandingStep, string>>> = {
  claimed: 'read the line, the policy and the tip; record the claim',
  'tree-built': 'read, fit, build blobs and trees, sync them, digest',
  'commit-built': 'record the verdicts; write the commit, sync it',
  'intent-recorded': 'record the intent',
  'branch-moved': 'move the branch under the fence, sync it',
  'read-back': 'read the landing back',
  'landing-recorded': 'record the landing',
  'worktree-followed': 'look for a work tree',
  'follow-recorded': 'record that there is none',
};

/** What a landed patch costs beside its checks, everything synced, against git's own apply and commit. */
export async function benchLanding(tell: Tell): Promise<BenchReport> {
  const figures: Figure[] = [];
  const details: Detail[] = [];
  for (const { files, bar } of SIZES) {
    tell(`landing: a repository of ${files} files`);
    const folder = temporaryFolder('bench');
    try {
      const measured = await measure(folder, files);
      figures.push(...measured.peers.map((peer) => figureOf({ files, bar, ours: measured.ours, peer })));
      details.push(breakdown(files, measured));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { figures, details };
}

interface Measured {
  readonly ours: readonly number[];
  readonly peers: readonly { readonly name: string; readonly times: readonly number[] }[];
  readonly steps: ReadonlyMap<LandingStep, readonly number[]>;
  /** Milliseconds for writing and syncing 4 KiB. */
  readonly syncs: readonly number[];
  /** Milliseconds for each landing, over all of them at once. */
  readonly evidence: number;
}

async function measure(folder: string, files: number): Promise<Measured> {
  const sample = makeSampleRepository(folder, files);
  const peers = [
    makePeer(folder, sample.gitDir, { name: 'git apply and commit', durable: false }),
    makePeer(folder, sample.gitDir, { name: 'git apply and commit, synced', durable: true }),
  ];
  const ghost = await openGhost(folder, sample.gitDir);
  try {
    const times = peers.map(({ name }) => ({ name, times: [] as number[] }));
    const ours: number[] = [];
    const syncs: number[] = [];
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      if (round === 0) ghost.steps.clear();
      const patch = sample.nextPatch();
      const turn = Math.abs(round) % 3;
      settle();
      const own = turn === 0 ? await ghost.land(patch) : null;
      const theirs = landAll(turn === 2 ? peers.toReversed() : peers, patch);
      settle();
      const mine = own ?? (await ghost.land(patch));
      if (round < 0) continue;
      ours.push(mine);
      syncs.push(syncOnce(folder));
      for (const entry of times) entry.times.push(theirs.get(entry.name) ?? Number.NaN);
    }
    assertSameTree(sample.gitDir, peers);
    const evidence = (await ghost.attest()) / (WARM_UP + ROUNDS);
    return { ours, peers: times, steps: ghost.steps, syncs, evidence };
  } finally {
    await ghost.close();
  }
}

/**
 * Everything on its way to the disk gets there before the clock starts: a sync would otherwise pay for what the unsynced
 * peer left behind.
 */
function settle(): void {
  execFileSync('sync');
}

function landAll(peers: readonly Peer[], patch: string): ReadonlyMap<string, number> {
  return new Map(
    peers.map((peer) => {
      settle();
      return [peer.name, peer.land(patch)];
    }),
  );
}

/** All three did the same work, or the figures mean nothing. */
function assertSameTree(gitDir: string, peers: readonly Peer[]): void {
  const tree = gitText(gitDir, ['rev-parse', 'main^{tree}']);
  for (const peer of peers)
    if (peer.tree() !== tree) throw new Error(`${peer.name} has tree ${peer.tree()}, ours is ${tree}`);
}

interface Ghost {
  /** Milliseconds from a queued patch to a landed one. */
  land(patch: string): Promise<number>;
  /** Milliseconds for the evidence of all that landed, the log included. */
  attest(): Promise<number>;
  readonly steps: Map<LandingStep, number[]>;
  close(): Promise<void>;
}

/** The product's own use cases on its own adapters, in this process; only the gate is waived. */
async function openGhost(folder: string, gitDir: string): Promise<Ghost> {
  const home = join(folder, 'home');
  mkdirSync(home);
  const installation = await openInstallationFor(installationSettings(home));
  const { needs } = installation;
  const request = {
    name: 'bench',
    repo: gitDir,
    branch: 'main',
    checks: [CHECK],
    actor: 'bench',
    adopt: false,
  };
  const workspace = await addWorkspace(needs, request);
  const open = await needs.repositories.open(workspace);
  const steps = new Map<LandingStep, number[]>();
  let last = 0;
  const observe = (step: LandingStep) => {
    const now = performance.now();
    steps.set(step, [...(steps.get(step) ?? []), now - last]);
    last = now;
  };
  const signal = new AbortController().signal;
  const take = { workspace, open, owner: 'bench', ttlMs: LEASE_MS, adopt: false, observe, signal };
  const taken = await takeWorkspace(needs, take);
  if (taken.kind !== 'taken') throw new Error(`the workspace could not be taken: ${taken.kind}`);
  return {
    steps,
    land: async (patch) => {
      const id = await submit(installation, patch);
      last = performance.now();
      const began = last;
      await landOne(installation, taken.holding, id);
      return performance.now() - began;
    },
    attest: async () => {
      const began = performance.now();
      const trouble = await settleEvidence(needs, taken.holding);
      if (trouble !== null) throw new Error(trouble);
      return performance.now() - began;
    },
    close: async () => {
      await giveBackWorkspace(needs, taken.holding);
      await open.repository.close();
      await installation.close();
    },
  };
}

async function submit({ needs }: Installation, body: string): Promise<PatchId> {
  const { patch } = await submitPatch(needs, {
    ...{ workspace: 'bench', body: Buffer.from(body), format: null, title: null, author: 'bench' },
    ...{ origin: 'http', idempotencyKey: null, force: true },
  });
  return patch.id;
}

async function landOne({ needs }: Installation, holding: Holding, waived: PatchId): Promise<void> {
  const next = await landNextPatch(needs, holding, { cooldownMs: 0, waived, branch: 'kept' });
  if (next.kind !== 'moved' || next.patch.state.name !== 'landed')
    throw new Error(`the patch did not land: ${JSON.stringify(next)}`);
}

function syncOnce(folder: string): number {
  const fd = openSync(join(folder, 'sync'), 'w');
  try {
    const began = performance.now();
    writeSync(fd, Buffer.alloc(4096, 1));
    fsyncSync(fd);
    return performance.now() - began;
  } finally {
    closeSync(fd);
  }
}

interface Pair {
  readonly files: number;
  readonly bar: number;
  readonly ours: readonly number[];
  readonly peer: Measured['peers'][number];
}

function figureOf({ files, bar, ours, peer }: Pair): Figure {
  return {
    name: `a landed patch in ${files} files, without check time, synced`,
    unit: 'ms',
    got: median(ours),
    control: { name: peer.name, value: median(peer.times) },
    bar: { kind: 'at most', ratio: bar },
    note: `medians of ${ROUNDS} rounds in turn; minima ${quantile(ours, 0).toFixed(2)} and ${quantile(peer.times, 0).toFixed(2)}`,
  };
}

function breakdown(files: number, { steps, syncs, evidence }: Measured): Detail {
  const rows = [...steps].flatMap(([step, times]) => {
    const part = PARTS[step];
    return part === undefined ? [] : [[part, `${median(times).toFixed(2)} ms`] as const];
  });
  const signed = [
    'later, many together: sign and keep the evidence, log it',
    `${evidence.toFixed(2)} ms`,
  ] as const;
  const floor = ['for comparison: write and sync 4 KiB once', `${median(syncs).toFixed(2)} ms`] as const;
  return {
    name: `where the time of a landing in ${files} files goes (medians)`,
    rows: [...rows, signed, floor],
  };
}
