import type { CommitId } from '../core/git.ts';
import type { Lease } from '../core/lease/lease.ts';
import type { PatchId } from '../core/patch/id.ts';
import type { Baseline, Workspace } from '../core/workspace.ts';

/** The register of workspaces. Each change is an entry in the workspace's chain and an outbox row. */
export interface Workspaces {
  /**
   * Null when it was added; else what already has that name, or that repository and branch. A name belongs for ever to
   * the repository and branch that it was first added with: for any other it stays taken after a removal, by that
   * first registration, so that a chain, its landing numbers and its keys never speak of two places.
   */
  add(workspace: Workspace): Promise<{ readonly taken: 'name' | 'branch'; readonly by: Workspace } | null>;
  find(name: string): Promise<Workspace | null>;
  list(): Promise<readonly Workspace[]>;
  /** Sets or clears the reason for which the line stands still. False when there is no such workspace. */
  pause(name: string, reason: string | null, actor: string, at: number): Promise<boolean>;
  /**
   * Moves the baseline, takes note of each landed patch that is not on the branch any more, which no longer answers for
   * its content, and lets the line go on, all in one step. Nothing happens where the lease is lost, or where the line is
   * not paused any more for the reason that was seen.
   */
  acceptTip(name: string, accepted: AcceptedTip, by: TipAcceptor): Promise<TipAcceptance>;
  /** Takes it out of the register; its patches and its chain stay. Refused (false) while a patch is not over. */
  remove(name: string, actor: string, at: number): Promise<boolean>;
}

export interface AcceptedTip {
  readonly baseline: Baseline;
  /** The commit that had landed last; null when none had. */
  readonly from: CommitId | null;
  /** In the operator's words. */
  readonly reason: string;
  /** Landed patches whose commits the branch does not have; one that was told before is not told again. */
  readonly takenOff: readonly PatchId[];
}

export interface TipAcceptor {
  readonly lease: Lease;
  /** Why the line stood still when it was looked at. */
  readonly paused: string;
  readonly actor: string;
  readonly at: number;
}

export type TipAcceptance = 'accepted' | 'unknown' | 'fenced' | 'pause-changed';
