import type { PatchId } from '../patch/id.ts';
import { remoteKey } from '../remote-url.ts';
import type { Baseline, Workspace } from '../workspace.ts';
import type { Entry, EntryDraft } from './entry.ts';

interface Act {
  readonly name: string;
  readonly actor: string;
  readonly at: number;
}

export function workspaceAdded(workspace: Workspace): EntryDraft {
  const { name, gitDir, workTree, branch, remote, baseline, addedAt, addedBy } = workspace;
  const place = { gitDir, workTree, branch, ...(remote && { remote: { ...remote } }) };
  const data = { ...place, ...(baseline && { baseline: { ...baseline } }) };
  return { ...about({ name, actor: addedBy, at: addedAt }), type: 'workspace.added', data };
}

/** What `workspaceAdded` wrote down, as the chain gives it back. */
export function registrationIn({ subject, actor, at, data }: Entry): Workspace {
  const place = data as Pick<Workspace, 'gitDir' | 'workTree' | 'branch'> & Partial<Workspace>;
  const { gitDir, workTree, branch, remote = null, baseline = null } = place;
  const added = { addedAt: at, addedBy: actor, paused: null };
  return { name: subject, gitDir, workTree, branch, remote, baseline, ...added };
}

type Place = Pick<Workspace, 'gitDir' | 'remote' | 'branch'>;

/** Whether both stand for the same branch of the same repository. Two copies of one remote are the same. */
export function isSamePlace(one: Place, other: Place): boolean {
  const same =
    one.remote === null || other.remote === null
      ? one.gitDir === other.gitDir
      : remoteKey(one.remote.url) === remoteKey(other.remote.url);
  return same && one.branch === other.branch;
}

export function workspacePaused(act: Act, reason: string | null): EntryDraft {
  return reason === null
    ? { ...about(act), type: 'workspace.resumed', data: {} }
    : { ...about(act), type: 'workspace.paused', data: { reason } };
}

/** With as many ids the outbox still tells the whole entry. */
const MOST_NAMED = 100;

/**
 * An operator has looked at the branch and takes it as it is; `from` is where Ghost had last left it. Each patch of
 * `takenOff` has an entry of its own right before this one, so that none is left out where they are many.
 */
export function tipAccepted(
  act: Act,
  accepted: {
    readonly baseline: Baseline;
    readonly from: string | null;
    readonly reason: string;
    readonly takenOff: readonly PatchId[];
  },
): EntryDraft {
  const { baseline, from, reason } = accepted;
  const takenOff = { count: accepted.takenOff.length, patches: accepted.takenOff.slice(0, MOST_NAMED) };
  return { ...about(act), type: 'workspace.tip_accepted', data: { from, ...baseline, reason, takenOff } };
}

export function workspaceRemoved(act: Act): EntryDraft {
  return { ...about(act), type: 'workspace.removed', data: {} };
}

function about({ name, actor, at }: Act) {
  return { chain: name, at, actor, subject: name };
}
