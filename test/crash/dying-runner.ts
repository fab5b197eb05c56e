import { LANDING_STEPS } from '../../src/core/patch/landing-step.ts';
import { packageRootOf, processVariables, readConfig } from '../../src/main/config.ts';
import { runnerProcess } from '../../src/main/start-runner.ts';
import { runUnderSupervisor } from '../../src/platform/supervised.ts';

/*
 * The product's runner, with an observer that sends this very process a signal when a step is reached for the first
 * time. Which one is told by two variables that only this file knows.
 */
const { DIE_AT: dieAt = '', DIE_BY: dieBy = 'SIGKILL', ...variables } = processVariables();
if (!(LANDING_STEPS as readonly string[]).includes(dieAt)) throw new TypeError(`no step ${dieAt}`);

let reached = false;
await runUnderSupervisor(() =>
  runnerProcess(readConfig(variables, packageRootOf(import.meta.dirname)), async (step) => {
    if (step !== dieAt || reached) return;
    reached = true;
    process.kill(process.pid, dieBy);
    // SIGSTOP takes effect at once for the whole process, but this thread may get one more turn: give it a reason to wait.
    await new Promise((resolve) => setImmediate(resolve));
  }),
);
