import { baseRunOf, earlierRunOf, isBaseAsked } from '../../core/gate/base-run.ts';
import { type KnownPasses, reusedPass } from '../../core/gate/reuse.ts';
import type { BaseRun, EarlierRun, Verdict } from '../../core/gate/verdict.ts';
import type { CheckJob, CheckNeeds } from '../checks/job.ts';
import { runCheck } from '../checks/run-check.ts';
import type { Known } from './run-gate.ts';

interface OnceJob extends CheckJob {
  readonly known: Known;
}

/** One check to the verdict that counts: served where it passed on this tree before, run again where it may be, and asked of the base where it failed. */
export async function runOnce(needs: CheckNeeds, { known, ...job }: OnceJob): Promise<Verdict> {
  const before = await passFrom(needs, job, known.tree);
  if (before !== null) return { ...before.verdict, served: before.served };
  const verdict = await withRetries(needs, job);
  if (!isBaseAsked(job.check, verdict) || job.signal.aborted) return verdict;
  return { ...verdict, base: await runOnBase(needs, { ...job, known }) };
}

async function passFrom(needs: CheckNeeds, { check }: CheckJob, known: KnownPasses) {
  if (known.size === 0) return null;
  const { level } = await needs.sandbox.isolation();
  return reusedPass(check, known, { at: needs.clock.now(), level });
}

async function withRetries(needs: CheckNeeds, job: CheckJob): Promise<Verdict> {
  const earlier: EarlierRun[] = [];
  for (;;) {
    const verdict = await runCheck(needs, job);
    const isLast = verdict.verdict === 'pass' || earlier.length >= job.check.retries || job.signal.aborted;
    if (isLast) return earlier.length === 0 ? verdict : { ...verdict, earlier };
    earlier.push(earlierRunOf(verdict));
  }
}

/** Once, whatever retries it has: who asks wants to know whether it can fail there. */
async function runOnBase(needs: CheckNeeds, { known, ...job }: OnceJob): Promise<BaseRun> {
  const before = await passFrom(needs, job, await known.base());
  if (before !== null) return { verdict: 'pass', served: before.served };
  const { candidate } = job;
  const bare = { ...candidate, tree: candidate.base.tree, files: [], message: '' };
  return baseRunOf(await runCheck(needs, { ...job, candidate: bare }));
}
