import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { verifyWorkspace } from '../../src/app/verify/verify-workspace.ts';
import type { PatchView } from '../../src/app/views.ts';
import { temporaryFolder } from '../../test/world/git.ts';
import {
  type Installation,
  installationSettings,
  openInstallationFor,
} from '../../test/world/installation.ts';
import { startService } from '../../test/world/service.ts';
import { type Destination, makeDestination } from './destination.ts';
import { diffOf, type History, sensitivePaths, treeOf } from './history.ts';
import { type Outcome, submitAndWait } from './submit.ts';

const WORKSPACE = 'replay';

/** The commit of the original, and what became of its patch. */
export type Replayed = { readonly commit: string } & Outcome;

export interface ReplayReport {
  readonly steps: readonly Replayed[];
  /** What should not be: a landed tree that is not the original's, and what verification found. Empty when all is well. */
  readonly problems: readonly string[];
  readonly durationMs: number;
}

/**
 * Submits every commit of a history as a patch to a gateway process, lets a runner process land it, and compares the
 * landed tree with the original's. Where a commit cannot be a patch, its tree is committed past Ghost, so that what
 * follows has something to fit on.
 */
export async function replay(history: History, onStep: (step: Replayed) => void): Promise<ReplayReport> {
  const folder = temporaryFolder('replay');
  const home = join(folder, 'home');
  const installation = await openReplayInstallation(home, history);
  try {
    const [first = ''] = history.commits;
    const destination = makeDestination(folder, history.repository, first);
    await addWorkspace(installation.needs, {
      name: WORKSPACE,
      repo: destination.gitDir,
      branch: 'main',
      checks: [{ name: 'not broken', run: 'test ! -e broken' }],
      actor: 'replay',
      adopt: false,
    });
    return await replayInto(destination, { history, installation, onStep });
  } finally {
    await installation.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Long leases: a machine that is busy with something else must not look like a dead runner. */
async function openReplayInstallation(home: string, history: History): Promise<Installation> {
  mkdirSync(home);
  const policy = { version: 1, allowPaths: sensitivePaths(history) };
  writeFileSync(join(home, 'policy.yml'), JSON.stringify(policy), { mode: 0o600 });
  return openInstallationFor({ ...installationSettings(home), GHOST_LEASE_TTL: '15s' });
}

interface Run {
  readonly history: History;
  readonly installation: Installation;
  readonly onStep: (step: Replayed) => void;
}

async function replayInto(
  destination: Destination,
  { history, installation, onStep }: Run,
): Promise<ReplayReport> {
  const steps: Replayed[] = [];
  const problems: string[] = [];
  const service = await startService(installation);
  const began = performance.now();
  try {
    for (const [at, commit] of history.commits.slice(1).entries()) {
      const body = diffOf(history.repository, history.commits[at] ?? '', commit);
      const outcome = await submitAndWait(service, { workspace: WORKSPACE, key: commit, body });
      const problem = problemOf(destination, { outcome, tree: treeOf(history.repository, commit) });
      if (problem !== null) problems.push(`${commit}: ${problem}`);
      if (problem !== null || outcome.kind === 'skipped') destination.putThere(commit);
      steps.push({ commit, ...outcome });
      onStep({ commit, ...outcome });
    }
  } finally {
    await service.stop();
  }
  const durationMs = performance.now() - began;
  const landed = steps.filter(({ kind }) => kind === 'landed').length;
  problems.push(...(await verified(installation, landed)), ...linesOf(destination.problems()));
  return { steps, problems, durationMs };
}

function problemOf(
  destination: Destination,
  { outcome, tree }: { readonly outcome: Outcome; readonly tree: string },
): string | null {
  if (outcome.kind === 'skipped') return null;
  const tip = destination.tip();
  if (!isAt(outcome.view, tip)) return `landed as ${outcome.view.commit}, the branch is at ${tip.commit}`;
  return tip.tree === tree ? null : `landed with tree ${tip.tree}, the original has ${tree}`;
}

function isAt(view: PatchView, tip: { readonly commit: string; readonly tree: string }): boolean {
  return view.commit === tip.commit && view.tree === tip.tree;
}

/** What `ghost verify` says about the whole branch. */
async function verified({ needs }: Installation, landed: number): Promise<readonly string[]> {
  const report = await verifyWorkspace(needs, WORKSPACE);
  const counted = report.landed === landed && report.commits === landed;
  return counted
    ? report.problems
    : [...report.problems, `${landed} landed, verified: ${JSON.stringify(report)}`];
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter(Boolean);
}
