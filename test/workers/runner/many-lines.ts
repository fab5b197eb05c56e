import type { TestContext } from 'node:test';
import { memoryLedger } from '../../../src/adapters/memory/ledger.ts';
import { memoryRepositories, memoryRepository } from '../../../src/adapters/memory/repository.ts';
import { memoryRunLogs } from '../../../src/adapters/memory/run-logs.ts';
import { submitPatch } from '../../../src/app/submit-patch.ts';
import type { Sha256 } from '../../../src/core/digest.ts';
import { fail } from '../../../src/core/errors.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import type { Ran, Sandbox } from '../../../src/ports/sandbox.ts';
import { announcedSlots, watchFleet } from '../../../src/workers/runner/fleet.ts';
import { type Runner, startRunner } from '../../../src/workers/runner/runner.ts';
import { keepingLogger } from '../../gateway/serve.ts';
import { evidenceOf } from '../../simulation/machine/evidence.ts';
import { aCheck } from '../../world/checks.ts';
import { HandClock } from '../../world/clock.ts';
import { creating } from '../../world/diffs.ts';
import { openWorld } from '../../world/needs.ts';
import { rulesWith } from '../../world/policy.ts';

export const LEASE_MS = 15_000;
const STEP_MS = 50;
const CHECK = aCheck(['sleep'], { name: 'waits', source: 'policy', timeoutMs: 600_000 });

interface Execution {
  readonly id: string;
  readonly line: string;
  readonly runner: string;
  readonly startedAt: number;
  endedAt: number | null;
}

export interface NamedRunner extends Runner {
  readonly name: string;
  /** From now on nothing of it goes on: it lets go of nothing and says nothing. */
  die(): void;
}

