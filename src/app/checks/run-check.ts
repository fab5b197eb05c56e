import type { Verdict } from '../../core/gate/verdict.ts';
import { askService } from './ask-service.ts';
import { comparePages } from './compare-pages.ts';
import { inspectCandidate } from './inspect-candidate.ts';
import type { CheckJob, CheckNeeds } from './job.ts';
import { runCommand } from './run-command.ts';

/** Runs one check, whatever its kind, to its answer. */
export function runCheck(needs: CheckNeeds, job: CheckJob): Promise<Verdict> {
  const { task } = job.check;
  switch (task.kind) {
    case 'visual':
      return comparePages(needs, { ...job, check: { ...job.check, task } });
    case 'secrets':
    case 'limits':
    case 'text':
    case 'message':
      return inspectCandidate(needs, { ...job, check: { ...job.check, task } });
    case 'http':
      return askService(needs, { ...job, check: { ...job.check, task } });
    case 'command':
      return runCommand(needs, { ...job, check: { ...job.check, task } });
  }
}
