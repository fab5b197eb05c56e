import { unreachable } from '../brand.ts';
import type { Fault } from '../change/fault.ts';
import type { Sha256 } from '../digest.ts';
import type { SkippedCheck } from '../gate/plan.ts';
import type { TakenBack, WatchedService } from '../gate/service-debt.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { CommitId, Path, TreeId } from '../git.ts';
import type { FencingToken } from '../lease/lease.ts';
import type { PatchId } from './id.ts';
import {
  type Attested,
  type Intent,
  NOTHING_SPENT,
  type Patch,
  type PatchState,
  type PlacedFile,
  type StateName,
  type WorktreeOutcome,
} from './patch.ts';
import type { FailReason, HoldReason, RejectReason } from './reason.ts';

/*
 * A patch's life. Every arrow is one event, every event one ledger entry, and nothing else moves a patch.
 *
 *                 deferred                checked
 *                  +---+                   +---+
 *                  |   v      claimed      |   v      intended              landed
 *   accepted ---> queued ---------------> checking ------------> landing ------------> landed --+
 *                 |  ^ ^                  |  |  |                 |                       ^     | followed, attested,
 *            held |  | +------------------+  |  |                 |                       +-----+ watched, taken_off
 *                 v  | released     retried, |  +--> rejected     |
 *                held+              rescued  |       failed       |
 *                 ^                          |                    |
 *                 +--------------------------+      queued <------+ outpaced, rescued, retried
 *                          held
 *
 *   approved: in queued and held, which it leaves as they are.
 *   cancelled: from queued, held and checking. rejected: from checking; by a person also from queued and held.
 *   failed: from checking and landing.
 */
export type PatchEvent =
  | { readonly type: 'deferred'; readonly notBefore: number }
  | {
      readonly type: 'held';
      readonly reason: HoldReason;
      readonly paths: readonly Path[];
      readonly detail?: string;
    }
  /** A person vouches for what the patch does on the tip that they saw. */
  | { readonly type: 'approved'; readonly by: string; readonly base: CommitId; readonly effect: Sha256 }
  | { readonly type: 'released' }
  | { readonly type: 'claimed'; readonly base: CommitId; readonly token: FencingToken }
  | {
      readonly type: 'checked';
      readonly tree: TreeId;
      readonly gate: string;
      readonly verdicts: readonly Verdict[];
      readonly fits: readonly PlacedFile[];
      /** Checks that were not asked of this patch. Absent where there are none. */
      readonly skipped?: readonly SkippedCheck[];
      /** What the gate loses by the `ghost.yml` that this patch leaves behind, in words. Absent where it loses nothing. */
      readonly weakened?: readonly string[];
    }
  | { readonly type: 'intended'; readonly intent: Intent }
  | { readonly type: 'outpaced'; readonly tip: CommitId }
  | { readonly type: 'landed'; readonly readBack: { readonly commit: CommitId; readonly tree: TreeId } }
  | { readonly type: 'followed'; readonly worktree: WorktreeOutcome }
  /** The evidence of the landing is signed and kept. */
  | ({ readonly type: 'attested' } & Attested)
  /** Services were asked again whether they answer, and what followed where one did not. */
  | {
      readonly type: 'watched';
      readonly services: readonly WatchedService[];
      readonly revert: TakenBack;
    }
  /** An operator took the branch as it was, and the commit was not on it any more. */
  | { readonly type: 'taken_off'; readonly by: string; readonly reason: string }
  | { readonly type: 'rejected'; readonly reason: RejectReason; readonly faults: readonly Fault[] }
  | {
      readonly type: 'retried';
      readonly reason: FailReason;
      readonly detail: string;
      readonly notBefore: number;
    }
  | { readonly type: 'rescued'; readonly from: FencingToken }
  | { readonly type: 'failed'; readonly reason: FailReason; readonly detail: string }
  | { readonly type: 'cancelled'; readonly by: string; readonly brokenBy?: PatchId };

export type PatchEventType = PatchEvent['type'];

