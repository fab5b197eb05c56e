import type { Spot } from '../plain-data.ts';
import { COMMAND_KEYS, type CommandTask, readCommandTask } from './command.ts';
import { HTTP_KEYS, type HttpTask, readHttpTask } from './http.ts';
import { LIMITS_KEYS, type LimitsTask, readLimitsTask } from './limits.ts';
import { MESSAGE_KEYS, type MessageTask, readMessageTask } from './message.ts';
import { readSecretsTask, SECRETS_KEYS, type SecretsTask } from './secrets.ts';
import { readTextTask, TEXT_KEYS, type TextTask } from './text.ts';
import { readVisualTask, VISUAL_KEYS, type VisualTask } from './visual.ts';

/** What a check does. Each kind has a file here that reads it, and one in `app/checks` that does it. */
export type Task = CommandTask | VisualTask | SecretsTask | LimitsTask | TextTask | MessageTask | HttpTask;

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
  http: { keys: HTTP_KEYS, read: readHttpTask },
  secrets: { keys: SECRETS_KEYS, read: readSecretsTask },
  limits: { keys: LIMITS_KEYS, read: readLimitsTask },
  text: { keys: TEXT_KEYS, read: readTextTask },
  message: { keys: MESSAGE_KEYS, read: readMessageTask },
  visual: { keys: VISUAL_KEYS, read: readVisualTask },
};
