import type { PatchState } from './patch.ts';
import type { CancelReason } from './reason.ts';

/** Why a patch was cancelled, for whoever asks. */
export function cancellationOf({ by, brokenBy }: Extract<PatchState, { name: 'cancelled' }>): {
  readonly reason: CancelReason;
  readonly detail: string;
} {
  return brokenBy === undefined
    ? { reason: 'cancelled', detail: `by ${by}` }
    : { reason: 'series_broken', detail: `${brokenBy} of its series did not land` };
}
