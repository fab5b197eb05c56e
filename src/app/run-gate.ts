import { withTimeLeft } from '../core/gate/brought-checks.ts';
import type { Gate } from '../core/gate/check.ts';
import type { Verdict } from '../core/gate/verdict.ts';
import type { Repository } from '../ports/repository.ts';
import type { Candidate, CheckNeeds } from './checks/job.ts';
import { runCheck } from './checks/run-check.ts';

export interface GateJob {
  readonly gate: Gate;
  readonly candidate: Candidate;
  readonly repository: Repository;
  readonly signal: AbortSignal;
}

/** Runs every check in order on the candidate; stops at the first that does not pass. Never empty. */
export async function runGate(needs: CheckNeeds, { gate, ...job }: GateJob): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const asked of gate.checks) {
    const brought = verdicts.filter(({ source }) => source === 'patch');
    const check = withTimeLeft(
      asked,
      brought.reduce((sum, { durationMs }) => sum + durationMs, 0),
    );
    verdicts.push(await runCheck(needs, { ...job, check }));
    if (verdicts.at(-1)?.verdict !== 'pass') break;
  }
  return verdicts;
}
