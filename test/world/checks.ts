import { type Check, PLAIN_RULES } from '../../src/core/gate/check.ts';
import type { CommandTask } from '../../src/core/gate/tasks/command.ts';

/** A check that runs a script, or an argv where a list is given. */
export function aCheck(
  run: string | readonly string[],
  given: Partial<Omit<Check, 'task'>> = {},
): Check & { readonly task: CommandTask } {
  const command =
    typeof run === 'string'
      ? ({ kind: 'script', script: run } as const)
      : ({ kind: 'argv', argv: run } as const);
  return {
    ...PLAIN_RULES,
    ...{ name: 'test', source: 'workspace', timeoutMs: 1000, ...given },
    task: { kind: 'command', command },
  };
}
