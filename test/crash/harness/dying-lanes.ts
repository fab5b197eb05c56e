import { writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { dirname } from 'node:path';
import { SYSTEM_PATH } from '../../../src/adapters/git/environment.ts';
import { gitRepositories } from '../../../src/adapters/git/open.ts';
import { findPrograms } from '../../../src/adapters/sandbox/programs.ts';
import { commandSandbox, sandboxOwner } from '../../../src/adapters/sandbox/sandbox.ts';
import type { LandingStep } from '../../../src/core/patch/landing-step.ts';
import { packageRootOf, processVariables, readConfig } from '../../../src/main/config.ts';
import { newInstance } from '../../../src/main/instance.ts';
import { wire } from '../../../src/main/wire.ts';
import { type Runner, startRunner } from '../../../src/workers/runner/runner.ts';
import type { StepFault } from './fault.ts';
import type { Told, Wish } from './lanes.ts';

/*
 * The product's lanes on the product's adapters, without what a runner process has around them: no HTTP, no heartbeat.
 * They run when they are told to, so that a tracer can be at the threads before the first step; and a step can be told
 * at which this very process is killed or stopped, fails, or sees its clock jump.
 */
const {
  LEASE_MS = '1000',
  PROGRAMS = '',
  CLOCK_FILE = '',
  ANSWER_MS = '',
  ...variables
} = processVariables();
const config = readConfig(variables, packageRootOf(dirname(import.meta.dirname)));
const instance = newInstance('runner');
const wired = await wire(config, { component: 'runner', instance, console: 'none' });
const needs = PROGRAMS === '' ? wired.needs : { ...wired.needs, ...(await throughShims(PROGRAMS)) };
await needs.sandbox.isolation();

let runner: Runner | null = null;
let fault: { readonly step: LandingStep; readonly how: StepFault } | null = null;

process.on('message', (wish: Wish) => void obey(wish));
process.once('disconnect', () => process.exit(1));
flushCompileCache();
tell({ kind: 'wired' });

async function obey(wish: Wish): Promise<void> {
  switch (wish.do) {
    case 'run':
      runner ??= startRunner(needs, {
        ...{ owner: `runner/${instance}`, leaseTtlMs: Number(LEASE_MS), cooldownMs: 0, drainMs: 10_000 },
        ...{ observe, logger: wired.logger },
      });
      return;
    case 'die':
      fault = { step: wish.step, how: wish.how };
      return;
    case 'rest':
      await runner?.stop();
      runner = null;
      return tell({ kind: 'rested' });
    case 'facts':
      return tell({ kind: 'facts', lanes: runner?.facts() ?? [] });
    case 'end':
      await runner?.stop();
      await wired.close();
      process.exit(0);
  }
}

async function observe(step: LandingStep): Promise<void> {
  if (fault === null || step !== fault.step) return;
  const { how } = fault;
  fault = null;
  await new Promise<void>((resolve) => process.send?.({ kind: 'reached' } satisfies Told, () => resolve()));
  switch (how) {
    case 'fail':
      throw new Error(`a fault at ${step}`);
    case 'forward':
    case 'back':
      return writeFileSync(CLOCK_FILE, how === 'forward' ? '+3600' : '-3600');
    default:
      process.kill(process.pid, how === 'kill' ? 'SIGKILL' : 'SIGSTOP');
      // The signal takes effect at once for the whole process, but this thread may get one more turn.
      await new Promise((resolve) => setImmediate(resolve));
  }
}

function tell(told: Told): void {
  process.send?.(told);
}

/** git, flock and bubblewrap out of a folder whose programs can put a tracer before the real ones. */
async function throughShims(folder: string) {
  const owner = sandboxOwner();
  const { openInstallation } = await import('../../../src/adapters/files/installation.ts');
  const { id } = await openInstallation({ data: config.home.data, keys: config.home.keys });
  return {
    repositories: gitRepositories({
      ...{ installation: id, scratch: config.home.scratch, path: `${folder}:${SYSTEM_PATH}` },
      ...(owner === null ? {} : { owner }),
      ...(ANSWER_MS === '' ? {} : { answerWithinMs: Number(ANSWER_MS), lockWaitMs: Number(ANSWER_MS) }),
    }),
    sandbox: commandSandbox({
      ...{ scratch: config.home.scratch, tools: [dirname(process.execPath)] },
      programs: { ...findPrograms(), bwrap: `${folder}/bwrap` },
    }),
  };
}
