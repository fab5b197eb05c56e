import type { Fault } from '../core/change/fault.ts';
import type { Path } from '../core/git.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { FailReason, HoldReason, RejectReason } from '../core/patch/reason.ts';
import { MAX_ATTEMPTS, retryDelayMs } from '../core/queue/attempts.ts';
import type { Holding, Interrupted } from './holding.ts';
import type { Needs } from './needs.ts';
import { recordStep } from './record-step.ts';

type EndNeeds = Pick<Needs, 'ledger' | 'clock' | 'wakeUps'>;

/** How an attempt ended that did not reach landing. */
export type Ended = { readonly kind: 'moved'; readonly patch: Patch } | Interrupted;

/** The author's to repair. */
export function reject(
  needs: EndNeeds,
  holding: Holding,
  end: { readonly patch: Patch; readonly reason: RejectReason; readonly faults: readonly Fault[] },
): Promise<Ended> {
  return write(needs, holding, {
    patch: end.patch,
    event: { type: 'rejected', reason: end.reason, faults: end.faults },
  });
}

/** Waits, out of the line, until the named local edits are gone. */
export function holdForEdits(
  needs: EndNeeds,
  holding: Holding,
  end: { readonly patch: Patch; readonly paths: readonly Path[] },
): Promise<Ended> {
  return write(needs, holding, {
    patch: end.patch,
    event: { type: 'held', reason: 'local_edits', paths: end.paths },
  });
}

/** Waits, out of the line, for people or for an order to be taken back. */
export function hold(
  needs: EndNeeds,
  holding: Holding,
  {
    patch,
    reason,
    paths,
    detail,
  }: {
    readonly patch: Patch;
    readonly reason: HoldReason;
    readonly paths: readonly Path[];
    readonly detail: string;
  },
): Promise<Ended> {
  return write(needs, holding, { patch, event: { type: 'held', reason, paths, detail } });
}

export interface Trouble {
  readonly patch: Patch;
  readonly reason: FailReason;
  readonly detail: string;
}

/** Ours, and trying again cannot help. */
export function failForGood(
  needs: EndNeeds,
  holding: Holding,
  { patch, reason, detail }: Trouble,
): Promise<Ended> {
  return write(needs, holding, { patch, event: { type: 'failed', reason, detail } });
}

/** Ours, and may pass: the patch waits for another attempt and fails as ours when they are spent. */
export function tryAgain(needs: EndNeeds, holding: Holding, trouble: Trouble): Promise<Ended> {
  const { patch, reason, detail } = trouble;
  const errors = 'spent' in patch.state ? patch.state.spent.errors : 0;
  if (errors + 1 >= MAX_ATTEMPTS) return failForGood(needs, holding, trouble);
  const notBefore = needs.clock.now() + retryDelayMs(errors);
  return write(needs, holding, { patch, event: { type: 'retried', reason, detail, notBefore } });
}

async function write(
  needs: EndNeeds,
  holding: Holding,
  step: Parameters<typeof recordStep>[2],
): Promise<Ended> {
  const outcome = await recordStep(needs, holding, step);
  return outcome.kind === 'recorded' ? { kind: 'moved', patch: outcome.patch } : outcome;
}
