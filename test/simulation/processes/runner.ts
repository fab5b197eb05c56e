import { memoryRunLogs } from '../../../src/adapters/memory/run-logs.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { sha256 } from '../../../src/core/digest.ts';
import type { Workspace } from '../../../src/core/workspace.ts';
import { startRunner } from '../../../src/workers/runner/runner.ts';
import type { Actor } from '../engine/actor.ts';
import { evidenceOf } from '../machine/evidence.ts';
import { ledgerOf } from '../machine/ledger.ts';
import { openRepository } from '../machine/repositories.ts';
import type { World } from '../world.ts';
import { checkPolicy, simulatedSandbox } from './check.ts';
import { startNode } from './node.ts';

const DRAIN_MS = 2_000;
const RESTARTED_WITHIN_MS = 8_000;

/** A runner as `main/start-runner.ts` starts one: the product's own, on this machine. */
export function startRunnerProcess(world: World, name: string): Actor {
  const { machine, store, plan, random, changes, yaml } = world;
  const { actor, clock, logger, wakeUps } = startNode(machine, name);
  const { ledger, leaser, workspaces, chains } = ledgerOf(store, machine, actor);
  const needs = {
    ...{ ledger, leaser, workspaces, chains, clock, wakeUps, changes, yaml },
    ...evidenceOf(actor),
    policy: checkPolicy(actor),
    sandbox: simulatedSandbox(world, actor),
    camera: { problem: () => 'a simulated machine has no browser', aim: refuse, compare: refuse },
    services: { ask: refuse },
    newUlid: refuse,
    repairRounds: 0,
    outputs: outputsOf(),
    runLogs: memoryRunLogs((bytes) => actor.perform({ point: 'outputs.keep', apply: () => sha256(bytes) })),
    hidden: [],
    packages: { install: refuse },
    secrets: { read: refuse },
    cache: { get: refuse, set: refuse, getOrLoad: refuse, invalidate: refuse, invalidateNamespace: refuse },
    repositories: {
      open: (workspace: Workspace) => openRepository(machine, actor, workspace),
      inspect: refuse,
      examine: async () => undefined,
    },
  };
  const runner = startRunner(needs, {
    ...{ owner: actor.name, leaseTtlMs: plan.leaseTtlMs, cooldownMs: plan.cooldownMs, drainMs: DRAIN_MS },
    observe: () => undefined,
    logger,
  });
  if (random.chance(plan.restarts)) {
    const end = () => void runner.stop().then(() => machine.engine.end(actor));
    machine.engine.post(actor, 'asked to stop', end, random.between(0, RESTARTED_WITHIN_MS));
  }
  return actor;
}

/** Only what a check leaves besides its output is asked of it. */
function outputsOf(): Needs['outputs'] {
  return {
    ...{ keep: refuse, read: async () => null, readPart: async () => null },
    list: async function* () {},
    remove: async () => undefined,
  };
}

function refuse(): never {
  throw new TypeError('a simulated runner does no such thing');
}
