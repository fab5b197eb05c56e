import type { Intent } from '../core/patch/patch.ts';
import type { LandOutcome } from '../ports/repository.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';

/**
 * Moves the branch as the intent says. A refused transaction ends the writer and another one takes its place: that one
 * is named in the lease too, or a successor could not end it.
 */
export async function moveBranch(
  needs: Pick<Needs, 'leaser'>,
  holding: Holding,
  intent: Intent,
): Promise<LandOutcome> {
  const { fence, lease } = holding;
  const before = fence.writer;
  const outcome = await fence.land(intent);
  const renamed = fence.writer === before || (await needs.leaser.nameWriter(lease, fence.writer));
  return renamed || outcome.kind === 'moved' ? outcome : { kind: 'fenced', mark: null };
}
