import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { recordStep } from './record-step.ts';

/** Puts held patches whose local edits are gone back in the line, at their old place. True when one was. */
export async function releaseHeld(
  needs: Pick<Needs, 'ledger' | 'clock' | 'wakeUps'>,
  holding: Holding,
): Promise<boolean> {
  const { held } = await needs.ledger.line(holding.workspace.name);
  let released = false;
  for (const patch of held) {
    if (patch.state.name !== 'held' || patch.state.reason !== 'local_edits') continue;
    const base = await holding.open.repository.tip();
    const edited = await holding.open.worktree.localEdits(base.commit, patch.state.paths);
    if (edited.length > 0) continue;
    const outcome = await recordStep(needs, holding, { patch, event: { type: 'released' } });
    if (outcome.kind === 'fenced') return released;
    released ||= outcome.kind === 'recorded';
  }
  return released;
}
