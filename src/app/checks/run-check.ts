import type { Verdict } from '../../core/gate/verdict.ts';
import type { CheckJob, CheckNeeds } from './job.ts';
import { runCommand } from './run-command.ts';

/** Runs one check, whatever its kind, to its answer. */
export function runCheck(needs: CheckNeeds, job: CheckJob): Promise<Verdict> {
  const { task } = job.check;
  switch (task.kind) {
    case 'command':
      return runCommand(needs, { ...job, check: { ...job.check, task } });
  }
}
