import type { PatchView } from '../../app/views.ts';
import { fail, type GhostError } from '../../core/errors.ts';
import { isOver } from '../../core/patch/patch.ts';

type Standing = Pick<PatchView, 'id' | 'state' | 'reason' | 'detail' | 'commit' | 'title' | 'notBefore'>;

/** Where a patch stands, in one sentence and what to do next. */
export function sayStanding({ id, state, reason, detail, commit, notBefore }: Standing): string {
  switch (state) {
    case 'queued':
      return notBefore === null
        ? `${id} is queued.`
        : `${id} is queued and is not taken before ${notBefore}.`;
    case 'checking':
    case 'landing':
      return `${id} is ${state}.`;
    case 'held':
      return `${id} is held: ${told(reason, detail)}. It waits for a condition or a person, not for you.`;
    case 'landed':
      return `${id} landed as ${commit}.`;
    case 'rejected':
      return `${id} was rejected: ${told(reason, detail)}. Nothing was changed; get_repair_request tells what to repair.`;
    case 'failed':
      return `${id} failed: ${told(reason, detail)}. Nothing was changed, and it is not the patch's fault: a person has to look.`;
    case 'cancelled':
      return `${id} was cancelled: ${told(reason, detail)}. Nothing was changed.`;
  }
}

/** The same for a patch that somebody waits for. */
export function sayWaited(view: Standing): string {
  return isOver({ name: view.state }) || view.state === 'held'
    ? sayStanding(view)
    : `${sayStanding(view)} Call wait_for_patch again.`;
}

/** What a rejected patch is to its author, as an error is: null for every other one. */
export function rejectionOf({ id, state, reason, faults, repair }: PatchView): GhostError | null {
  if (state !== 'rejected') return null;
  return fail('patch_rejected', { what: id, reason: reason ?? 'no reason is known' }, { faults, repair });
}

function told(reason: string | null, detail: string | null): string {
  return [reason, detail].filter((part) => part !== null).join(': ') || 'no reason is known';
}
