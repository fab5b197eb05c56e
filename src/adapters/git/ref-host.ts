import type { CommitId } from '../../core/git.ts';
import type { ProcessIdentity } from '../../core/lease/lease.ts';
import type { FenceMark } from '../../ports/repository.ts';
import type { Finished } from './run-git.ts';

/**
 * What the protocol of fence and landing asks of the machine that owns the repository: the two refs of a workspace,
 * their durability, their lock files, and the one process that may write them. `destination.ts` and `fence.ts` are the
 * protocol and touch nothing else, so that they run on a real repository and on a simulated one alike.
 */
export interface RefHost {
  readonly branchRef: string;
  readonly fenceRef: string;
  /** @throws GhostError when there is no such branch */
  tip(): Promise<CommitId>;
  fence(): Promise<StandingFence | null>;
  /** Whether `ancestor` is `descendant` or reachable from it. Both must exist. */
  isAncestor(ancestor: CommitId, descendant: CommitId): Promise<boolean>;
  /** Writes the object that a fence names, durable when resolved: another one at each call, for an equal mark too. */
  writeMark(mark: FenceMark): Promise<StandingFence>;
  /** Takes the kernel lock and starts a writer under it. `locked`: it is not to be had. */
  startWriter(): Promise<Started>;
  /** Kills the writer of a lease that was taken over; false when it survives. */
  endPredecessor(writer: ProcessIdentity): Promise<boolean>;
  /** git syncs a ref's content and not its new name: to be called after each transaction. */
  syncNames(ref: string): Promise<void>;
  /** Content and names of both refs, wherever they are stored. */
  syncAll(): Promise<void>;
  /** Removes what the dead writer of a landing of `commit` under `fence` can have left behind. */
  clearLandingLocks(commit: CommitId, fence: string): Promise<void>;
  /** Removes the fence's own stale lock; true when there was one. */
  clearFenceLock(): Promise<boolean>;
}

export interface StandingFence {
  /** Id of the blob that the fence names: what a transaction verifies. */
  readonly id: string;
  readonly mark: FenceMark;
}

/** One process that writes refs; it dies of the first transaction that is refused, and a new one is then needed. */
export interface Writer {
  readonly identity: ProcessIdentity;
  readonly isRunning: boolean;
  /** Ended by a signal that we did not send: by a successor, as a rule. */
  readonly wasKilled: boolean;
  /** Nothing is visible before all of it has been locked and checked. */
  transact(transaction: RefTransaction): Promise<Transacted>;
  /** Ends it and with it the kernel lock. */
  end(): Promise<void>;
}

/** One ref is written by a transaction: git's files backend renames refs one after the other, so two could be torn. */
export interface RefTransaction {
  /** A ref that has to stand at this id; it is locked and not written. */
  readonly verify?: { readonly ref: string; readonly id: string };
  /** `from` null: the ref must not exist yet. */
  readonly update: { readonly ref: string; readonly to: string; readonly from: string | null };
}

export type Started =
  | { readonly kind: 'started'; readonly writer: Writer }
  | { readonly kind: 'locked'; readonly path: string };

/** `died`: git ended before it said that the transaction was committed; whether it was, only the ref can tell. */
export type Transacted =
  | { readonly kind: 'committed' }
  | ({ readonly kind: 'died' } & Pick<Finished, 'exitCode' | 'stderr'>);
