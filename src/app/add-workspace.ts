import { fail, type GhostError } from '../core/errors.ts';
import { whyVacuous } from '../core/gate/vacuous.ts';
import type { CommitId } from '../core/git.ts';
import { isSamePlace } from '../core/ledger/workspace-entry.ts';
import { isWorkspaceName, type Workspace } from '../core/workspace.ts';
import { fenceUnreadable } from './branch-problem.ts';
import { whyNobodyFollows } from './follow-remote.ts';
import { gateProblem } from './gate/gate-problem.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { placeOfWorkspace, type RemoteRequest } from './place-of-workspace.ts';
import { isSameBranch } from './same-branch.ts';
import { takeWorkspace } from './take-workspace.ts';
import { whileHeld } from './while-held.ts';

export interface WorkspaceRequest {
  readonly name: string;
  /** Absolute path of a local repository; no matter where `remote` is given. */
  readonly repo: string;
  /** Where the branch really lives, for a workspace on a remote. */
  readonly remote?: RemoteRequest | null;
  /** Null takes the repository's current branch, of a remote the one that its HEAD names. */
  readonly branch: string | null;
  /** Checks to add to the server's policy for this workspace, so that a repository without ghost.yml can begin. */
  readonly checks: readonly { readonly name: string; readonly run: string }[];
  readonly actor: string;
  /** Take the branch over from another installation, which the operator knows to be stopped. */
  readonly adopt: boolean;
}

const ADD_TTL_MS = 15_000;

type AddNeeds = Pick<
  Needs,
  'workspaces' | 'repositories' | 'mirrors' | 'policy' | 'yaml' | 'clock' | 'leaser' | 'wakeUps'
>;

/**
 * Registers a repository and branch. Strict from the start: without a check that can fail there is no workspace.
 * @throws GhostError input_invalid, repository_invalid, repository_unsuitable, branch_unknown, check_vacuous, workspace_ungated, workspace_exists, fenced_by_other, repository_locked, remote_unreachable, remote_refused, remote_url_invalid, credentials_unsafe
 */
export async function addWorkspace(needs: AddNeeds, request: WorkspaceRequest): Promise<Workspace> {
  const { name, actor } = request;
  if (!isWorkspaceName(name))
    throw fail('input_invalid', {
      where: 'name',
      problem: `${JSON.stringify(name)} is no workspace name; expected a-z, 0-9, ".", "_" or "-", at most 63, not "system"`,
    });
  for (const check of request.checks) refuseVacuous(check);
  const { settle, ...place } = await placeOfWorkspace(needs, request);
  const added = { addedAt: needs.clock.now(), addedBy: actor, paused: null };
  const unmarked: Workspace = { name, ...place, ...added, baseline: null };
  let outcome: 'added' | 'not-added' = 'not-added';
  try {
    const workspace = await register(needs, unmarked, request);
    outcome = 'added';
    return workspace;
  } finally {
    await settle(outcome);
  }
}

async function register(needs: AddNeeds, unmarked: Workspace, request: WorkspaceRequest): Promise<Workspace> {
  const { name } = unmarked;
  await requireGate(needs, unmarked, request.checks);

  await requireFree(needs, unmarked);
  const tip = await requireFence(needs, unmarked, request);
  const workspace: Workspace = { ...unmarked, baseline: { tip, landings: 0 } };
  // Before the register, so that no runner ever sees the workspace without its gate.
  for (const check of request.checks) await needs.policy.addCheck(name, check);
  const taken = await needs.workspaces.add(workspace);
  if (taken !== null) {
    // Another request may have won the name meanwhile: then the checks are its own.
    if ((await needs.workspaces.find(name)) === null) await needs.policy.removeChecks(name);
    throw exists(workspace, taken);
  }
  await needs.wakeUps.notify('line');
  return workspace;
}

