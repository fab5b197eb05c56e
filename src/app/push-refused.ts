import type { Patch } from '../core/patch/patch.ts';
import { MAX_ATTEMPTS } from '../core/queue/attempts.ts';
import { type Ended, tryAgain } from './end-of-attempt.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { pauseWorkspace } from './pause-workspace.ts';

/**
 * The remote declined the commit by a rule of its own: a hook, or a protected branch. Whether that is about this patch
 * or about every one cannot be told, so after the last attempt the line stands still with it, until somebody has looked.
 */
export async function pushRefused(
  needs: Pick<Needs, 'ledger' | 'clock' | 'wakeUps' | 'workspaces'>,
  holding: Holding,
  { patch, why }: { readonly patch: Patch; readonly why: string },
): Promise<Ended> {
  const errors = 'spent' in patch.state ? patch.state.spent.errors : 0;
  // Before the patch ends: whoever dies in between leaves a line that stands still, not one that goes on.
  if (errors + 1 >= MAX_ATTEMPTS)
    await pauseWorkspace(needs, {
      name: holding.workspace.name,
      reason: `${patch.id}: the remote declined it: ${why}`,
      actor: holding.lease.owner,
    });
  return tryAgain(needs, holding, { patch, reason: 'push_refused', detail: why });
}
