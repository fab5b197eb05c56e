import { runUnderSupervisor } from '../platform/supervised.ts';
import { packageRootOf, processVariables, readConfig } from './config.ts';
import { runnerProcess } from './start-runner.ts';

await runUnderSupervisor(() =>
  runnerProcess(readConfig(processVariables(), packageRootOf(import.meta.dirname)), () => undefined),
);
