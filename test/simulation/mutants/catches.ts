import { type CampaignOptions, runCampaign } from '../campaign/campaign.ts';
import type { Tally } from '../campaign/tally.ts';
import type { Mutant } from './mutate.ts';

/** How well the simulator sees one mutant. */
export interface Caught {
  readonly mutant: Mutant;
  readonly schedules: number;
  /** Of the schedules, from 0 to 1. */
  readonly share: number;
  /** The smallest seed that saw it. */
  readonly first: number | null;
  /** What was seen there first. */
  readonly seen: string | null;
}

export type CatchOptions = Omit<CampaignOptions, 'mutant' | 'onProgress'> & {
  /** Schedules after which one that saw it is enough; without it all are run. */
  readonly enough?: number;
};

export async function catches(mutant: Mutant, { enough, ...options }: CatchOptions): Promise<Caught> {
  const over = new AbortController();
  const isEnough = ({ failed, schedules }: Tally) =>
    enough !== undefined && failed > 0 && schedules >= enough;
  const { failed, schedules, failures } = await runCampaign({
    ...{ ...options, mutant: mutant.name },
    signal: AbortSignal.any([over.signal, ...(options.signal ? [options.signal] : [])]),
    onProgress: (tally) => (isEnough(tally) ? over.abort() : undefined),
  });
  return {
    ...{ mutant, schedules },
    share: schedules === 0 ? 0 : failed / schedules,
    first: failures[0]?.seed ?? null,
    seen: failures[0]?.wrong[0] ?? null,
  };
}

/** `seen by 2.5 % of 400 seeds, first 17`. */
export function howCaught({ share, schedules, first }: Caught): string {
  const seeds = `${(share * 100).toFixed(1)} % of ${schedules} seeds`;
  return first === null ? `seen by none of ${schedules} seeds` : `seen by ${seeds}, first ${first}`;
}
