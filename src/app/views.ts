import { legible } from '../core/change/bytes.ts';
import { type LegibleFault, legibleFault } from '../core/change/faults/legible-fault.ts';
import { cancellationOf } from '../core/patch/cancellation.ts';
import {
  type Lineage,
  type MergeRule,
  type Patch,
  type SeriesPlace,
  type StateName,
  takenOffIn,
} from '../core/patch/patch.ts';
import type { Reason } from '../core/patch/reason.ts';
import type { RepairRequest } from '../core/patch/repair-request.ts';
import type { PatchTerms } from '../core/patch/terms.ts';
import type { ApprovalGiven } from './approvals/approve-patch.ts';
import type { Approvable } from './approvals/effect-now.ts';
import type { Frozen } from './orders/freeze-phase.ts';
import type { Receipt } from './submit-patch.ts';

/** A patch as the API and the CLI show it. Times are RFC 3339 in UTC; what is not true yet is null. */
export interface PatchView {
  readonly id: string;
  readonly seq: number;
  readonly workspace: string;
  readonly title: string;
  readonly author: string;
  readonly origin: string;
  readonly format: string;
  readonly digest: string;
  readonly size: number;
  readonly externalId: string | null;
  readonly lineage: Lineage | null;
  readonly series: SeriesPlace | null;
  readonly merge: MergeRule;
  /** What it says of itself and is held to. */
  readonly terms: PatchTerms;
  readonly acceptedAt: string;
  readonly state: StateName;
  readonly reason: Reason | null;
  readonly detail: string | null;
  readonly faults: readonly LegibleFault[];
  /** What is asked of its author: null unless it is rejected and can be repaired. */
  readonly repair: RepairRequest | null;
  readonly heldPaths: readonly string[];
  /** When a queued patch will be taken at the earliest. */
  readonly notBefore: string | null;
  readonly base: string | null;
  readonly commit: string | null;
  readonly tree: string | null;
  readonly landingSeq: number | null;
  readonly worktree: string | null;
  /** Who accepted its branch without its commit, when and why; null for a patch that is on it or never was. */
  readonly takenOff: TakenOffView | null;
  readonly links: Readonly<Record<'self' | 'events' | 'summary' | 'diff' | 'log' | 'evidence', string>>;
}

interface TakenOffView {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

type StateView = Pick<
  PatchView,
  | 'reason'
  | 'detail'
  | 'faults'
  | 'heldPaths'
  | 'notBefore'
  | 'base'
  | 'commit'
  | 'tree'
  | 'landingSeq'
  | 'worktree'
  | 'takenOff'
>;

const NOTHING: StateView = {
  reason: null,
  detail: null,
  faults: [],
  heldPaths: [],
  notBefore: null,
  base: null,
  commit: null,
  tree: null,
  landingSeq: null,
  worktree: null,
  takenOff: null,
};

export function viewPatch(patch: Patch, repair: RepairRequest | null): PatchView {
  const {
    id,
    seq,
    workspace,
    title,
    author,
    origin,
    format,
    digest,
    size,
    externalId,
    lineage,
    series,
    merge,
    terms,
    acceptedAt,
    state,
  } = patch;
  const self = `/api/v1/patches/${id}`;
  return {
    ...{
      id,
      seq,
      workspace,
      title,
      author,
      origin,
      format,
      digest,
      size,
      externalId,
      lineage,
      series,
      merge,
      terms,
    },
    acceptedAt: new Date(acceptedAt).toISOString(),
    state: state.name,
    ...NOTHING,
    ...viewState(patch),
    repair,
    links: {
      self,
      events: `/api/v1/events?patch=${id}`,
      summary: `${self}/summary`,
      diff: `${self}/diff`,
      log: `${self}/log`,
      evidence: `${self}/evidence`,
    },
  };
}

function viewState({ state }: Patch): Partial<StateView> {
  switch (state.name) {
    case 'queued':
      return { notBefore: state.notBefore === null ? null : new Date(state.notBefore).toISOString() };
    case 'held':
      return {
        ...{ reason: state.reason, detail: state.detail ?? null },
        heldPaths: state.paths.map(legible),
      };
    case 'checking':
      return { base: state.base };
    case 'landing':
      return pickIntent(state.intent);
    case 'landed':
      return { ...pickIntent(state.intent), worktree: state.worktree, takenOff: viewTakenOff(state) };
    case 'rejected':
      return { reason: state.reason, base: state.base, faults: state.faults.map(legibleFault) };
    case 'failed':
      return { reason: state.reason, detail: state.detail };
    case 'cancelled':
      return cancellationOf(state);
  }
}

function viewTakenOff(state: Patch['state']): TakenOffView | null {
  const takenOff = takenOffIn(state);
  return takenOff && { ...takenOff, at: new Date(takenOff.at).toISOString() };
}

function pickIntent({
  base,
  commit,
  tree,
  landingSeq,
}: {
  readonly base: string;
  readonly commit: string;
  readonly tree: string;
  readonly landingSeq: number;
}): Partial<StateView> {
  return { base, commit, tree, landingSeq };
}

/** A patch as one of a list: its faults are counted, and told where the patch is asked for. */
export interface ListedPatchView extends Omit<PatchView, 'faults' | 'repair'> {
  readonly faultCount: number;
}

export function viewListed(patch: Patch): ListedPatchView {
  const { faults, repair: _, ...view } = viewPatch(patch, null);
  return { ...view, faultCount: faults.length };
}

export interface ReceiptView extends PatchView {
  /** True when this patch was there before and nothing new was made. */
  readonly repeated: boolean;
  readonly notes: readonly string[];
  /** The receipts of the patches that follow it in its series, in order. */
  readonly rest: readonly ReceiptView[];
}

export function viewReceipt(receipt: Receipt, repair: RepairRequest | null): ReceiptView {
  const { patch, repeated, notes, rest } = receipt;
  // What is asked of the author of a patch that follows is told where that patch is asked for.
  return { ...viewPatch(patch, repair), repeated, notes, rest: rest.map((one) => viewReceipt(one, null)) };
}

/** A patch, and what whoever approves it would vouch for; null where it waits for nobody. */
export interface ShownPatchView extends PatchView {
  readonly approvable: Approvable | null;
}

/** What was approved, and the patch after it. */
export function viewApproval({ patch, ...given }: ApprovalGiven) {
  return { ...viewPatch(patch, null), approved: given };
}

/** A phase after an order; what was at work then was not stopped. */
export function viewFrozen({ phase, atWork }: Frozen) {
  return { ...phase, atWork: atWork.map(viewListed) };
}
