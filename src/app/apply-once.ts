import type { Format } from '../core/change/change.ts';
import { sha256 } from '../core/digest.ts';
import { fail, GhostError } from '../core/errors.ts';
import type { PatchId } from '../core/patch/id.ts';
import type { LandingStep } from '../core/patch/landing-step.ts';
import { isOver, type MergeRule, type Patch } from '../core/patch/patch.ts';
import { isOneShot, ONE_SHOT, type Workspace } from '../core/workspace.ts';
import { fenceUnreadable, ledgerOlder } from './branch-problem.ts';
import { cancelPatch } from './cancel-patch.ts';
import { settleEvidence } from './evidence/settle-evidence.ts';
import { findPatch } from './find-patch.ts';
import { gateProblem } from './gate/gate-problem.ts';
import type { Holding } from './holding.ts';
import { landNextPatch, type NextNeeds } from './land-next-patch.ts';
import type { Needs } from './needs.ts';
import { projectOutbox } from './project-outbox.ts';
import { recoverWorkspace } from './recover-workspace.ts';
import { submitPatch } from './submit-patch.ts';
import { type Taken, type TakeRequest, takeWorkspace } from './take-workspace.ts';
import { whileHeld } from './while-held.ts';

export interface OneShot {
  /** Path of a local repository. */
  readonly repo: string;
  readonly body: Uint8Array;
  readonly format: Format | null;
  readonly merge: MergeRule;
  /** The patch, rejected by an earlier run, of which this is the next attempt. */
  readonly repairs?: string | null;
  readonly author: string;
  /** `waived` lands without any check, and the evidence says so. */
  readonly gate: 'required' | 'waived';
  readonly adopt: boolean;
  readonly onStep: (step: LandingStep) => void;
  /** Told what went wrong beside the patch, in words: where it has landed, it has. */
  readonly warn: (problem: string) => void;
}

type OneShotNeeds = NextNeeds &
  Parameters<typeof settleEvidence>[0] &
  Parameters<typeof projectOutbox>[0] &
  Parameters<typeof submitPatch>[0] &
  Pick<Needs, 'leaser' | 'repositories'>;

const LEASE_TTL_MS = 15_000;
const MOST_LEFT = 1_000;

/**
 * Lands one patch, or one series, without a service, by the service's own use cases in one process. Nothing is left
 * waiting: a patch that is held is cancelled once it has been told why.
 * @returns each patch at its end, or as it was held
 * @throws GhostError lease_held, fenced_by_other, repository_locked, workspace_ungated, patch_unparsable
 */
export async function applyOnce(needs: OneShotNeeds, shot: OneShot): Promise<Applied> {
  const place = await needs.repositories.inspect(shot.repo, null);
  const own = ownWorkspace(place, needs.clock.now());
  const standing = await workspaceAt(needs, place);
  if (shot.gate === 'required') await requireGate(needs, standing ?? own);
  const added = standing === null && (await needs.workspaces.add(own)) === null;
  try {
    return await inHand(needs, (await workspaceAt(needs, place)) ?? own, shot);
  } finally {
    // Registered for as long as it takes: a service on this home must not find a line that nobody asked it to run.
    if (added) await needs.workspaces.remove(own.name, ONE_SHOT.by, needs.clock.now());
    await projectUnlessHeld(needs, shot);
  }
}

/** The workspace at a path, or the one that `applyOnce` would register for as long as it takes. */
export async function oneShotWorkspace(
  needs: Pick<Needs, 'repositories' | 'workspaces' | 'clock'>,
  repo: string,
): Promise<Workspace> {
  const place = await needs.repositories.inspect(repo, null);
  return (await workspaceAt(needs, place)) ?? ownWorkspace(place, needs.clock.now());
}

/** The first patch of the text, and those that follow it in its series. */
type Applied = readonly [Patch, ...Patch[]];

/** Where a relay is at work the log is its own to write, and it will. The next projection writes what this one could not. */
async function projectUnlessHeld(needs: OneShotNeeds, { warn }: OneShot): Promise<void> {
  try {
    await projectOutbox(needs);
  } catch (error) {
    if (error instanceof GhostError && error.code === 'audit_log_held') return;
    warn(error instanceof GhostError ? `${error.message} ${error.hint}` : String(error));
  }
}

async function inHand(needs: OneShotNeeds, workspace: Workspace, shot: OneShot): Promise<Applied> {
  const open = await needs.repositories.open(workspace);
  const lost = new AbortController();
  try {
    const request: TakeRequest = {
      workspace,
      open,
      owner: ONE_SHOT.by,
      ttlMs: LEASE_TTL_MS,
      adopt: shot.adopt,
      ledger: ruleOf({ workspace }) === 'kept' ? 'newest' : 'any',
      observe: shot.onStep,
      signal: lost.signal,
    };
    const taken = await takeWorkspace(needs, request);
    if (taken.kind !== 'taken') throw notTaken(workspace, taken);
    const { holding } = taken;
    const held = { holding, ttlMs: LEASE_TTL_MS, lost: () => lost.abort() };
    return await whileHeld(needs, held, async () => {
      const applied = await landAll(needs, holding, shot);
      const trouble = await settleEvidence(needs, holding);
      if (trouble !== null) shot.warn(`the evidence is not complete: ${trouble}`);
      return applied;
    });
  } finally {
    await open.repository.close();
  }
}

