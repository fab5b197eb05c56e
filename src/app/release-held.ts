import type { Patch } from '../core/patch/patch.ts';
import type { PatchEvent } from '../core/patch/transition.ts';
import { turnInSeries } from '../core/queue/series-turn.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { recordStep } from './record-step.ts';
import { seriesBroken, seriesReader } from './series-of.ts';

type ReleaseNeeds = Pick<Needs, 'ledger' | 'clock' | 'wakeUps'>;

/**
 * Puts held patches back in the line, at their old place, once what they wait for is over: local edits that are gone, or
 * the patches before them in their series. True when one was moved.
 */
export async function releaseHeld(needs: ReleaseNeeds, holding: Holding): Promise<boolean> {
  const { held } = await needs.ledger.line(holding.workspace.name);
  const seriesAt = seriesReader(needs);
  let moved = false;
  for (const patch of held) {
    const event = await whatEndsTheHold(seriesAt, holding, patch);
    if (event === null) continue;
    const outcome = await recordStep(needs, holding, { patch, event });
    if (outcome.kind === 'fenced') return moved;
    moved ||= outcome.kind === 'recorded';
  }
  return moved;
}

/** Null while it goes on. */
async function whatEndsTheHold(
  seriesAt: ReturnType<typeof seriesReader>,
  holding: Holding,
  patch: Patch,
): Promise<PatchEvent | null> {
  if (patch.state.name !== 'held') return null;
  switch (patch.state.reason) {
    case 'local_edits': {
      const base = await holding.open.repository.tip();
      const edited = await holding.open.worktree.localEdits(base.commit, patch.state.paths);
      return edited.length === 0 ? { type: 'released' } : null;
    }
    case 'series_waits': {
      const turn = turnInSeries(patch, await seriesAt(patch));
      if (turn.kind === 'broken') return seriesBroken(holding, turn.by.id);
      return turn.kind === 'free' ? { type: 'released' } : null;
    }
    case 'needs_approval':
    case 'phase_frozen':
    case 'mode_manual':
    case 'mode_test':
      return null;
  }
}
