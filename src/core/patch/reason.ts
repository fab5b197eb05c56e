/**
 * Why a patch stands still or ended: the closed list. `held` reasons wait for a condition, `rejected` ones are the
 * author's to repair, `failed` ones are ours, `cancelled` ones are a person's or follow from the end of another patch.
 * A patch never ends without one of them.
 */
export type HoldReason =
  | 'local_edits'
  | 'series_waits'
  | 'needs_approval'
  | 'phase_frozen'
  | 'mode_manual'
  | 'mode_test'
  | 'mode_lockdown';

export type RejectReason =
  | 'unparsable'
  | 'does_not_apply'
  | 'changes_nothing'
  | 'path_refused'
  | 'gate_unusable'
  | 'check_failed'
  | 'turned_down';

export type FailReason =
  | 'body_altered'
  | 'gate_missing'
  | 'gate_invalid'
  | 'check_error'
  | 'isolation_too_low'
  | 'base_fails'
  | 'evidence_missing'
  | 'read_back_mismatch'
  | 'push_refused'
  | 'repository_unreadable'
  | 'machine_busy'
  | 'attempts_spent';

export type CancelReason = 'cancelled' | 'series_broken';

export type Reason = HoldReason | RejectReason | FailReason | CancelReason;
