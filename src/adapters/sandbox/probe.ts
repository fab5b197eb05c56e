import type { IsolationLevel } from '../../core/gate/verdict.ts';
import type { Isolation } from '../../ports/sandbox.ts';
import type { ControlGroups } from './control-group.ts';
import { findControlGroups } from './find-control-groups.ts';
import { canBeLayered } from './layers.ts';
import { sandboxOwner } from './owner.ts';
import { type LayerTools, levelOf, type NamespacePlan, type Plan } from './plan.ts';
import { REMEDY_FOR_GROUPS, remedyForNamespaces } from './remedies.ts';
import type { Workshop } from './run-command.ts';
import { filteredArchitecture } from './seccomp.ts';
import { trial } from './trial.ts';

/** The strongest plan that was seen to hold, and what is missing for the next level. */
export interface Probed {
  readonly plan: Plan;
  readonly isolation: Isolation;
}

/** Finds out, by running hostile commands, how well this machine can fence commands off, and no better than `atMost`. */
export async function probe(workshop: Workshop, atMost: IsolationLevel): Promise<Probed> {
  const lowered = `lowered to level ${atMost} by a setting`;
  const fenced = atMost >= 2 ? await tryNamespaces(workshop) : lowered;
  if (typeof fenced !== 'string') return strengthened(workshop, fenced, atMost >= 3 ? null : lowered);
  const plain = atMost >= 1 ? await tryPlainUser(workshop) : lowered;
  if (typeof plain !== 'string') {
    const description = `${userName()}, limits per process; no namespaces: ${fenced}`;
    return { plan: plain, isolation: { level: levelOf(plain), description } };
  }
  const description = `no isolation: ${[...new Set([fenced, plain])].join('; ')}`;
  return { plan: { kind: 'none' }, isolation: { level: 0, description } };
}

async function strengthened(
  workshop: Workshop,
  base: NamespacePlan,
  lowered: string | null,
): Promise<Probed> {
  const groups = lowered ?? (await tryGroups(workshop));
  const layers = layerTools(workshop);
  const extras = await tryExtras(workshop, base, { groups, layers });
  const plan = { ...base, groups: found(extras.groups), layers: found(extras.layers) };
  const takes = plan.layers ? 'layers' : 'copy';
  const said = [
    `bubblewrap, all namespaces, ${userName()}, system-call filter${sayGroups(extras.groups)}`,
    typeof extras.layers === 'string' ? `copies of trees, no layers: ${extras.layers}` : 'trees in layers',
  ];
  return { plan, isolation: { level: levelOf(plan), description: said.join('; '), takes } };
}

/** What a machine has beyond namespaces; in words where it has it not. */
interface Extras {
  readonly groups: ControlGroups | string;
  readonly layers: LayerTools | string;
}

/** Both at once, as it will be; where that does not hold, each by itself. */
async function tryExtras(workshop: Workshop, base: NamespacePlan, extras: Extras): Promise<Extras> {
  const { groups, layers } = extras;
  if (typeof groups !== 'string' && typeof layers !== 'string') {
    const problem = await trial(workshop, { ...base, groups, layers }, 'group and layers');
    if (problem === null) return extras;
  }
  const ofGroups = typeof groups === 'string' ? groups : await trial(workshop, { ...base, groups }, 'group');
  const ofLayers = typeof layers === 'string' ? layers : await trial(workshop, { ...base, layers }, 'layers');
  return { groups: ofGroups ?? groups, layers: ofLayers ?? layers };
}

async function tryGroups({ limits, clock }: Workshop): Promise<ControlGroups | string> {
  const groups = await findControlGroups(limits, clock);
  return typeof groups === 'string' ? `${groups}; ${REMEDY_FOR_GROUPS}` : groups;
}

function sayGroups(groups: Extras['groups']): string {
  if (typeof groups === 'string') return `; no control group (${groups}): limits are per process`;
  if (groups.cpu === null)
    return `, control group without processor time, whose controller is missing; ${REMEDY_FOR_GROUPS}`;
  return ', control group';
}

function found<T extends object>(extra: T | string): T | null {
  return typeof extra === 'string' ? null : extra;
}

async function tryNamespaces(workshop: Workshop): Promise<NamespacePlan | string> {
  const plan = namespaces(workshop);
  if (typeof plan === 'string') return plan;
  const problem = await trial(workshop, plan, 'namespaces');
  if (problem === null) return plan;
  const remedy = remedyForNamespaces();
  return `bubblewrap failed its probe: ${problem}${remedy === null ? '' : `; ${remedy}`}`;
}

function namespaces({ programs }: Workshop): NamespacePlan | string {
  const { bwrap, setpriv, prlimit } = programs;
  if (!bwrap) return 'bubblewrap is not installed';
  if (!setpriv || !prlimit) return 'setpriv and prlimit of util-linux are not installed';
  const architecture = filteredArchitecture(process.arch);
  if (!architecture) return `no system-call filter is known for ${process.arch}`;
  return { kind: 'namespaces', bwrap, setpriv, prlimit, architecture, groups: null, layers: null };
}

function layerTools({ programs: { unshare, mount }, scratch }: Workshop): LayerTools | string {
  if (!unshare || !mount) return 'unshare and mount of util-linux are not installed';
  return canBeLayered(scratch)
    ? { unshare, mount }
    : 'the path of the scratch folder cannot be named to mount';
}

async function tryPlainUser(workshop: Workshop): Promise<Plan | string> {
  const plan = plainUser(workshop);
  if (typeof plan === 'string') return plan;
  const problem = await trial(workshop, plan, 'plain user');
  return problem === null ? plan : `the plain user failed its probe: ${problem}`;
}

/** A plain user that is Ghost's own could read Ghost's keys and write to its ledger: that is no isolation. */
function plainUser({ programs: { setpriv, prlimit } }: Workshop): Plan | string {
  if (!setpriv || !prlimit) return 'setpriv and prlimit of util-linux are not installed';
  if (!sandboxOwner())
    return 'commands would run as the same user as Ghost, who is not root and cannot drop to another';
  return { kind: 'plain-user', setpriv, prlimit };
}

function userName(): string {
  return `uid ${sandboxOwner()?.uid ?? process.getuid?.()}`;
}
