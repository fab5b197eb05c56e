import { fail } from '../core/errors.ts';
import { argvOf } from '../core/gate/check.ts';
import { whyVacuous } from '../core/gate/vacuous.ts';
import { isWorkspaceName, type Workspace } from '../core/workspace.ts';
import type { OpenRepository } from '../ports/repository.ts';
import type { Needs } from './needs.ts';
import { readGate } from './read-gate.ts';

export interface WorkspaceRequest {
  readonly name: string;
  /** Absolute path of a local repository. */
  readonly repo: string;
  /** Null takes the repository's current branch. */
  readonly branch: string | null;
  /** Checks to add to the server's policy for this workspace, so that a repository without ghost.yml can begin. */
  readonly checks: readonly { readonly name: string; readonly run: string }[];
  readonly actor: string;
}

type AddNeeds = Pick<Needs, 'workspaces' | 'repositories' | 'policy' | 'yaml' | 'clock'>;

/**
 * Registers a repository and branch. Strict from the start: without a check that can fail there is no workspace.
 * @throws GhostError input_invalid, repository_invalid, branch_unknown, check_vacuous, workspace_ungated, workspace_exists
 */
export async function addWorkspace(needs: AddNeeds, request: WorkspaceRequest): Promise<Workspace> {
  const { name, actor } = request;
  if (!isWorkspaceName(name))
    throw fail('input_invalid', {
      where: 'name',
      problem: `${JSON.stringify(name)} is no workspace name; expected a-z, 0-9, ".", "_" or "-", at most 63, not "system"`,
    });
  for (const check of request.checks) refuseVacuous(check);
  const place = await needs.repositories.inspect(request.repo, request.branch);
  const workspace: Workspace = { name, ...place, addedAt: needs.clock.now(), addedBy: actor, paused: null };
  await requireGate(needs, workspace, request.checks);

  const taken = await needs.workspaces.add(workspace);
  if (taken !== null) {
    const what =
      taken.taken === 'name'
        ? 'a workspace of that name exists'
        : `branch ${workspace.branch} of that repository belongs to workspace ${taken.by.name}`;
    throw fail('workspace_exists', { name, taken: what });
  }
  for (const check of request.checks) await needs.policy.addCheck(name, check);
  return workspace;
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
  if (added.length > 0) return;
  const open = await needs.repositories.open(workspace);
  try {
    const problem = await gateProblem(needs, open, workspace.name);
    if (problem !== null) throw fail('workspace_ungated', { name: workspace.name, problem });
  } finally {
    await open.repository.close();
  }
}

async function gateProblem(needs: AddNeeds, open: OpenRepository, name: string): Promise<string | null> {
  const tip = await open.repository.tip();
  const found = await readGate(needs, open.repository, {
    base: tip.tree,
    rules: await needs.policy.rulesFor(name),
  });
  if (found.kind === 'none') return found.why;
  return found.gate.checks.every((check) => argvOf(check.command).length === 0)
    ? 'every check is empty'
    : null;
}
