import { fail } from '../core/errors.ts';
import type { Remote, Workspace } from '../core/workspace.ts';
import { discardMirror } from './discard-mirror.ts';
import type { Needs } from './needs.ts';

export interface RemoteRequest extends Remote {
  /** Given git's own lines while the first copy is made. */
  readonly progress: (line: string) => void;
}

export interface WorkspacePlace extends Pick<Workspace, 'gitDir' | 'workTree' | 'branch' | 'remote'> {
  /** To be called once it is known whether the workspace stands in the register; takes back what was made for one that does not. */
  readonly settle: (outcome: 'added' | 'not-added') => Promise<void>;
}

interface PlaceRequest {
  readonly name: string;
  readonly repo: string;
  readonly branch: string | null;
  readonly remote?: RemoteRequest | null;
}

/**
 * Where a new workspace lives: in a repository of this machine, or in a copy of a remote that is made now.
 * @throws GhostError workspace_exists, repository_locked
 */
export async function placeOfWorkspace(
  needs: Pick<Needs, 'repositories' | 'mirrors' | 'workspaces'>,
  { name, repo, branch, remote }: PlaceRequest,
): Promise<WorkspacePlace> {
  if (remote) return remotePlace(needs, { name, branch, request: remote });
  const place = await needs.repositories.inspect(repo, branch);
  await needs.repositories.examine(place.gitDir);
  return { ...place, remote: null, settle: async () => undefined };
}

async function remotePlace(
  needs: Pick<Needs, 'mirrors' | 'workspaces'>,
  { name, branch, request }: Pick<PlaceRequest, 'name' | 'branch'> & { readonly request: RemoteRequest },
): Promise<WorkspacePlace> {
  const { progress, ...remote } = request;
  // Held until the register has the name or will not have it: who removes a workspace of that name, or adds another, would
  // find a copy that nobody seems to live in.
  const hold = await needs.mirrors.hold(name);
  if (hold === null)
    throw fail('repository_locked', {
      path: `the copy for workspace ${name}`,
      by: 'somebody adds or removes a workspace of that name right now',
    });
  try {
    await requireFreeName(needs, name);
    const { found, ...made } = await hold.make({ remote, branch, progress });
    const place = { ...made, workTree: null, remote };
    const settle: WorkspacePlace['settle'] = async (outcome) => {
      try {
        if (outcome === 'not-added' && !found) await discardMirror(needs, hold, place);
      } finally {
        hold.release();
      }
    };
    return { ...place, settle };
  } catch (error) {
    hold.release();
    throw error;
  }
}

/** A copy of a remote lies under its workspace's name: it must not be taken for that of another. */
async function requireFreeName({ workspaces }: Pick<Needs, 'workspaces'>, name: string): Promise<void> {
  const by = await workspaces.find(name);
  if (by !== null) throw fail('workspace_exists', { name, taken: 'a workspace of that name exists' });
}
