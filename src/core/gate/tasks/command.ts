import { invalid, item, member, readChoice, readList, readText, type Spot } from '../plain-data.ts';
import { readEnvironment, readNames } from './environment.ts';

/** A program that answers with its exit code. What stands here beside the command is left out where it is the usual. */
export interface CommandTask {
  readonly kind: 'command';
  readonly command: CheckCommand;
  /** It reaches what this machine reaches; else nothing. */
  readonly network?: 'host';
  /** Variables that it sees beside ours. Everybody who reads the gate reads their values. */
  readonly env?: Readonly<Record<string, string>>;
  /** Names of secrets of this server, each given as the variable of that name. */
  readonly secrets?: readonly string[];
  /** It does not see what is installed of the dependencies that the tree's lockfiles name. */
  readonly dependencies?: false;
}

/** What a check runs: a list is an argv, text goes to `bash -euo pipefail -c`, so that a failing pipeline fails. */
export type CheckCommand =
  | { readonly kind: 'argv'; readonly argv: readonly string[] }
  | { readonly kind: 'script'; readonly script: string };

/** The argv that is really started. Bash only, because `sh -e` lets a failing pipeline pass. */
export function argvOf(command: CheckCommand): readonly string[] {
  return command.kind === 'argv' ? command.argv : ['bash', '-euo', 'pipefail', '-c', command.script];
}

/** Names of the variables that it is given, beside those that a sandbox sets. */
export function environmentNames(task: CommandTask): readonly string[] {
  const own = [...Object.keys(task.env ?? {}), ...(task.secrets ?? [])];
  return ['CI', 'GHOST_PATCH_ID', 'GHOST_WORKSPACE', ...own];
}

/** `cache` is known in order to be refused with its reason. */
export const COMMAND_KEYS = ['run', 'network', 'env', 'secrets', 'dependencies', 'cache'] as const;

/** @throws GhostError gate_file_invalid */
export function readCommandTask(check: ReadonlyMap<string, unknown>, spot: Spot): CommandTask {
  const under = (key: string) => [check.get(key), member(spot, key)] as const;
  refuseCache(...under('cache'));
  const command = readCommand(...under('run'));
  const isOnline =
    readChoice(check.get('network') ?? 'none', member(spot, 'network'), ['none', 'host']) === 'host';
  const env = readEnvironment(...under('env'));
  const secrets = readNames(...under('secrets'));
  const twin = secrets.findIndex((name) => Object.hasOwn(env, name));
  if (twin >= 0)
    throw invalid(item(member(spot, 'secrets'), twin), `\`${secrets[twin]}\` stands under \`env\` too`);
  const isBare =
    readChoice(check.get('dependencies') ?? true, member(spot, 'dependencies'), [true, false]) === false;
  return {
    ...{ kind: 'command', command },
    ...(isOnline ? { network: 'host' } : {}),
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(isBare ? { dependencies: false } : {}),
  };
}

function readCommand(value: unknown, spot: Spot): CheckCommand {
  if (!Array.isArray(value)) return { kind: 'script', script: readText(value, spot) };
  const argv = readList(value, spot).map((word, index) =>
    index > 0 && word === '' ? '' : readText(word, item(spot, index)),
  );
  if (argv.length === 0) throw invalid(spot, 'expected a program and its arguments, got an empty list');
  return { kind: 'argv', argv };
}

function refuseCache(value: unknown, spot: Spot): void {
  if (value === undefined) return;
  throw invalid(
    spot,
    'no directory is kept between runs: what the check of one patch left there would decide what that of the next one sees',
  );
}
