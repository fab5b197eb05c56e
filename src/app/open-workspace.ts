import type { OpenRepository } from '../ports/repository.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import type { Needs } from './needs.ts';

/** Opens the repository of a workspace by name; the caller closes it. @throws GhostError workspace_unknown */
export async function openWorkspaceOf(
  needs: Pick<Needs, 'workspaces' | 'repositories'>,
  name: string,
): Promise<OpenRepository> {
  return needs.repositories.open(await chooseWorkspace(needs, name));
}
