import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectOutbox } from '../../../src/app/project-outbox.ts';
import { verifyAudit } from '../../../src/app/verify/verify-audit.ts';
import { verifyWorkspace } from '../../../src/app/verify/verify-workspace.ts';
import { isOver, type Patch } from '../../../src/core/patch/patch.ts';
import type { LaneFacts } from '../../../src/workers/runner/lane-facts.ts';
import { startRunner } from '../../../src/workers/runner/runner.ts';
import type { Acknowledged } from '../../world/history/line-history.ts';
import { readLineHistory } from '../../world/history/read-line-history.ts';
import { violationsIn } from '../../world/history/violations.ts';
import { type Installation, openInstallationFor } from '../../world/installation.ts';
import { eventually } from '../../world/processes.ts';
import type { Script } from './record.ts';

/** What the world outside had been told before the power failed. */
export interface Told {
  readonly receipts: readonly Acknowledged[];
  /** Ends that were seen, by patch: the state, and the commit of a landed one. */
  readonly ends: ReadonlyMap<string, { readonly state: string; readonly commit: string }>;
}

export interface Judgement {
  readonly violations: readonly string[];
  /** Lock files that nobody can tell from a living git's, and that a person had to remove as the message says. */
  readonly removedByHand: readonly string[];
}

/** Far beyond what a busy machine needs; a line that says that it is blocked, and stays so, is given up sooner. */
const REST_WITHIN_MS = 180_000;
const BLOCKED_FOR_MS = 15_000;

export function toldBy(marks: readonly string[]): Told {
  const words = marks.map((text) => text.split(' '));
  const ends = words.filter(([kind]) => kind === 'ended');
  const receipts = words.filter(([kind]) => kind === 'receipt');
  return {
    receipts: receipts.map(([, id, digest]) => ({ id, key: null, digest }) as Acknowledged),
    ends: new Map(ends.map(([, id = '', state = '', commit = '']) => [id, { state, commit }])),
  };
}

/** Opens what the power cut left with the product, lets a runner bring it to rest, and holds it against what was told. */
export async function judge(script: Script, told: Told): Promise<Judgement> {
  const removedByHand: string[] = [];
  try {
    const installation = await openInstallationFor(script.settings);
    try {
      await rest(installation, told, removedByHand);
      return { violations: await violationsOf(installation, script, told), removedByHand };
    } finally {
      await installation.close();
    }
  } catch (error) {
    return {
      violations: [`nothing goes on: ${error instanceof Error ? error.message : error}`],
      removedByHand,
    };
  }
}

async function rest(installation: Installation, told: Told, removedByHand: string[]): Promise<void> {
  const { needs, logger, config } = installation;
  const runner = startRunner(needs, {
    ...{ owner: 'after', leaseTtlMs: config.leaseTtlMs, cooldownMs: 0, drainMs: 5_000 },
    ...{ observe: () => undefined, logger },
  });
  let facts: readonly LaneFacts[] = [];
  let goingOn = performance.now();
  try {
    await eventually(
      'the line is at rest',
      async () => {
        facts = runner.facts();
        removedByHand.push(...removeNamedLocks(facts));
        const stopped = facts.find(({ doing }) => doing === 'paused');
        if (stopped !== undefined) throw new Error(`the line was stopped: ${stopped.detail}`);
        if (facts.every(({ doing }) => doing !== 'blocked')) goingOn = performance.now();
        if (performance.now() - goingOn > BLOCKED_FOR_MS) throw new Error('the line stays blocked');
        return (await hasEnded(installation, told)) && facts.every(({ doing }) => doing === 'idle');
      },
      REST_WITHIN_MS,
    );
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}; lanes: ${JSON.stringify(facts)}`);
  } finally {
    await runner.stop();
  }
}

/** Also what nobody had a receipt for yet: it is there, so it has to end. */
async function hasEnded({ needs }: Installation, told: Told): Promise<boolean> {
  if (told.receipts.length > 0 && (await needs.workspaces.list()).length === 0)
    throw new Error('the workspace is gone');
  const patches = await needs.ledger.list({ limit: 1_000 });
  return patches.every(({ state }) => isOver(state));
}

/** As the operator does whom the lane tells of a lock file, on a machine where no other git runs. */
function removeNamedLocks(facts: readonly LaneFacts[]): string[] {
  const named = facts.flatMap(({ doing, detail }) =>
    doing === 'blocked' ? (/^repository locked: (.+\.lock)$/.exec(detail ?? '')?.[1] ?? []) : [],
  );
  // The kernel lock of a workspace is a lock file too, and its being there means nothing.
  const removed = named.filter((path) => /\/(?:refs\/.*|HEAD)\.lock$/.test(path) && existsSync(path));
  for (const path of removed) rmSync(path);
  return removed;
}

async function violationsOf(installation: Installation, script: Script, told: Told): Promise<string[]> {
  const { needs } = installation;
  const violations: string[] = [];
  for (const { id } of told.receipts)
    violations.push(...brokenPromise(await needs.ledger.find(id), id, told));
  if ((await needs.workspaces.find('main')) !== null) {
    const history = await readLineHistory(needs, 'main', told.receipts);
    violations.push(...violationsIn(history).map(({ guarantee, problem }) => `${guarantee}: ${problem}`));
    violations.push(...(await verifyWorkspace(needs, 'main')).problems);
  }
  await projectOutbox(needs);
  return [...violations, ...(await verifyAudit(needs)).problems, ...fsckProblems(script)];
}

function brokenPromise(patch: Patch | null, id: string, told: Told): string[] {
  const end = told.ends.get(id);
  if (patch === null) return [`${id} had a receipt and is gone`];
  if (end === undefined) return [];
  const { state } = patch;
  if (state.name !== end.state) return [`${id} had ended as ${end.state} and is ${state.name}`];
  const moved = state.name === 'landed' && state.intent.commit !== end.commit;
  return moved ? [`${id} had landed as ${end.commit} and is ${state.intent.commit}`] : [];
}

/** The index of a work tree is left out: it is a person's, and no landing rests on it. */
function fsckProblems({ repository }: Script): string[] {
  const gitDir = existsSync(join(repository, '.git')) ? join(repository, '.git') : repository;
  try {
    execFileSync('git', [`--git-dir=${gitDir}`, 'fsck', '--strict', '--no-dangling'], {
      env: {
        PATH: process.env.PATH ?? '',
        GIT_INDEX_FILE: join(gitDir, 'no-index'),
        GIT_CONFIG_NOSYSTEM: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return [];
  } catch (error) {
    return [`git fsck: ${error instanceof Error ? error.message : error}`];
  }
}
