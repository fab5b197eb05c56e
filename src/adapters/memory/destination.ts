import type { CommitId } from '../../core/git.ts';
import type { Lease, ProcessIdentity } from '../../core/lease/lease.ts';
import type { Intent } from '../../core/patch/patch.ts';
import type { Destination, Fence, FenceMark, History, LandOutcome, Raised } from '../../ports/repository.ts';

/** The two refs of a workspace. Nothing here is ever torn, locked or lost: each call is one step. */
export interface BranchState {
  tip: CommitId;
  fence: FenceMark | null;
  /** How often it was raised. There is no process that writes for us: a raised fence has a writer by number only. */
  raised: number;
}

export interface DestinationOf {
  readonly installation: string;
  readonly workspace: string;
  readonly state: BranchState;
  readonly history: History;
}

export function memoryDestination(of: DestinationOf): Destination {
  const { installation, workspace, state } = of;
  return {
    installation,
    async fence() {
      return state.fence;
    },
    async raise(lease, _predecessor, { adopt }): Promise<Raised> {
      const mark = state.fence;
      const foreign = mark !== null && mark.installation !== installation;
      if (foreign && !adopt) return { kind: 'other-installation', mark };
      if (mark !== null && (foreign ? mark.token >= lease.token : mark.token > lease.token))
        return { kind: 'fenced', mark };
      state.fence = { installation, workspace, token: lease.token };
      state.raised += 1;
      return {
        kind: 'raised',
        fence: fenceOf(of, lease, { pid: state.raised, startedTicks: 0, bootId: 'memory' }),
      };
    },
    async clearStaleFence() {
      return false;
    },
  };
}

function fenceOf({ state, history, ...of }: DestinationOf, lease: Lease, writer: ProcessIdentity): Fence {
  let lowered = false;
  const isOurs = () =>
    state.fence?.token === lease.token &&
    state.fence.installation === of.installation &&
    state.fence.workspace === of.workspace;
  return {
    ...{ lease, writer },
    async land({ base, commit }: Intent): Promise<LandOutcome> {
      if (lowered) throw new TypeError('the fence was lowered');
      if (state.tip !== base && (await history.isAncestor(commit, state.tip))) return { kind: 'moved' };
      if (!isOurs()) return { kind: 'fenced', mark: state.fence };
      if (state.tip !== base) return { kind: 'outpaced', tip: state.tip };
      state.tip = commit;
      return { kind: 'moved' };
    },
    async sync() {
      // What is in memory is as durable as it gets.
    },
    async clearStaleLock() {
      // Nothing here leaves a lock behind.
    },
    async lower() {
      lowered = true;
    },
  };
}
