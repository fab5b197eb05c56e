// npm run crash: kills, stops and misleads real runners at every step and system call of a landing, and judges the line.
import { parseArgs } from 'node:util';
import { type Fault, faultOf, faultText } from '../../test/crash/harness/fault.ts';
import { type Ran, runJobs } from './jobs.ts';
import { Tally } from './tally.ts';
import { faultsWanted, PARTS, type Part } from './tasks.ts';

const USAGE = `npm run crash -- [--faults N] [--seed S] [--jobs N] [--only ${PARTS.join('|')}] [--json]
npm run crash -- --replay FAULT

Without --faults everything once: every named step, clock jumps, races, every system call. With it, N of these by the seed,
or all and random ones up to N. Random ones alone: --only random --faults N.`;
const TELL_EVERY_MS = 10_000;

const { values } = parseArgs({
  options: {
    ...{ faults: { type: 'string' }, seed: { type: 'string' }, jobs: { type: 'string' } },
    ...{ only: { type: 'string' }, replay: { type: 'string' } },
    ...{ json: { type: 'boolean' }, help: { type: 'boolean' } },
  },
});
if (values.help) console.log(USAGE);
else process.exitCode = (await run()) ? 0 : 1;

/** Whether no guarantee was broken. */
async function run(): Promise<boolean> {
  const seed = number('--seed', values.seed) ?? Date.now() % 1_000_000;
  const jobs = number('--jobs', values.jobs) ?? 2;
  const faults = await chosen(seed);
  console.error(`${faults.length} runs, ${jobs} at a time, seed ${seed}`);
  const tally = new Tally();
  const began = performance.now();
  let done = 0;
  let told = began;
  await runJobs(faults, jobs, (ran) => {
    done += 1;
    tally.add(ran);
    if (ran.violations.length > 0) tellWrong(ran);
    if (ran.leftToPerson.length > 0)
      console.error(`  left to a person by ${faultText(ran.fault)}: ${ran.leftToPerson.join(', ')}`);
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    console.error(`  ${done} of ${faults.length}: ${rate(tally, began)}`);
  });
  console.log(values.json ? JSON.stringify(summary(tally, { seed, began })) : report(tally, { seed, began }));
  return tally.sum('violations') === 0;
}

async function chosen(seed: number): Promise<readonly Fault[]> {
  if (values.replay !== undefined) return [faultOf(values.replay)];
  const parts = values.only === undefined ? PARTS : PARTS.filter((part) => part === values.only);
  if (parts.length === 0) throw new TypeError(`--only ${values.only}: expected one of ${PARTS.join(', ')}`);
  return faultsWanted({ parts: parts as readonly Part[], faults: number('--faults', values.faults), seed });
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

function number(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new TypeError(`${name} ${text}: expected a whole number`);
}
