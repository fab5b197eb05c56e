import { parentPort, workerData } from 'node:worker_threads';
import { loadMutated } from '../mutants/load-mutated.ts';
import type { Seeds } from './campaign.ts';
import { NOTHING, sum, type Tally } from './tally.ts';

const { mutant } = workerData as { readonly mutant: string | null };
if (mutant !== null) loadMutated(mutant);
// Only now: nothing of the product may have been loaded before it is changed.
const { tallyOf } = await import('./tally-of.ts');

parentPort?.on('message', async ({ from, count }: Seeds) => {
  let tally: Tally = NOTHING;
  for (let seed = from; seed < from + count; seed++) tally = sum(tally, await tallyOf(seed));
  parentPort?.postMessage(tally);
});
