import type { Clock } from '../../../src/platform/clock.ts';
import type { Logger } from '../../../src/platform/logger.ts';
import type { WakeUps } from '../../../src/ports/wake-ups.ts';
import type { Actor } from '../engine/actor.ts';
import type { Machine } from '../machine/machine.ts';

/** What every process of ours has of its own: its clocks, its log, its hints. */
export interface NodeProcess {
  readonly actor: Actor;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wakeUps: WakeUps;
}

export function startNode(machine: Machine, name: string): NodeProcess {
  const { actor } = machine.spawn(name);
  return {
    actor,
    clock: clockOf(machine, actor),
    logger: loggerOf(actor),
    wakeUps: wakeUpsOf(machine, actor),
  };
}

/** All processes share the wall clock, which may jump; time since the boot never goes back. */
function clockOf(machine: Machine, actor: Actor): Clock {
  return {
    now: () => machine.wall(),
    monotonic: () => machine.engine.now,
    sleep: (ms, signal) => actor.sleep(ms, signal),
  };
}

function loggerOf({ engine, name }: Actor): Logger {
  const say =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      const { error } = fields;
      const told = error instanceof Error ? error.message : JSON.stringify(fields);
      engine.say(() => `${name} says ${level}: ${message}: ${told}`);
    };
  const logger: Logger = {
    ...{ debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    child: () => logger,
    close: () => Promise.resolve(),
  };
  return logger;
}

const LOST = 0.15;
const TWICE = 0.1;
const LATE_MS = 50;

/** Hints between the processes of the machine: some are lost, some come twice. */
function wakeUpsOf({ engine, subscribers }: Machine, actor: Actor): WakeUps {
  return {
    notify: async (topic) => {
      for (const one of subscribers) {
        if (one.topic !== topic || engine.random.chance(LOST)) continue;
        const wake = () => (subscribers.has(one) ? one.wake() : undefined);
        for (let times = engine.random.chance(TWICE) ? 2 : 1; times > 0; times--)
          engine.post(one.actor, `wake ${topic}`, wake, engine.random.between(0, LATE_MS));
      }
    },
    subscribe: (topic, wake) => {
      const one = { actor, topic, wake };
      if (actor.isAlive) subscribers.add(one);
      return () => subscribers.delete(one);
    },
    close: () => Promise.resolve(),
  };
}
