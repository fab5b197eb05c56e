import { jsonOf } from '../core/ledger/json-of.ts';
import { runUnderSupervisor } from '../platform/supervised.ts';
import { type Config, packageRootOf, processVariables, readConfig } from './config.ts';
import { newInstance } from './instance.ts';
import { beat } from './service.ts';
import { tellStores } from './tell-stores.ts';
import { type Wired, wire } from './wire.ts';

/** A loop that says how it fares; `problem` is what stands in its way, in words. */
export interface LoopWorker {
  facts(): { readonly problem: string | null };
  stop(): Promise<void>;
}

export interface WorkerPlace extends Wired {
  readonly config: Config;
  readonly instance: string;
}

/** The whole life of a process that does nothing but run one worker, with its own heartbeat. */
export function runWorker(
  component: string,
  start: (place: WorkerPlace) => LoopWorker | Promise<LoopWorker>,
): Promise<void> {
  return runUnderSupervisor(async () => {
    const config = readConfig(processVariables(), packageRootOf(import.meta.dirname));
    const instance = newInstance(component);
    const wired = await wire(config, { component, instance, console: 'none' });
    tellStores(wired);
    const worker = await start({ ...wired, config, instance });
    const report = () => {
      const facts = worker.facts();
      return {
        status: facts.problem === null ? ('healthy' as const) : ('degraded' as const),
        details: jsonOf(facts),
      };
    };
    const presence = beat(wired, { component, instance, address: null, report });
    return {
      details: {},
      stop: async () => {
        await worker.stop();
        await presence.end();
        await wired.close();
      },
    };
  });
}
