import type { Spot } from '../plain-data.ts';
import { COMMAND_KEYS, type CommandTask, readCommandTask } from './command.ts';

/** What a check does. Each kind has a file here that reads it, and one in `app/checks` that does it. */
export type Task = CommandTask;

export type TaskKind = Task['kind'];

/** How one kind is written in a gate file. */
interface TaskReader {
  /** Keys of a check that only this kind has. */
  readonly keys: readonly string[];
  /** @throws GhostError gate_file_invalid */
  read(check: ReadonlyMap<string, unknown>, spot: Spot): Task;
}

export const TASK_READERS: Readonly<Record<TaskKind, TaskReader>> = {
  command: { keys: COMMAND_KEYS, read: readCommandTask },
};
