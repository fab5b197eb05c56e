import type { Lease, LeaseRecord } from '../core/lease/lease.ts';
import type { StepObserver } from '../core/patch/landing-step.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Fence, OpenRepository } from '../ports/repository.ts';

/**
 * A workspace in the hands of one runner: its lease, and the fence raised to that lease's token. Whatever moves the
 * branch, or a patch in a runner's name, takes a holding; without one a patch can only be accepted or cancelled.
 */
export interface Holding {
  readonly workspace: Workspace;
  readonly open: OpenRepository;
  readonly lease: Lease;
  readonly fence: Fence;
  /** Whose lease this one replaced; its writer was ended before the fence was raised. */
  readonly predecessor: LeaseRecord | null;
  readonly observe: StepObserver;
  /** Aborted when the lease is known to be lost or the runner stops. */
  readonly signal: AbortSignal;
}

/** Why a step could not be written: somebody else moved the patch, or a newer holder exists. */
export type Interrupted = { readonly kind: 'superseded' } | { readonly kind: 'fenced' };
