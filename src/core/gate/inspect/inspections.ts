import { findExcesses, type LimitsTask } from '../tasks/limits.ts';
import { findInMessage, type MessageTask } from '../tasks/message.ts';
import { findSecrets, type SecretsTask } from '../tasks/secrets.ts';
import type { Task } from '../tasks/task.ts';
import { findOddText, type TextTask } from '../tasks/text.ts';
import type { Inspected, Inspection } from './finding.ts';

/** What only looks at a candidate, and starts nothing. */
export type InspectionTask = SecretsTask | LimitsTask | TextTask | MessageTask;

export function inspectionOf(task: InspectionTask, candidate: Inspected): Inspection {
  switch (task.kind) {
    case 'secrets':
      return findSecrets(task, candidate);
    case 'limits':
      return findExcesses(task, candidate);
    case 'text':
      return findOddText(task, candidate);
    case 'message':
      return findInMessage(task, candidate);
  }
}

const KINDS: ReadonlySet<Task['kind']> = new Set<InspectionTask['kind']>([
  'secrets',
  'limits',
  'text',
  'message',
]);

export function isInspection(task: Task): task is InspectionTask {
  return KINDS.has(task.kind);
}
