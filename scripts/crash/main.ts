// npm run crash: kills, stops and misleads real runners at every step and system call of a landing, and judges the line.
import { type Fault, faultOf, faultText } from '../../test/crash/harness/fault.ts';
import { readOptions, runCommand, UsageError } from '../lib/options.ts';
import { type Ran, runJobs } from './jobs.ts';
import { Tally } from './tally.ts';
import { faultsWanted, PARTS } from './tasks.ts';

const USAGE = `npm run crash -- [--faults N] [--seed S] [--jobs N] [--only ${PARTS.join('|')}] [--json]
npm run crash -- --replay FAULT

Without --faults everything once: every named step, clock jumps, races, every system call. With it, N of these by the seed,
or all and random ones up to N. Random ones alone: --only random --faults N.`;
const TELL_EVERY_MS = 10_000;

await runCommand(USAGE, async () => {
  const given = readOptions(process.argv.slice(2), {
    ...{ faults: 'text', seed: 'text', jobs: 'text', only: 'text', replay: 'text', json: 'flag' },
  });
  const seed = given.number('seed', Date.now() % 1_000_000, 0);
  const only = given.oneOf('only', PARTS);
  const count = given.text('faults') === null ? null : given.number('faults', 1);
  const replay = given.text('replay');
  if (only === 'random' && count === null) throw new UsageError('--faults', '', 'how many, for random ones');
  const options = { seed, jobs: given.number('jobs', 2), json: given.flag('json') };
  const parts = only === null ? PARTS : [only];
  const faults = replay === null ? await faultsWanted({ parts, faults: count, seed }) : [replayed(replay)];
  return (await run(faults, options)) ? 0 : 1;
});

interface Options {
  readonly seed: number;
  readonly jobs: number;
  readonly json: boolean;
}

/** Whether a fault was reached at all, and no guarantee was broken. */
async function run(faults: readonly Fault[], { seed, jobs, json }: Options): Promise<boolean> {
  console.error(`${faults.length} runs, ${jobs} at a time, seed ${seed}`);
  const tally = new Tally();
  const began = performance.now();
  let done = 0;
  let told = began;
  // What a run has stopped or traced is ended with it; nobody else would.
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  await runJobs(faults, { jobs, signal: stopping.signal }, (ran) => {
    done += 1;
    tally.add(ran);
    if (ran.violations.length > 0) tellWrong(ran);
    if (ran.leftToPerson.length > 0)
      console.error(`  left to a person by ${faultText(ran.fault)}: ${ran.leftToPerson.join(', ')}`);
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    console.error(`  ${done} of ${faults.length}: ${rate(tally, began)}`);
  });
  console.log(json ? JSON.stringify(summary(tally, { seed, began })) : report(tally, { seed, began }));
  return !stopping.signal.aborted && tally.sum('reached') > 0 && tally.sum('violations') === 0;
}

function replayed(text: string): Fault {
  try {
    return faultOf(text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(
      '--replay',
      text,
      'a fault, such as kill@claimed, stop@pool:1:fsync:3 or kill@120ms',
    );
  }
}

function tellWrong({ fault, violations, saved }: Ran): void {
  console.error(`WRONG ${faultText(fault)}`);
  for (const violation of violations) console.error(`  ${violation}`);
  console.error(`  history: ${saved}\n  again:   npm run crash -- --replay ${faultText(fault)}`);
}

function report(tally: Tally, { seed, began }: { readonly seed: number; readonly began: number }): string {
  return [
    tally.table(),
    `${tally.sum('faults')} faults in ${tally.sum('runs')} runs, ${tally.sum('runs') - tally.sum('reached')} unreached, ${tally.sum('leftToPerson')} left to a person, ${tally.sum('stoodStill')} stood still while one was stopped, ${tally.sum('violations')} violations; ${rate(tally, began)}; seed ${seed}`,
  ].join('\n');
}

function summary(tally: Tally, { seed, began }: { readonly seed: number; readonly began: number }) {
  const seconds = (performance.now() - began) / 1000;
  return {
    seed,
    seconds,
    faults: tally.sum('faults'),
    violations: tally.sum('violations'),
    rows: tally.rows,
  };
}

function rate(tally: Tally, began: number): string {
  const seconds = (performance.now() - began) / 1000;
  return `${(tally.sum('faults') / seconds).toFixed(2)} faults/s`;
}