/** Lines in memory whose checks wait by a clock turned by hand, and as many of the product's runners as a test starts. */
export async function manyLines(test: TestContext, { lines, checkMs }: { lines: number; checkMs: number }) {
  const clock = new HandClock();
  const startedAt = clock.now();
  const names = Array.from({ length: lines }, (_, index) => `line-${String(index + 1).padStart(2, '0')}`);
  const repositories = memoryRepositories({
    installation: 'world',
    repositories: new Map(
      names.map((name) => [name, memoryRepository('main', [{ path: 'a', text: 'a\n' }])]),
    ),
  });
  const unreadable = new Set<string>();
  const stores = memoryLedger({ clock });
  const line = async (name: string) => {
    if (unreadable.has(name)) throw fail('ledger_unavailable', { problem: 'not this line' });
    return stores.ledger.line(name);
  };
  const world = await openWorld({
    ...{ clock, ...stores, ledger: { ...stores.ledger, line } },
    repositories: {
      ...repositories,
      // Nothing runs in the copy.
      open: async (workspace) => {
        const open = await repositories.open(workspace);
        const checkout = async () => ({ path: '/nowhere', remove: async () => undefined });
        return { ...open, repository: { ...open.repository, checkout } };
      },
    },
    policy: {
      rulesFor: async () => rulesWith({ checks: [CHECK], loosestRung: 'exact' }),
      addCheck: async () => undefined,
      removeChecks: async () => undefined,
    },
    // Nothing of it takes real time: the clock is turned on without asking the disk.
    ...evidenceOf({ perform: async ({ apply }: { apply: () => unknown }) => apply() } as never),
    runLogs: memoryRunLogs(async () => '0'.repeat(64) as Sha256),
  });
  const { needs } = world;
  for (const name of names)
    await needs.workspaces.add({
      ...{ name, gitDir: name, workTree: null, branch: 'main', addedAt: clock.now(), addedBy: 'test' },
      ...{ paused: null, remote: null, baseline: null },
    });
  const executions: Execution[] = [];
  const runners: NamedRunner[] = [];
  test.after(async () => {
    const stopped = Promise.all(runners.map((runner) => runner.stop()));
    let areStopped = false;
    void stopped.then(() => {
      areStopped = true;
    });
    while (!areStopped) await advance();
    await world.close();
  });

  async function advance(): Promise<void> {
    clock.advance(STEP_MS);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  const start = async (name: string, slots: number): Promise<NamedRunner> => {
    let isDead = false;
    const living = async <T>(act: Promise<T>): Promise<T> => {
      const result = await act;
      return isDead ? new Promise<never>(() => undefined) : result;
    };
    const own: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: (ms, signal) => living(clock.sleep(ms, signal)),
    };
    const who = { component: 'runner', instance: name };
    const announcement = {
      ...{ ...who, version: '1', pid: 1, host: 'h', address: null, startedAt: clock.now() },
      details: announcedSlots(slots),
    };
    await needs.registry.announce(announcement, 3_600_000);
    const fleet = watchFleet({ registry: needs.registry, clock: own }, { ...who, slots });
    const runner = startRunner(
      { ...needs, clock: own, sandbox: waitingSandbox(own, checkMs) },
      {
        ...{ owner: `runner/${name}`, leaseTtlMs: LEASE_MS, cooldownMs: 0, drainMs: 60_000, slots },
        ...{ part: () => fleet.part(), logger: keepingLogger([]) },
        observe: async (step, subject) => {
          const patch = await needs.ledger.find(subject as PatchId);
          if (patch === null) return;
          const at = clock.now() - startedAt;
          const { id, workspace } = patch;
          if (step === 'claimed')
            executions.push({ id, line: workspace, runner: name, startedAt: at, endedAt: null });
          const execution = executions.findLast((one) => one.id === id);
          if (step === 'landing-recorded' && execution !== undefined) execution.endedAt = at;
        },
      },
    );
    const named: NamedRunner = {
      ...runner,
      name,
      die: () => {
        isDead = true;
      },
      stop: async () => {
        if (isDead) return;
        await needs.registry.withdraw(who);
        await fleet.stop();
        await runner.stop();
      },
    };
    runners.push(named);
    return named;
  };
  const patches: PatchId[] = [];

  return {
    ...{ needs, clock, names, executions, unreadable, start },
    submit: async (line: string, count: number) => {
      for (let number = 1; number <= count; number += 1) {
        const { patch } = await submitPatch(needs, {
          ...{
            workspace: line,
            body: Buffer.from(creating(`f-${patches.length}.txt`)),
            format: null,
            title: null,
          },
          ...{ author: 'test', origin: 'http', idempotencyKey: null, force: true },
        });
        patches.push(patch.id);
      }
    },
    /** Turns the clock until the answer is yes, for at most `limitMs`; answers how long that took. */
    until: async (what: string, is: () => boolean | Promise<boolean>, limitMs: number): Promise<number> => {
      const from = clock.now();
      while (!(await is())) {
        if (clock.now() - from > limitMs) throw new Error(`not within ${limitMs} ms of that clock: ${what}`);
        await advance();
      }
      return clock.now() - from;
    },
    allLanded: async () => {
      for (const id of patches) {
        const patch = await needs.ledger.find(id);
        if (patch?.state.name !== 'landed') return false;
      }
      return true;
    },
    /** Who has each line under lease that somebody has. */
    holders: async (): Promise<ReadonlyMap<string, string>> => {
      const held = new Map<string, string>();
      for (const name of names) {
        const lease = await needs.leaser.find(name);
        if (lease?.owner != null && lease.expiresAt > clock.now())
          held.set(name, lease.owner.slice('runner/'.length));
      }
      return held;
    },
  };
}

function waitingSandbox(clock: Clock, checkMs: number): Sandbox {
  return {
    isolation: async () => ({ level: 3, description: 'none' }),
    run: async (command, signal) => {
      const startedAt = clock.now();
      await clock.sleep(checkMs, signal);
      const ending: Ran['ending'] = signal.aborted ? 'aborted' : 'exited';
      return {
        ...{ ending, exitCode: signal.aborted ? null : 0, signal: null, detail: null, startedAt },
        ...{ durationMs: clock.now() - startedAt, output: new Uint8Array(), truncated: false },
        ...{ argv: command.argv, environment: [], isolation: 3 },
      };
    },
  };
}