const LEAVES: Readonly<Record<PatchEventType, readonly StateName[]>> = {
  deferred: ['queued'],
  approved: ['queued', 'held'],
  held: ['queued', 'checking'],
  released: ['held'],
  claimed: ['queued'],
  checked: ['checking'],
  intended: ['checking'],
  outpaced: ['landing'],
  landed: ['landing'],
  followed: ['landed'],
  attested: ['landed'],
  watched: ['landed'],
  taken_off: ['landed'],
  rejected: ['queued', 'held', 'checking'],
  retried: ['checking', 'landing'],
  rescued: ['checking', 'landing'],
  failed: ['checking', 'landing'],
  cancelled: ['queued', 'held', 'checking'],
};

/** Whether `type` may happen to a patch in this state. */
export function mayHappen(type: PatchEventType, state: PatchState): boolean {
  return LEAVES[type].includes(state.name);
}

/** Events that end an execution which had reached checking: the workspace's cooldown starts at them. */
const ENDS_EXECUTION: ReadonlySet<PatchEventType> = new Set<PatchEventType>([
  'held',
  'landed',
  'rejected',
  'failed',
  'retried',
  'cancelled',
]);

/**
 * The patch after `event`, which happened at `at` (milliseconds since 1970).
 * @throws TypeError for an event that cannot happen in the patch's state: a defect of the caller, never an outcome
 */
export function advance(patch: Patch, event: PatchEvent, at: number): Patch {
  if (!mayHappen(event.type, patch.state)) {
    throw new TypeError(
      `${event.type} cannot happen to ${patch.id}, which is ${patch.state.name}; it leaves ${LEAVES[event.type].join(' or ')}`,
    );
  }
  const atWork = patch.state.name === 'checking' || patch.state.name === 'landing';
  const endsExecution = atWork && ENDS_EXECUTION.has(event.type);
  return {
    ...patch,
    version: patch.version + 1,
    state: stateAfter(patch.state, event, at),
    executedAt: endsExecution ? at : patch.executedAt,
  };
}

function stateAfter(state: PatchState, event: PatchEvent, at: number): PatchState {
  const spent = 'spent' in state ? state.spent : NOTHING_SPENT;
  switch (event.type) {
    case 'deferred':
      return { name: 'queued', notBefore: event.notBefore, spent };
    case 'held':
      return {
        ...{ name: 'held', reason: event.reason, paths: event.paths, spent },
        ...(event.detail === undefined ? {} : { detail: event.detail }),
      };
    case 'released':
    case 'outpaced':
      return { name: 'queued', notBefore: null, spent };
    case 'retried':
      return { name: 'queued', notBefore: event.notBefore, spent: { ...spent, errors: spent.errors + 1 } };
    case 'rescued':
      return { name: 'queued', notBefore: null, spent: { ...spent, rescues: spent.rescues + 1 } };
    case 'claimed':
      return { name: 'checking', base: event.base, token: event.token, spent };
    case 'checked':
    case 'watched':
    case 'approved':
      return state;
    case 'intended':
      return { name: 'landing', intent: event.intent, spent };
    case 'landed':
      return { name: 'landed', intent: intentOf(state), worktree: null };
    case 'followed':
      return { ...landedIn(state), worktree: event.worktree };
    case 'attested':
      return { ...landedIn(state), attested: { bundle: event.bundle, leaf: event.leaf } };
    case 'taken_off':
      return { ...landedIn(state), takenOff: { by: event.by, at, reason: event.reason } };
    case 'rejected':
      return {
        name: 'rejected',
        reason: event.reason,
        base: state.name === 'checking' ? state.base : null,
        faults: event.faults,
      };
    case 'failed':
      return { name: 'failed', reason: event.reason, detail: event.detail };
    case 'cancelled':
      return event.brokenBy === undefined
        ? { name: 'cancelled', by: event.by }
        : { name: 'cancelled', by: event.by, brokenBy: event.brokenBy };
    default:
      return unreachable(event);
  }
}

function landedIn(state: PatchState): Extract<PatchState, { name: 'landed' }> {
  if (state.name === 'landed') return state;
  throw new TypeError(`a ${state.name} patch has not landed`);
}

function intentOf(state: PatchState): Intent {
  if (state.name === 'landing' || state.name === 'landed') return state.intent;
  throw new TypeError(`a ${state.name} patch has no intent`);
}
