// npm run simulate [-- --seeds N]: the product's own modules on a simulated machine, with every fault that it knows.
import { runCampaign } from '../../test/simulation/campaign/campaign.ts';
import { faultCount, type Tally } from '../../test/simulation/campaign/tally.ts';
import { type Caught, catches, howCaught } from '../../test/simulation/mutants/catches.ts';
import { MUTANTS } from '../../test/simulation/mutants/mutants.ts';
import { runCommand } from '../lib/options.ts';
import { HELP, readSimulateOptions, type SimulateOptions } from './options.ts';
import { replaySeed, shrunk } from './replay.ts';
import { catchesTable, describeCampaign, describeFailure } from './words.ts';

const TELL_EVERY_MS = 5_000;
/** What a shell reports of a process that Ctrl-C ended. */
const STOPPED = 130;

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());

await runCommand(HELP, async () => {
  const options = readSimulateOptions(process.argv.slice(2));
  switch (options.act) {
    case 'replay':
      return replaySeed(options);
    case 'mutants':
      return runMutants(options);
    case 'campaign':
      return runSeeds(options);
  }
});

async function runSeeds(options: SimulateOptions): Promise<number> {
  const { from, seeds, jobs, mutant } = options;
  const startedAt = Date.now();
  const tally = await runCampaign({
    ...{ from, count: seeds, jobs, mutant },
    signal: stopping.signal,
    onProgress: progress(startedAt, seeds),
  });
  const tookMs = Date.now() - startedAt;
  if (options.json) console.log(JSON.stringify({ from, seeds, mutant, tookMs, ...tally }));
  else console.log(describeCampaign(tally, { tookMs }));
  if (!options.json)
    for (const failure of tally.failures)
      console.log(describeFailure(failure, await shrunk(failure, options), mutant));
  if (tally.failed > 0) return 1;
  if (stopping.signal.aborted) return STOPPED;
  return tally.schedules > 0 ? 0 : 1;
}

function progress(startedAt: number, all: number): (tally: Tally) => void {
  let toldAt = startedAt;
  return (tally) => {
    if (Date.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = Date.now();
    const rate = tally.schedules / ((toldAt - startedAt) / 1000);
    console.error(
      `${tally.schedules} of ${all} schedules, ${faultCount(tally)} faults, ${tally.failed} went wrong, ${rate.toFixed(0)}/s`,
    );
  };
}

async function runMutants({ from, seeds, jobs, json, mutant }: SimulateOptions): Promise<number> {
  const all: Caught[] = [];
  for (const one of MUTANTS.filter(({ name }) => mutant === null || name === mutant)) {
    if (stopping.signal.aborted) break;
    const caught = await catches(one, { from, count: seeds, jobs, signal: stopping.signal });
    console.error(`${one.name}: ${howCaught(caught)}`);
    all.push(caught);
  }
  console.log(json ? JSON.stringify(all) : catchesTable(all));
  if (stopping.signal.aborted) return STOPPED;
  return all.every(({ mutant: { covered }, first }) => covered !== undefined || first !== null) ? 0 : 1;
}
