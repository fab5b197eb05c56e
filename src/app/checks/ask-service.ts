import type { HttpTask } from '../../core/gate/tasks/http.ts';
import type { Verdict } from '../../core/gate/verdict.ts';
import type { CheckJob, CheckNeeds } from './job.ts';
import { keepPrinted } from './keep-printed.ts';
import { tryService } from './try-service.ts';

/** Asks a service that runs, before a patch lands. Nothing of the patch is started. */
export async function askService(needs: CheckNeeds, job: CheckJob<HttpTask>): Promise<Verdict> {
  const { check, candidate, signal } = job;
  const startedAt = needs.clock.now();
  const start = needs.clock.monotonic();
  const { grants } = await needs.policy.rulesFor(candidate.patch.workspace);
  const task = { ...check.task, withinMs: Math.min(check.task.withinMs, check.timeoutMs) };
  const { printed, ...said } = await tryService(needs, { task, source: check.source, grants }, signal);
  return {
    ...{ check: check.name, source: check.source, kind: 'http', argv: [], environment: [], isolation: null },
    ...{ startedAt, durationMs: Math.round(needs.clock.monotonic() - start), exitCode: null, signal: null },
    ...said,
    output: await keepPrinted(needs, printed),
    // What is asked again after the landing stands in the ledger: it is owed, whoever has the line then.
    facts: { task: { ...check.task } },
  };
}
