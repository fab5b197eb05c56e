import type { CommandTask } from '../../core/gate/tasks/command.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { CheckJob } from './job.ts';

export type CommandEnvironment =
  | {
      readonly kind: 'whole';
      readonly variables: Readonly<Record<string, string>>;
      /** Values that stand in it and that nothing may show. */
      readonly secrets: readonly string[];
    }
  | { readonly kind: 'incomplete'; readonly why: string };

/** Everything that a command is given. What a patch brought is given no secret, whatever it says. */
export async function commandEnvironment(
  needs: { readonly secrets: Secrets },
  { check, candidate }: Pick<CheckJob<CommandTask>, 'check' | 'candidate'>,
): Promise<CommandEnvironment> {
  const secrets: Record<string, string> = {};
  for (const name of check.source === 'patch' ? [] : (check.task.secrets ?? [])) {
    const found = await needs.secrets.read(name);
    if (found.kind === 'unusable') return { kind: 'incomplete', why: found.why };
    secrets[name] = found.value.expose();
  }
  const { patch } = candidate;
  return {
    kind: 'whole',
    variables: {
      CI: 'true',
      ...check.task.env,
      ...secrets,
      ...{ GHOST_PATCH_ID: patch.id, GHOST_WORKSPACE: patch.workspace },
    },
    secrets: Object.values(secrets),
  };
}
