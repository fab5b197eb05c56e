import { withTimeLeft } from '../../core/gate/brought-checks.ts';
import type { GatePlan } from '../../core/gate/plan.ts';
import type { KnownPasses } from '../../core/gate/reuse.ts';
import type { Verdict } from '../../core/gate/verdict.ts';
import type { Repository } from '../../ports/repository.ts';
import type { Candidate, CheckNeeds } from '../checks/job.ts';
import { runOnce } from './run-once.ts';
import { sideBySide } from './side-by-side.ts';

/** What passed before on this tree, and on the base, which is asked only where a check failed. */
export interface Known {
  readonly tree: KnownPasses;
  readonly base: () => Promise<KnownPasses>;
}

export interface GateJob {
  readonly plan: GatePlan;
  readonly candidate: Candidate;
  readonly repository: Repository;
  readonly signal: AbortSignal;
  readonly known: Known;
}

/**
 * Runs stage after stage on the candidate, the checks of each side by side, and stops after the first stage in which one
 * did not pass: its other checks come to their ends. A check whose needs did not pass is not run. The verdicts stand in
 * the order of the gate, however long each took.
 */
export async function runGate(needs: CheckNeeds, { plan, ...job }: GateJob): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const stage of plan.stages) {
    const spentMs = verdicts.reduce(
      (sum, one) => sum + (one.source === 'patch' && !one.served ? one.durationMs : 0),
      0,
    );
    const answers = await sideBySide(stage, (check) =>
      runOnce(needs, { ...job, check: withTimeLeft(check, spentMs) }),
    );
    verdicts.push(...answers);
    if (answers.some(({ verdict }) => verdict !== 'pass')) break;
  }
  return verdicts;
}
