import type { Workspace } from '../workspace.ts';
import type { Entry, EntryDraft } from './entry.ts';

interface Act {
  readonly name: string;
  readonly actor: string;
  readonly at: number;
}

export function workspaceAdded({ name, gitDir, workTree, branch, addedAt, addedBy }: Workspace): EntryDraft {
  const act = { name, actor: addedBy, at: addedAt };
  return { ...about(act), type: 'workspace.added', data: { gitDir, workTree, branch } };
}

/** What `workspaceAdded` wrote down, as the chain gives it back. */
export function registrationIn({ subject, actor, at, data }: Entry): Workspace {
  const place = data as Pick<Workspace, 'gitDir' | 'workTree' | 'branch'>;
  const { gitDir, workTree, branch } = place;
  return { name: subject, gitDir, workTree, branch, addedAt: at, addedBy: actor, paused: null };
}

/** Whether both stand for the same branch of the same repository. */
export function isSamePlace(one: Workspace, other: Workspace): boolean {
  return one.gitDir === other.gitDir && one.branch === other.branch;
}

export function workspacePaused(act: Act, reason: string | null): EntryDraft {
  return reason === null
    ? { ...about(act), type: 'workspace.resumed', data: {} }
    : { ...about(act), type: 'workspace.paused', data: { reason } };
}

export function workspaceRemoved(act: Act): EntryDraft {
  return { ...about(act), type: 'workspace.removed', data: {} };
}

function about({ name, actor, at }: Act) {
  return { chain: name, at, actor, subject: name };
}
