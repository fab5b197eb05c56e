import { isOver } from '../../src/core/patch/patch.ts';
import type { LineHistory } from '../world/history/line-history.ts';
import { Engine } from './engine/engine.ts';
import { FaultPlan, type PlannedFault } from './engine/fault-plan.ts';
import { Random } from './engine/random.ts';
import { historyOf, whereItStands } from './outcome.ts';
import { author } from './people/author.ts';
import {
  clockSetter,
  committer,
  editor,
  lockRemover,
  operator,
  reaper,
  restorer,
  utility,
} from './people/others.ts';
import { focusOf, planOf } from './plan.ts';
import { startGatewayProcess } from './processes/gateway.ts';
import { startRelayProcess } from './processes/relay.ts';
import { startRunnerProcess } from './processes/runner.ts';
import { createWorld, type World } from './world.ts';

export type { FaultKind } from './fault-points.ts';

export interface ScheduleOptions {
  readonly seed: number;
  /**
   * Numbers of the faults to inject, counted in the order in which the schedule would inject them; all when left out.
   * For shrinking.
   */
  readonly only?: ReadonlySet<number>;
  readonly trace?: (line: string) => void;
}

/** A fault that changed an effect: the step at `point` was pending or on its way when it came. */
type InjectedFault = PlannedFault;

export interface ScheduleOutcome {
  readonly seed: number;
  readonly steps: number;
  readonly faults: readonly InjectedFault[];
  readonly history: LineHistory;
  /** Lines of the audit log as they stand, torn ones included. */
  readonly auditLog: readonly string[];
  /** What the engine itself saw: stuck, an error that no caller caught, the relay broken. */
  readonly problems: readonly string[];
}

/** Virtual time after which faults end, and after which a line that is not at rest counts as stuck. */
const FAULTS_MS = 60_000;
const REST_WITHIN_MS = 900_000;
const MOST_TURNS = 40_000;
/** Turns at rest in which whoever comes back late may still do harm. */
const QUIET_TURNS = 30;

const STREAMS = { plan: 1, order: 2, faults: 3, world: 4 };

/** Runs one schedule to rest. The same seed gives the same trace, byte for byte. */
export async function runSchedule({ seed, only, trace }: ScheduleOptions): Promise<ScheduleOutcome> {
  const drawn = new Random(seed, STREAMS.plan);
  const focus = focusOf(drawn);
  const plan = planOf(drawn, focus);
  const faults = new FaultPlan({
    random: new Random(seed, STREAMS.faults),
    only: only ?? null,
    focus,
    leaseTtlMs: plan.leaseTtlMs,
  });
  const engine = new Engine({
    ...{ faults, stepMs: plan.stepMs, slowness: plan.slowness, trace: trace ?? null },
    random: new Random(seed, STREAMS.order),
  });
  engine.say(() => `plan ${JSON.stringify(plan)}`);
  const uncaught = (error: unknown) => {
    engine.problems.push(`nobody caught ${error instanceof Error ? error.stack : error}`);
  };
  process.on('unhandledRejection', uncaught);
  // Each abort and each failure makes an error, and most of the time of one goes into its stack.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = trace === undefined ? 0 : stackTraceLimit;
  try {
    const world = await createWorld(engine, plan, new Random(seed, STREAMS.world));
    start(world);
    await engine.run(() => (faults.isSpent || engine.now > FAULTS_MS || isAtRest(world) ? 'over' : null));
    faults.heal();
    heal(world);
    await engine.run(restOf(world));
    engine.endAll();
    return {
      ...{ seed, steps: engine.turns, faults: faults.injected, problems: engine.problems },
      ...{ history: await historyOf(world), auditLog: world.machine.audit.lines() },
    };
  } finally {
    process.off('unhandledRejection', uncaught);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function start(world: World): void {
  const { machine, plan } = world;
  machine.supervise(() => {
    world.gateway = startGatewayProcess(world, 'gateway');
    return world.gateway.actor;
  });
  for (let number = 1; number <= plan.runners; number++)
    machine.supervise(() => startRunnerProcess(world, `runner-${number}`));
  for (let number = 1; number <= plan.relays; number++)
    machine.supervise(() => startRelayProcess(world, `relay-${number}`));
  for (const [at, patches] of plan.authors.entries()) void author(world, `author-${at + 1}`, patches);
  for (const person of [committer, editor, clockSetter, operator, lockRemover, utility, reaper])
    void person(world);
  if (plan.lyingDisk) void restorer(world);
}

function heal(world: World): void {
  const { engine } = world.machine;
  engine.say(() => 'no fault from here on');
  world.healedAt = engine.now;
  engine.continueAll();
}

/** Everybody has what they came for, every patch is over, and every entry is told. */
function isAtRest({ busy, store, plan, machine }: World): boolean {
  if (busy > 0) return false;
  for (const { patch } of store.patches.values()) {
    if (!isOver(patch.state)) return false;
    if (patch.state.name !== 'landed') continue;
    if (patch.state.worktree === null || patch.state.attested === undefined) return false;
    if (plan.lyingDisk && !machine.disk.isBelow(patch.state.intent.commit, machine.tip())) return false;
  }
  return plan.relays === 0 || machine.audit.position() === store.events.length;
}

function restOf(world: World): () => string | null {
  const { engine } = world.machine;
  let quiet = 0;
  return () => {
    quiet = isAtRest(world) ? quiet + 1 : 0;
    if (quiet > QUIET_TURNS) return 'at rest';
    const stuck = engine.turns > MOST_TURNS || engine.now > (world.healedAt ?? 0) + REST_WITHIN_MS;
    if (!stuck) return null;
    engine.problems.push(`stuck: ${whereItStands(world)}`);
    return 'stuck';
  };
}