/** Asked before the fence is touched: raising it would stop the runner of the workspace that has the branch. */
async function requireFree(needs: AddNeeds, workspace: Workspace): Promise<void> {
  for (const by of await needs.workspaces.list()) {
    if (by.name === workspace.name) throw exists(workspace, { taken: 'name', by });
    if (await isSameBranch(needs, by, workspace)) throw exists(workspace, { taken: 'branch', by });
  }
}

function exists(
  workspace: Workspace,
  { taken, by }: { readonly taken: 'name' | 'branch'; readonly by: Workspace },
): GhostError {
  const { name, branch } = workspace;
  if (taken === 'branch')
    return fail('workspace_exists', {
      name,
      taken: `branch ${branch} of that repository belongs to workspace ${by.name}`,
    });
  const what = isSamePlace(by, workspace)
    ? 'a workspace of that name exists'
    : `the name belongs to branch ${by.branch} of ${by.gitDir}, with its history`;
  return fail('workspace_exists', { name, taken: what });
}

function refuseVacuous(check: WorkspaceRequest['checks'][number]): void {
  const why = whyVacuous({ kind: 'script', script: check.run });
  if (why !== null) throw fail('check_vacuous', { name: check.name, why });
}

async function requireGate(
  needs: AddNeeds,
  workspace: Workspace,
  added: WorkspaceRequest['checks'],
): Promise<void> {
  const problem = added.length > 0 ? null : await gateProblem(needs, workspace);
  if (problem !== null) throw fail('workspace_ungated', { name: workspace.name, problem });
}

/**
 * Where the branch stands under our fence. A branch that another installation lands on is taken over only when the
 * operator says so, knowing that one stopped.
 */
async function requireFence(
  needs: AddNeeds,
  workspace: Workspace,
  request: WorkspaceRequest,
): Promise<CommitId> {
  const open = await needs.repositories.open(workspace);
  const lost = new AbortController();
  try {
    const taken = await takeWorkspace(needs, {
      ...{ workspace, open, owner: request.actor, ttlMs: ADD_TTL_MS, adopt: request.adopt },
      observe: () => undefined,
      signal: lost.signal,
    });
    const { branch, remote } = workspace;
    const path = remote?.url ?? workspace.gitDir;
    if (taken.kind === 'taken') {
      const held = { holding: taken.holding, ttlMs: ADD_TTL_MS, lost: () => lost.abort() };
      return await whileHeld(needs, held, () => tipUnder(held.holding, request));
    }
    if (taken.kind === 'unreadable-fence')
      throw fail('integrity_broken', { problem: fenceUnreadable(workspace, taken.problem) });
    if (taken.kind === 'other-installation')
      throw fail('fenced_by_other', { path, branch, holder: taken.mark.installation });
    if (taken.kind === 'locked')
      throw fail('repository_locked', { path: taken.path, by: 'another git process' });
    // Held by a runner that has not looked since its removal: nothing is in its hands, or it could not have been removed.
    return (await open.repository.tip()).commit;
  } finally {
    await open.repository.close();
  }
}

async function tipUnder(holding: Holding, { adopt }: WorkspaceRequest): Promise<CommitId> {
  await requireFollowing(holding, adopt);
  return (await holding.open.repository.tip()).commit;
}

/** A remote that is to follow has to do so once before it is relied on; its own fence tells other installations. */
async function requireFollowing(holding: Holding, adopt: boolean): Promise<void> {
  const caughtUp = await holding.open.follower?.catchUp({ adopt, now: true });
  if (caughtUp === undefined || caughtUp.kind === 'followed') return;
  const { branch, gitDir, remote } = holding.workspace;
  const path = remote?.url ?? gitDir;
  if (caughtUp.kind === 'other-installation')
    throw fail('fenced_by_other', { path, branch, holder: caughtUp.mark.installation });
  const problem = caughtUp.kind === 'behind' ? caughtUp.why : whyNobodyFollows(holding, caughtUp);
  throw fail('remote_refused', { url: path, problem });
}