async function landAll(needs: OneShotNeeds, holding: Holding, shot: OneShot): Promise<Applied> {
  const { name } = holding.workspace;
  const recovered = await recoverWorkspace(needs, holding, { branch: ruleOf(holding) });
  if (recovered.kind === 'broken') throw fail('integrity_broken', { problem: recovered.problem });
  if (recovered.kind === 'blocked')
    throw fail('repository_locked', { path: recovered.path, by: 'a git process that is not ours' });
  if (recovered.kind === 'fenced') throw fail('lease_held', { name, owner: 'a newer holder' });
  await clearLine(needs, holding);
  const receipt = await submitPatch(needs, {
    ...{ workspace: name, body: shot.body, format: shot.format, title: null, author: shot.author },
    ...{ merge: shot.merge, repairs: shot.repairs ?? null },
    ...{ origin: 'cli', idempotencyKey: null, force: true },
  });
  const first = await endOf(needs, holding, { id: receipt.patch.id, shot });
  const rest: Patch[] = [];
  for (const { patch } of receipt.rest) rest.push(await endOf(needs, holding, { id: patch.id, shot }));
  return [first, ...rest];
}

/** The patch at its end; one that is held is cancelled, and with it what follows it in its series. */
async function endOf(
  needs: OneShotNeeds,
  holding: Holding,
  { id, shot }: { readonly id: PatchId; readonly shot: OneShot },
): Promise<Patch> {
  for (;;) {
    const now = await findPatch(needs, id);
    if (isOver(now.state)) return now;
    if (now.state.name === 'held') {
      await cancelPatch(needs, { id, actor: ONE_SHOT.by, role: 'admin' });
      return now;
    }
    await step(needs, holding, shot.gate === 'waived' ? id : null);
  }
}

/** What an earlier run that was killed left in its own line is cancelled; a service's line is the service's to run. */
async function clearLine(needs: OneShotNeeds, { workspace }: Holding): Promise<void> {
  const left = await needs.ledger.list({
    workspace: workspace.name,
    states: ['queued', 'held'],
    limit: MOST_LEFT,
  });
  if (left.length > 0 && !isOneShot(workspace))
    throw fail('workspace_busy', { name: workspace.name, waiting: left.length });
  for (const { id } of left) {
    // One before it in its series may have taken it along.
    if (!isOver((await findPatch(needs, id)).state))
      await cancelPatch(needs, { id, actor: ONE_SHOT.by, role: 'admin' });
  }
}

async function step(needs: OneShotNeeds, holding: Holding, waived: PatchId | null): Promise<void> {
  if (holding.signal.aborted)
    throw fail('lease_held', { name: holding.workspace.name, owner: 'a newer holder' });
  const next = await landNextPatch(needs, holding, { cooldownMs: 0, waived, branch: ruleOf(holding) });
  switch (next.kind) {
    case 'waiting':
      return needs.clock.sleep(next.until - needs.clock.now(), holding.signal);
    case 'fenced':
      throw fail('lease_held', { name: holding.workspace.name, owner: 'a newer holder' });
    case 'blocked':
      throw fail('repository_locked', { path: next.path, by: 'a git process that is not ours' });
    case 'broken':
      throw fail('integrity_broken', { problem: next.problem });
    case 'paused':
      throw fail('act_impossible', {
        act: 'Applying',
        id: holding.workspace.name,
        state: `paused (${next.reason})`,
        expected: 'running',
      });
    default:
      return;
  }
}

/** Between two runs of `ghost apply` the branch is its owner's, to amend and rebase; a service's branch is not. */
function ruleOf({ workspace }: Pick<Holding, 'workspace'>): 'kept' | 'free' {
  return isOneShot(workspace) ? 'free' : 'kept';
}

type Place = Pick<Workspace, 'gitDir' | 'workTree' | 'branch'>;

/** The name is that of the place, so that the next run goes on in the same chain and with the next landing number. */
function ownWorkspace(place: Place, addedAt: number): Workspace {
  const name = `${ONE_SHOT.prefix}${sha256(`${place.gitDir}\n${place.branch}`).slice(0, 12)}`;
  return { name, ...place, addedAt, addedBy: ONE_SHOT.by, paused: null, remote: null, baseline: null };
}

async function workspaceAt(
  needs: Pick<Needs, 'workspaces'>,
  { gitDir, branch }: Place,
): Promise<Workspace | null> {
  const all = await needs.workspaces.list();
  return all.find((one) => one.gitDir === gitDir && one.branch === branch) ?? null;
}

async function requireGate(needs: OneShotNeeds, workspace: Workspace): Promise<void> {
  const problem = await gateProblem(needs, workspace);
  if (problem === null) return;
  throw fail('repository_ungated', { path: workspace.workTree ?? workspace.gitDir, problem });
}

function notTaken(workspace: Workspace, taken: Exclude<Taken, { kind: 'taken' }>): Error {
  const { name, gitDir, branch } = workspace;
  switch (taken.kind) {
    case 'busy':
      return fail('lease_held', { name, owner: taken.owner });
    case 'locked':
      return fail('repository_locked', { path: taken.path, by: 'a git process that is not ours' });
    case 'other-installation':
      return fail('fenced_by_other', { path: gitDir, branch, holder: taken.mark.installation });
    case 'unreadable-fence':
      return fail('integrity_broken', { problem: fenceUnreadable(workspace, taken.problem) });
    case 'older-ledger':
      return fail('integrity_broken', { problem: ledgerOlder(workspace, taken, []) });
  }
}
