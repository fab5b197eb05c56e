import { type CampaignOptions, runCampaign } from '../campaign/campaign.ts';
import type { Mutant } from './mutate.ts';

/** How well the simulator sees one mutant. */
export interface Caught {
  readonly name: string;
  readonly wrong: string;
  /** `covered`: another part of the protocol holds too, and a mutant that takes both out is there. */
  readonly expected: 'caught' | 'covered';
  /** Of the schedules, from 0 to 1. */
  readonly share: number;
  /** The smallest seed that saw it. */
  readonly first: number | null;
  /** What was seen there first. */
  readonly seen: string | null;
}

type CatchOptions = Omit<CampaignOptions, 'mutant' | 'onProgress'> & {
  readonly onProgress?: (caught: Caught) => void;
};

/** Runs the same seeds with each mutant. */
export async function catches(
  mutants: readonly Mutant[],
  { onProgress, ...options }: CatchOptions,
): Promise<readonly Caught[]> {
  const all: Caught[] = [];
  for (const { name, wrong, covered } of mutants) {
    if (options.signal?.aborted) break;
    const { failed, schedules, failures } = await runCampaign({ ...options, mutant: name });
    const caught: Caught = {
      ...{ name, wrong, expected: covered === undefined ? 'caught' : 'covered' },
      share: schedules === 0 ? 0 : failed / schedules,
      first: failures[0]?.seed ?? null,
      seen: failures[0]?.wrong[0] ?? null,
    };
    onProgress?.(caught);
    all.push(caught);
  }
  return all;
}
