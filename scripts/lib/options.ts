import { parseArgs } from 'node:util';

/** What a script was asked and cannot do: told in one line, exit 2. */
export class UsageError extends Error {
  constructor(option: string, got: string, expected: string) {
    super(`${option} ${JSON.stringify(got)}: expected ${expected}`);
    this.name = 'UsageError';
  }
}

export type Kinds = Readonly<Record<string, 'text' | 'flag'>>;

/** What each option was given: text as it stands, null where it was left out. Anything else is refused. */
export interface Given {
  text(name: string): string | null;
  flag(name: string): boolean;
  /** A whole number in decimal digits, from `least` on; 1 when left out, for zero work is no pass. */
  number(name: string, standard: number, least?: number): number;
  oneOf<T extends string>(name: string, words: readonly T[]): T | null;
}

const MOST_DIGITS = 12;

/** @throws UsageError for an option that is unknown, has no value, or is no option */
export function readOptions(args: readonly string[], kinds: Kinds): Given {
  const values = parsed(args, kinds);
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    text,
    flag: (name) => values[name] === true,
    number: (name, standard, least = 1) => numberIn(`--${name}`, text(name), { standard, least }),
    oneOf: (name, words) => {
      const got = text(name);
      const found = words.find((word) => word === got);
      if (got === null || found !== undefined) return found ?? null;
      throw new UsageError(`--${name}`, got, `one of ${words.join(', ')}`);
    },
  };
}

/** @throws UsageError */
export function numberIn(
  option: string,
  text: string | null,
  { standard, least }: { readonly standard: number; readonly least: number },
): number {
  if (text === null) return standard;
  if (/^\d+$/.test(text) && text.length <= MOST_DIGITS && Number(text) >= least) return Number(text);
  throw new UsageError(option, text, `a whole number from ${least} on, of at most ${MOST_DIGITS} digits`);
}

/** Runs a script to its exit code. `--help` tells how it is used, and what it was asked wrongly is told in one line. */
export async function runCommand(usage: string, run: () => Promise<number>): Promise<void> {
  if (process.argv.slice(2).includes('--help')) {
    console.log(usage);
    return;
  }
  try {
    process.exitCode = await run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    process.exitCode = 2;
  }
}

function parsed(args: readonly string[], kinds: Kinds): Readonly<Record<string, unknown>> {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      { type: kind === 'flag' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const known = Object.keys(kinds).map((name) => `--${name}`);
    throw new UsageError(
      'options',
      args.join(' '),
      `only ${known.join(', ')}, each with its value: ${error.message}`,
    );
  }
}
