import { invalid, item, member, readList, readText, type Spot } from '../plain-data.ts';

/** A program that answers with its exit code. */
export interface CommandTask {
  readonly kind: 'command';
  readonly command: CheckCommand;
}

/** What a check runs: a list is an argv, text goes to `bash -euo pipefail -c`, so that a failing pipeline fails. */
export type CheckCommand =
  | { readonly kind: 'argv'; readonly argv: readonly string[] }
  | { readonly kind: 'script'; readonly script: string };

/** The argv that is really started. Bash only, because `sh -e` lets a failing pipeline pass. */
export function argvOf(command: CheckCommand): readonly string[] {
  return command.kind === 'argv' ? command.argv : ['bash', '-euo', 'pipefail', '-c', command.script];
}

export const COMMAND_KEYS = ['run'] as const;

/** @throws GhostError gate_file_invalid */
export function readCommandTask(check: ReadonlyMap<string, unknown>, spot: Spot): CommandTask {
  return { kind: 'command', command: readCommand(check.get('run'), member(spot, 'run')) };
}

function readCommand(value: unknown, spot: Spot): CheckCommand {
  if (!Array.isArray(value)) return { kind: 'script', script: readText(value, spot) };
  const argv = readList(value, spot).map((word, index) =>
    index > 0 && word === '' ? '' : readText(word, item(spot, index)),
  );
  if (argv.length === 0) throw invalid(spot, 'expected a program and its arguments, got an empty list');
  return { kind: 'argv', argv };
}
