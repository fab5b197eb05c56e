import { once } from 'node:events';
import { LANDING_STEPS } from '../../src/core/patch/landing-step.ts';
import { packageRootOf, processVariables, readConfig } from '../../src/main/config.ts';
import { runnerProcess } from '../../src/main/start-runner.ts';
import { runUnderSupervisor } from '../../src/platform/supervised.ts';

/*
 * The product's runner, with an observer that kills this very process when a step is reached for the first time; or that
 * says so there, and waits until somebody has stopped the process and let it go on. Told by variables that only this file
 * knows.
 */
const { DIE_AT: step = '', STALL: stalls, ...variables } = processVariables();
if (!(LANDING_STEPS as readonly string[]).includes(step)) throw new TypeError(`no step ${step}`);

let reached = false;
await runUnderSupervisor(() =>
  runnerProcess(readConfig(variables, packageRootOf(import.meta.dirname)), async (now) => {
    if (now !== step || reached) return;
    reached = true;
    if (stalls === undefined) process.kill(process.pid, 'SIGKILL');
    const wentOn = once(process, 'SIGCONT');
    process.send?.({ kind: 'reached' });
    await wentOn;
  }),
);
