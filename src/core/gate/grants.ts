import type { Check } from './check.ts';
import { member, readChoice, readMapping, type Spot } from './plain-data.ts';
import { readNames } from './tasks/environment.ts';

/** What the operator lets the checks of a repository reach beyond their copy of the tree. */
export interface Grants {
  readonly network: boolean;
  /** Names of secrets. */
  readonly secrets: readonly string[];
}

/** @throws GhostError gate_file_invalid */
export function readGrants(value: unknown, spot: Spot): Grants {
  const grants = readMapping(value ?? {}, spot, ['network', 'secrets']);
  return {
    network: readChoice(grants.get('network') ?? false, member(spot, 'network'), [true, false]),
    secrets: readNames(grants.get('secrets'), member(spot, 'secrets')),
  };
}

export function bothGrants(one: Grants, other: Grants): Grants {
  return {
    network: one.network || other.network,
    secrets: [...new Set([...one.secrets, ...other.secrets])],
  };
}

/**
 * Why a check may not run as it asks, or null. What the policy itself asks for it grants: who writes the one writes the
 * other. What a patch brings has nothing to ask with.
 */
export function whyNotGranted({ name, source, task }: Check, { network, secrets }: Grants): string | null {
  if (source === 'policy' || task.kind !== 'command') return null;
  if (task.network === 'host' && !network)
    return `check ${name} asks for the network of the host, which the policy does not grant (\`grants: {network: true}\`)`;
  const foreign = task.secrets?.find((secret) => !secrets.includes(secret));
  return foreign === undefined
    ? null
    : `check ${name} asks for the secret ${foreign}, which the policy does not grant (\`grants: {secrets: [${foreign}]}\`)`;
}
