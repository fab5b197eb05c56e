import type { CommitId } from '../../../core/git.ts';
import type { FenceMark } from '../../../ports/repository.ts';
import type { StandingFence } from '../ref-host.ts';

/*
 * What the protocol of a remote asks of the network and of the copy on this machine. `remote-refs.ts`,
 * `remote-destination.ts`, `remote-fence.ts` and `remote-follower.ts` are the protocol and touch nothing else, so that
 * they run against a real server and a simulated one alike.
 */

/** The two refs of one workspace on a server. Every call can fail, and no call is believed to have done nothing. */
export interface RemoteLink {
  look(): Promise<Looked>;
  /** Brings the objects of these refs to the copy, as they are by now: perhaps not the ones that were seen. */
  fetch(refs: readonly RemoteRef[]): Promise<{ readonly kind: 'fetched' } | NoAnswer>;
  /** All of them or none, each only where the ref still stands at `from`. A server may tear this all the same. */
  push(updates: readonly RemoteUpdate[]): Promise<Pushed>;
}

export type RemoteRef = 'branch' | 'fence';

export interface RemoteUpdate {
  readonly ref: RemoteRef;
  /** null: the ref must not exist. */
  readonly from: string | null;
  readonly to: string;
}

export type Looked =
  | { readonly kind: 'seen'; readonly branch: CommitId | null; readonly fence: string | null }
  | NoAnswer;

/** `denied`: somebody answered and would not let us in. Either way nothing is known of the refs. */
export interface NoAnswer {
  readonly kind: 'unreachable' | 'denied';
  /** Safe to show: nothing secret, no control characters. */
  readonly why: string;
}

export type Pushed =
  | { readonly kind: 'accepted' }
  /**
   * By the sender itself, before anything was sent, since a lease does not hold; or by the server, for the state of a ref
   * or by a rule of its keepers. A server's refusal is of what it answered: HTTP libraries send a request again when its
   * connection breaks, and the first one may still be under way.
   */
  | {
      readonly kind: 'refused';
      readonly by: 'sender' | 'state' | 'rule';
      /** Whether something of it may be under way still; left out where it is not known. */
      readonly copies?: 'none';
      readonly why: string;
    }
  /** It may have happened, may happen yet, or not. */
  | { readonly kind: 'unknown'; readonly why: NoAnswer };

/** The mirror, as far as the protocol needs it. */
export interface LocalCopy {
  has(id: string): Promise<boolean>;
  /** Both must be there. */
  isAncestor(ancestor: CommitId, descendant: CommitId): Promise<boolean>;
  /** Writes an object for the fence to name, another one each time; durable when resolved. */
  writeMark(mark: FenceMark): Promise<StandingFence>;
  /** @throws GhostError integrity_broken when it is no mark */
  readMark(id: string): Promise<FenceMark>;
  /** Remembers where the remote's branch was seen, so that the next fetch brings only what is new. Best effort. */
  noteTip(commit: CommitId): Promise<void>;
}
