import type { Check } from './check.ts';
import { type Host, readHosts } from './hosts.ts';
import { member, readChoice, readMapping, type Spot } from './plain-data.ts';
import type { CommandTask } from './tasks/command.ts';
import { readNames } from './tasks/environment.ts';
import { hostAsked } from './tasks/http.ts';

/** What the operator lets the checks of a repository reach beyond their copy of the tree. */
export interface Grants {
  readonly network: boolean;
  /** Names of secrets. */
  readonly secrets: readonly string[];
  /** Services that checks of the kind http may ask. */
  readonly hosts: readonly Host[];
  /** Services of which the names may lead to addresses that are not public. */
  readonly privateHosts: readonly Host[];
}

/** @throws GhostError gate_file_invalid */
export function readGrants(value: unknown, spot: Spot): Grants {
  const grants = readMapping(value ?? {}, spot, ['network', 'secrets', 'hosts', 'privateHosts']);
  return {
    network: readChoice(grants.get('network') ?? false, member(spot, 'network'), [true, false]),
    secrets: readNames(grants.get('secrets'), member(spot, 'secrets')),
    hosts: readHosts(grants.get('hosts'), member(spot, 'hosts')),
    privateHosts: readHosts(grants.get('privateHosts'), member(spot, 'privateHosts')),
  };
}

export function bothGrants(one: Grants, other: Grants): Grants {
  return {
    network: one.network || other.network,
    secrets: both(one.secrets, other.secrets),
    hosts: both(one.hosts, other.hosts),
    privateHosts: both(one.privateHosts, other.privateHosts),
  };
}

function both(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])];
}

/** Why a gate cannot be run as it stands, told by the first check that asks for more than it is granted; or null. */
export function whyGateNotGranted(checks: readonly Check[], grants: Grants): string | null {
  return checks.map((check) => whyNotGranted(check, grants)).find((why) => why !== null) ?? null;
}

/**
 * Why a check may not run as it asks, or null. What the policy itself asks for it grants: who writes the one writes the
 * other. What a patch brings has nothing to ask with.
 */
export function whyNotGranted(check: Check, grants: Grants): string | null {
  const { name, source, task } = check;
  if (source === 'policy') return null;
  if (task.kind === 'http' && ![...grants.hosts, ...grants.privateHosts].includes(hostAsked(task)))
    return `check ${name} asks ${hostAsked(task)}, which the policy does not grant (\`grants: {hosts: [${hostAsked(task)}]}\`)`;
  return task.kind === 'command' ? whyNotGivenTo(name, task, grants) : null;
}

function whyNotGivenTo(name: string, task: CommandTask, { network, secrets }: Grants): string | null {
  if (task.network === 'host' && !network)
    return `check ${name} asks for the network of the host, which the policy does not grant (\`grants: {network: true}\`)`;
  const foreign = task.secrets?.find((secret) => !secrets.includes(secret));
  return foreign === undefined
    ? null
    : `check ${name} asks for the secret ${foreign}, which the policy does not grant (\`grants: {secrets: [${foreign}]}\`)`;
}
