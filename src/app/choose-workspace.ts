import { fail } from '../core/errors.ts';
import { isOneShot, type Workspace } from '../core/workspace.ts';
import type { Needs } from './needs.ts';

/** The named workspace, or the only one there is. @throws GhostError workspace_unknown, workspace_unnamed */
export async function chooseWorkspace(
  needs: Pick<Needs, 'workspaces'>,
  name: string | null,
): Promise<Workspace> {
  if (name === null) {
    const all = (await needs.workspaces.list()).filter((one) => !isOneShot(one));
    const [only] = all;
    if (only === undefined || all.length > 1) throw fail('workspace_unnamed', { known: namesOf(all) });
    return only;
  }
  const found = await needs.workspaces.find(name);
  if (found === null)
    throw fail('workspace_unknown', { name, known: namesOf(await needs.workspaces.list()) });
  return found;
}

function namesOf(workspaces: readonly Workspace[]): string {
  return workspaces.map(({ name }) => name).join(', ') || 'none';
}
