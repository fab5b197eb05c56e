import { GhostError } from '../core/errors.ts';
import { freshnessOf } from '../core/health/freshness.ts';
import type { Health } from '../core/health/heartbeat.ts';
import { toldProblem, worstOf } from '../core/health/roll-up.ts';
import type { Json } from '../core/json.ts';
import type { ReadHeartbeat } from '../ports/heartbeats.ts';
import { describeWorkspaces, type WorkspaceView } from './describe-workspace.ts';
import { type Instances, listInstances } from './list-instances.ts';
import { type DependencyStatus, measureDependency } from './measure-dependency.ts';
import type { Needs } from './needs.ts';
import { type OrderView, viewOrder } from './orders/list-phases.ts';
import { ordersOf } from './orders/orders-of.ts';

/** The whole picture, computed when asked. Times are RFC 3339 in UTC. */
export interface Status {
  readonly at: string;
  /**
   * The worst of all components and dependencies; no better than degraded while a line stands still, or while nobody
   * can tell who is alive.
   */
  readonly health: Health;
  readonly components: readonly ComponentStatus[];
  readonly dependencies: readonly DependencyStatus[];
  readonly workspaces: readonly WorkspaceView[];
  /** Phases whose patches are held. */
  readonly frozen: readonly ({ readonly phase: string } & OrderView)[];
  /** Why no workspace is listed though there may be some: the ledger does not answer. Null when they were read. */
  readonly unread: string | null;
  readonly instances: Instances;
}

interface ComponentStatus {
  readonly component: string;
  readonly instance: string;
  readonly health: Health;
  readonly ageMs: number;
  readonly problem: string | null;
  readonly pid: number;
  readonly details: Json;
}

/** What anybody may see: states and ages, no addresses, names or titles. */
export interface PublicStatus {
  readonly at: string;
  readonly health: Health;
  readonly components: readonly {
    readonly component: string;
    readonly health: Health;
    readonly ageMs: number;
  }[];
  readonly dependencies: readonly {
    readonly name: string;
    readonly health: Health;
    readonly ageMs: number;
  }[];
}

export async function readStatus(
  needs: Pick<
    Needs,
    | 'workspaces'
    | 'ledger'
    | 'chains'
    | 'leaser'
    | 'admission'
    | 'heartbeats'
    | 'registry'
    | 'dependencies'
    | 'clock'
  >,
): Promise<Status> {
  const [heartbeats, dependencies, lines, instances] = await Promise.all([
    needs.heartbeats.read(),
    Promise.all(needs.dependencies.map((dependency) => measureDependency(needs, dependency))),
    workspacesOf(needs),
    listInstances(needs),
  ]);
  const now = needs.clock.now();
  const components = heartbeats.map((read) => componentStatus(read, now));
  const registry: Health =
    instances.kind === 'listed' && instances.mix?.compatible !== false ? 'healthy' : 'degraded';
  const asked = [...components, ...dependencies].map((one) => one.health);
  const health = worstOf([...asked, ...healthOf(lines), registry]);
  return { at: new Date(now).toISOString(), health, components, dependencies, ...lines, instances };
}

type Lines = Pick<Status, 'workspaces' | 'frozen' | 'unread'>;

/** A ledger that is away hides its workspaces, and nothing else of the picture. */
async function workspacesOf(needs: Parameters<typeof describeWorkspaces>[0]): Promise<Lines> {
  try {
    const [workspaces, { frozen }] = await Promise.all([describeWorkspaces(needs), ordersOf(needs)]);
    const phases = [...frozen].map(([phase, order]) => ({ phase, ...viewOrder(order) }));
    return { workspaces, frozen: phases, unread: null };
  } catch (error) {
    if (!(error instanceof GhostError)) throw error;
    return { workspaces: [], frozen: [], unread: error.message };
  }
}

function healthOf({ workspaces, unread }: Lines): readonly Health[] {
  if (unread !== null) return ['unhealthy'];
  return workspaces.map(({ paused, mode }) =>
    paused === null && mode !== 'lockdown' ? 'healthy' : 'degraded',
  );
}

export function publicStatus(status: Status): PublicStatus {
  return {
    at: status.at,
    health: status.health,
    components: status.components.map(({ component, health, ageMs }) => ({ component, health, ageMs })),
    dependencies: status.dependencies.map(({ name, health, ageMs }) => ({ name, health, ageMs })),
  };
}

function componentStatus(read: ReadHeartbeat, now: number): ComponentStatus {
  if (read.kind === 'unreadable')
    return {
      component: read.file,
      instance: '',
      health: 'unknown',
      ageMs: 0,
      problem: read.problem,
      pid: 0,
      details: null,
    };
  const { component, instance, pid, details } = read.heartbeat;
  const { problem, ...freshness } = freshnessOf(read.heartbeat, now);
  const told = freshness.health === 'healthy' ? null : toldProblem(read.heartbeat);
  return { component, instance, pid, details, ...freshness, problem: problem ?? told };
}
