import type { Policy } from '../../../src/ports/policy.ts';
import type { Ran, Sandbox } from '../../../src/ports/sandbox.ts';
import { aCheck } from '../../world/checks.ts';
import { rulesWith } from '../../world/policy.ts';
import type { Actor } from '../engine/actor.ts';
import type { World } from '../world.ts';

const CHECK = aCheck(['make', 'check'], { name: 'builds', source: 'policy', timeoutMs: 60_000 });

export function checkPolicy(actor: Actor): Policy {
  const rules = rulesWith({ checks: [CHECK], minimumIsolation: 3, loosestRung: 'exact' });
  return {
    rulesFor: () => actor.perform({ point: 'policy.rules', apply: () => rules }),
    addCheck: refuse,
    removeChecks: refuse,
  };
}

/** Checks take virtual time and come out as chance has it. */
export function simulatedSandbox({ machine, plan, random }: World, actor: Actor): Sandbox {
  return {
    isolation: () => Promise.resolve({ level: 3, description: 'simulated' }),
    async run(command, signal) {
      const startedAt = machine.wall();
      const durationMs = random.between(0, plan.checkMs);
      await actor.sleep(durationMs, signal);
      const ran = (how: Pick<Ran, 'ending' | 'exitCode'>): Ran => ({
        ...{
          ...how,
          signal: null,
          detail: null,
          startedAt,
          durationMs,
          output: new Uint8Array(),
          truncated: false,
        },
        ...{ argv: command.argv, environment: [], isolation: 3 },
      });
      if (signal.aborted) return ran({ ending: 'aborted', exitCode: null });
      return actor.perform({
        point: 'sandbox.run',
        apply: () => {
          if (random.chance(plan.checkErrors)) return ran({ ending: 'not-started', exitCode: null });
          return ran({ ending: 'exited', exitCode: random.chance(plan.checkFailures) ? 1 : 0 });
        },
        failing: () => ran({ ending: 'not-started', exitCode: null }),
      });
    },
  };
}

function refuse(): never {
  throw new TypeError('nobody changes the policy here');
}
