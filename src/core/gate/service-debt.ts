import type { Json } from '../json.ts';
import type { PatchId } from '../patch/id.ts';
import type { Flag } from '../patch/terms.ts';
import type { CheckSource } from './check.ts';
import type { HttpTask } from './tasks/http.ts';
import type { Verdict } from './verdict.ts';

/** A service that answered before a patch landed, and is to be asked again. */
export interface OwedService {
  readonly check: string;
  readonly source: CheckSource;
  readonly task: HttpTask;
  /** Whether the patch is taken back where the service does not answer any more. */
  readonly revert: boolean;
}

/** How a service that was asked again after a landing answered. */
export interface WatchedService {
  readonly check: string;
  readonly url: string;
  /** Null where we could not ask it, which says nothing about it. */
  readonly answers: boolean | null;
  /** In words. */
  readonly detail: string;
  /** Whether its silence takes the patch back. */
  readonly revert: boolean;
}

export interface TakenBack {
  /** The patch that does it; null where there is none. */
  readonly by: PatchId | null;
  /** Why there is none although there should be. */
  readonly why?: string;
}

/** Which services a landed patch owes an answer, as the verdicts tell that let it land. */
export function owedServices(flags: readonly Flag[], verdicts: readonly Verdict[]): readonly OwedService[] {
  const uptime = flags.includes('requireServiceUptime');
  return verdicts.flatMap(({ check, source = 'workspace', verdict, facts }) => {
    const task = taskIn(facts);
    if (task === null || verdict !== 'pass' || !(task.after || uptime)) return [];
    return [{ check, source, task, revert: task.revert || uptime }];
  });
}

/** What a verdict of the kind http keeps of its task; null for every other one. */
function taskIn(facts: Json | undefined): HttpTask | null {
  if (facts === null || typeof facts !== 'object' || Array.isArray(facts) || !('task' in facts)) return null;
  const task = facts.task as unknown as HttpTask;
  return task.kind === 'http' ? task : null;
}
