import { shrink } from '../../test/simulation/campaign/shrink.ts';
import type { Failure } from '../../test/simulation/campaign/tally.ts';
import { loadMutated } from '../../test/simulation/mutants/load-mutated.ts';
import type { ScheduleOptions, ScheduleOutcome } from '../../test/simulation/schedule.ts';
import { UsageError } from '../lib/options.ts';
import type { SimulateOptions } from './options.ts';

type Run = (options: ScheduleOptions) => Promise<{
  readonly outcome: ScheduleOutcome;
  readonly wrong: readonly string[];
}>;

/**
 * Runs one schedule with its trace on standard output. The exit code: 1 when something was wrong.
 * @throws UsageError for a fault that the schedule does not have: it would be told of a run without it
 */
export async function replaySeed({ seed, only, mutant }: SimulateOptions): Promise<number> {
  const run = await engine(mutant);
  const { outcome, wrong } = await run({
    seed,
    ...(only === null ? {} : { only }),
    trace: (line) => console.log(line),
  });
  const faults = outcome.faults.map(({ number, point, kind }) => `${number} ${kind} at ${point}`);
  const missing = [...(only ?? [])].filter(
    (number) => !outcome.faults.some((fault) => fault.number === number),
  );
  if (missing.length > 0 && wrong.length === 0)
    throw new UsageError(
      '--only',
      missing.join(','),
      `faults that seed ${seed} has; of those asked for it has ${faults.join(', ') || 'none'}`,
    );
  console.log(`faults: ${faults.length === 0 ? 'none' : faults.join(', ')}`);
  for (const problem of wrong) console.log(`WRONG ${problem}`);
  return wrong.length === 0 ? 0 : 1;
}

/** The fewest faults with which the same seed still goes wrong. */
export async function shrunk(failure: Failure, { mutant }: SimulateOptions): Promise<readonly number[]> {
  const run = await engine(mutant);
  return shrink(failure.faults, async (only) => (await run({ seed: failure.seed, only })).wrong.length > 0);
}

let loaded: Promise<Run> | null = null;

function engine(mutant: string | null): Promise<Run> {
  loaded ??= load(mutant);
  return loaded;
}

/** Only when it is needed: nothing of the product may have been loaded before it is changed. */
async function load(mutant: string | null): Promise<Run> {
  if (mutant !== null) loadMutated(mutant);
  const { runSchedule } = await import('../../test/simulation/schedule.ts');
  const { wrongIn } = await import('../../test/simulation/campaign/wrong.ts');
  return async (options) => {
    const outcome = await runSchedule(options);
    return { outcome, wrong: wrongIn(outcome) };
  };
}
