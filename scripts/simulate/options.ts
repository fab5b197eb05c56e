import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const HELP = `npm run simulate -- [--seeds N] [--from SEED] [--jobs N] [--mutant NAME] [--json]
npm run simulate -- --seed SEED [--only 3,7] [--mutant NAME]   one schedule with its trace, with these of its faults alone
npm run simulate -- --mutants [--seeds N]                      how many of N schedules see each mutant of the protocol`;

export interface SimulateOptions {
  readonly act: 'help' | 'replay' | 'mutants' | 'campaign';
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

/** @throws TypeError for what it does not know */
export function readOptions(args: readonly string[]): SimulateOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      jobs: { type: 'string' },
      mutant: { type: 'string' },
      mutants: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const act = values.help
    ? 'help'
    : values.seed !== undefined
      ? 'replay'
      : values.mutants
        ? 'mutants'
        : 'campaign';
  return {
    act,
    seeds: wholeNumber('--seeds', values.seeds) ?? (act === 'mutants' ? SEEDS_OF_A_MUTANT : SEEDS),
    from: wholeNumber('--from', values.from) ?? 1,
    seed: wholeNumber('--seed', values.seed) ?? 0,
    only: numbers(values.only),
    jobs: wholeNumber('--jobs', values.jobs) ?? availableParallelism(),
    mutant: values.mutant ?? null,
    json: values.json ?? false,
  };
}

function wholeNumber(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new TypeError(`${name} ${text}: expected a whole number of at most 12 digits`);
}

/** `--only ''` stands for none at all. */
function numbers(text: string | undefined): ReadonlySet<number> | null {
  if (text === undefined) return null;
  const words = text.split(',').filter((word) => word !== '');
  return new Set(words.map((word) => wholeNumber('--only', word) ?? 0));
}
