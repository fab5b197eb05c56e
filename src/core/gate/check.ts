/** What a check runs: a list is an argv, text goes to `bash -euo pipefail -c`, so that a failing pipeline fails. */
export type CheckCommand =
  | { readonly kind: 'argv'; readonly argv: readonly string[] }
  | { readonly kind: 'script'; readonly script: string };

/** Which side asked for a check. The workspace's own come from `ghost.yml` at the base commit, out of a patch's reach. */
export type CheckSource = 'policy' | 'workspace' | 'patch';

export interface Check {
  readonly name: string;
  readonly source: CheckSource;
  readonly command: CheckCommand;
  readonly timeoutMs: number;
}

/** All that must hold for a patch to land, in the order it is run. `fingerprint` names the whole by content. */
export interface Gate {
  readonly checks: readonly [Check, ...Check[]];
  readonly fingerprint: string;
}

/** The argv that is really started. Bash only, because `sh -e` lets a failing pipeline pass. */
export function argvOf(command: CheckCommand): readonly string[] {
  return command.kind === 'argv' ? command.argv : ['bash', '-euo', 'pipefail', '-c', command.script];
}
