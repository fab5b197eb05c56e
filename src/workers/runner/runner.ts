import { sha256 } from '../../core/digest.ts';
import type { StepObserver } from '../../core/patch/landing-step.ts';
import { isOneShot, isSameRegistration, type Workspace } from '../../core/workspace.ts';
import type { Logger } from '../../platform/logger.ts';
import { Lane } from './lane.ts';
import type { LaneFacts } from './lane-facts.ts';
import type { LineNeeds } from './line-in-hand.ts';
import { Slots } from './slots.ts';

const LOOK_EVERY_MS = 1_000;

export interface RunnerOptions {
  readonly owner: string;
  readonly leaseTtlMs: number;
  readonly cooldownMs: number;
  /** How many lines it has in hand at a time; no limit when left out. */
  readonly slots?: number | null;
  /** The part of this runner in the slots of all living runners; all of it when left out. */
  readonly part?: () => number;
  /** How long a stop waits for what runs before it is broken off. */
  readonly drainMs: number;
  readonly observe: StepObserver;
  readonly logger: Logger;
}

export interface Runner {
  facts(): readonly LaneFacts[];
  slots(): ReturnType<Slots['facts']>;
  /** Finishes what runs, gives every workspace back. Stopping twice is fine. */
  stop(): Promise<void>;
  /** Breaks off what still runs, in order. */
  hurry(): void;
}

interface OpenLane {
  readonly workspace: Workspace;
  readonly lane: Lane;
  readonly drain: () => void;
}

/** One lane for each registered workspace: sequential within a lane, lanes side by side. */
export function startRunner(needs: LineNeeds, options: RunnerOptions): Runner {
  const lanes = new Map<string, OpenLane>();
  const draining = new AbortController();
  const stopping = new AbortController();
  const { slots: limit = null, part = () => 1 } = options;
  const slots = new Slots({ limit, part, clock: needs.clock });
  const looking = look();
  let stopped: Promise<void> | null = null;

  return {
    facts: () => [...lanes.values()].map(({ lane }) => lane.facts()),
    slots: () => slots.facts(),
    hurry: () => stopping.abort(),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };

  async function look(): Promise<void> {
    while (!draining.signal.aborted) {
      try {
        reconcile((await needs.workspaces.list()).filter((one) => !isOneShot(one)));
      } catch (error) {
        options.logger.error('the register of workspaces cannot be read', { error });
      }
      const woken = new AbortController();
      const unsubscribe = needs.wakeUps.subscribe('line', () => woken.abort());
      await needs.clock.sleep(LOOK_EVERY_MS, AbortSignal.any([woken.signal, draining.signal]));
      unsubscribe();
    }
  }

  /** A name that was given to another repository is another line: the old lane has to end before the new one begins. */
  function reconcile(workspaces: readonly Workspace[]): void {
    const registered = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
    for (const [name, { workspace, drain }] of lanes) {
      const now = registered.get(name);
      if (now === undefined || !isSameRegistration(workspace, now)) drain();
    }
    for (const workspace of inOwnOrder(workspaces)) if (!lanes.has(workspace.name)) open(workspace);
  }

  /** Runners that start together do not all reach for the same line. */
  function inOwnOrder(workspaces: readonly Workspace[]): readonly Workspace[] {
    if (!slots.isLimited) return workspaces;
    const place = ({ name }: Workspace) => sha256(Buffer.from(`${options.owner} ${name}`));
    return workspaces.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
  }

  function open(workspace: Workspace): void {
    const removed = new AbortController();
    const lane = new Lane(needs, {
      ...options,
      ...{ workspace, slots },
      draining: AbortSignal.any([draining.signal, removed.signal]),
      stopping: stopping.signal,
    });
    lanes.set(workspace.name, { workspace, lane, drain: () => removed.abort() });
    void lane.ended.then(() => lanes.delete(workspace.name));
  }

  async function stop(): Promise<void> {
    draining.abort();
    const ended = Promise.all([looking, ...[...lanes.values()].map(({ lane }) => lane.ended)]);
    const over = new AbortController();
    void needs.clock.sleep(options.drainMs, over.signal).then(() => stopping.abort());
    await ended;
    over.abort();
  }
}
