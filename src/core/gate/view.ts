import type { Check, CheckSource } from './check.ts';
import { argvOf } from './tasks/command.ts';
import type { Task, TaskKind } from './tasks/task.ts';
import type { IsolationLevel } from './verdict.ts';

/** One check as people and programs read it. */
export interface CheckView {
  readonly name: string;
  readonly source: CheckSource;
  readonly kind: TaskKind;
  /** What is started; null for a kind that starts nothing of the repository. */
  readonly argv: readonly string[] | null;
  /** What it may reach beyond its copy of the tree: `network`, and secrets by name. */
  readonly given: readonly string[];
  readonly timeoutMs: number;
  readonly retries: number;
  readonly needs: readonly string[];
  readonly paths: readonly string[];
  readonly level: IsolationLevel;
}

/** The checks of a gate as they are run: stages one after the other, those of one side by side. */
export function viewStages(checks: readonly Check[]): readonly (readonly CheckView[])[] {
  const stages = new Map<string, CheckView[]>();
  for (const check of checks) {
    const key = `${check.source} ${check.stage}`;
    stages.set(key, [...(stages.get(key) ?? []), viewCheck(check)]);
  }
  return [...stages.values()];
}

function viewCheck({ task, stage: _, ...rules }: Check): CheckView {
  const argv = task.kind === 'command' ? argvOf(task.command) : null;
  return { ...rules, kind: task.kind, argv, given: givenTo(task) };
}

function givenTo(task: Task): readonly string[] {
  if (task.kind !== 'command') return [];
  return [...(task.network === 'host' ? ['network'] : []), ...(task.secrets ?? [])];
}
