import { availableParallelism } from 'node:os';
import { MUTANTS } from '../../test/simulation/mutants/mutants.ts';
import { type Kinds, numberIn, readOptions, UsageError } from '../lib/options.ts';

export const HELP = `npm run simulate -- [--seeds N] [--from SEED] [--jobs N] [--mutant NAME] [--json]
npm run simulate -- --seed SEED [--only 3,7] [--mutant NAME]   one schedule with its trace, with these of its faults alone
npm run simulate -- --mutants [--seeds N]                      how many of N schedules see each mutant of the protocol`;

export interface SimulateOptions {
  readonly act: 'replay' | 'mutants' | 'campaign';
  readonly seeds: number;
  readonly from: number;
  readonly seed: number;
  readonly only: ReadonlySet<number> | null;
  readonly jobs: number;
  readonly mutant: string | null;
  readonly json: boolean;
}

const SEEDS = 1_000;
const SEEDS_OF_A_MUTANT = 200;

const KINDS: Kinds = {
  ...{ seeds: 'text', from: 'text', seed: 'text', only: 'text', jobs: 'text', mutant: 'text' },
  ...{ mutants: 'flag', json: 'flag' },
};

/** @throws UsageError for what it does not know */
export function readSimulateOptions(args: readonly string[]): SimulateOptions {
  const given = readOptions(args, KINDS);
  const act = given.text('seed') !== null ? 'replay' : given.flag('mutants') ? 'mutants' : 'campaign';
  if (given.text('only') !== null && act !== 'replay')
    throw new UsageError('--only', given.text('only') ?? '', '--seed beside it');
  return {
    act,
    seeds: given.number('seeds', act === 'mutants' ? SEEDS_OF_A_MUTANT : SEEDS),
    from: given.number('from', 1, 0),
    seed: given.number('seed', 0, 0),
    only: numbers(given.text('only')),
    jobs: given.number('jobs', availableParallelism()),
    mutant: given.oneOf(
      'mutant',
      MUTANTS.map(({ name }) => name),
    ),
    json: given.flag('json'),
  };
}

/** `--only ''` stands for none at all. */
function numbers(text: string | null): ReadonlySet<number> | null {
  if (text === null) return null;
  const words = text.split(',').filter((word) => word !== '');
  return new Set(words.map((word) => numberIn('--only', word, { standard: 0, least: 0 })));
}
