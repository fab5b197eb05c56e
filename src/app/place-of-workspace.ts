import type { Remote, Workspace } from '../core/workspace.ts';
import type { Needs } from './needs.ts';

export interface RemoteRequest extends Remote {
  /** Given git's own lines while the first copy is made. */
  readonly progress: (line: string) => void;
}

export interface WorkspacePlace extends Pick<Workspace, 'gitDir' | 'workTree' | 'branch' | 'remote'> {
  /** Takes back what was made for a workspace that then is not added. */
  readonly undo: () => Promise<void>;
}

/** Where a new workspace lives: in a repository of this machine, or in a copy of a remote that is made now. */
export async function placeOfWorkspace(
  needs: Pick<Needs, 'repositories' | 'mirrors'>,
  request: {
    readonly name: string;
    readonly repo: string;
    readonly branch: string | null;
    readonly remote?: RemoteRequest | null;
  },
): Promise<WorkspacePlace> {
  const { name, repo, branch } = request;
  if (!request.remote) {
    const place = await needs.repositories.inspect(repo, branch);
    await needs.repositories.examine(place.gitDir);
    return { ...place, remote: null, undo: async () => undefined };
  }
  const { progress, ...remote } = request.remote;
  const { found, ...made } = await needs.mirrors.make({ name, remote, branch, progress });
  const place = { ...made, workTree: null, remote };
  const undo = async () => {
    if (found) return;
    await needs.mirrors.discard({ ...place, name, addedAt: 0, addedBy: '', paused: null, baseline: null });
  };
  return { ...place, undo };
}
