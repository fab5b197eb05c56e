import { existsSync } from 'node:fs';
import { removeTree } from '../../../../src/platform/remove-tree.ts';
import type { Ran, Sandbox } from '../../../../src/ports/sandbox.ts';
import type { OpenHost } from './host.ts';
import type { End, Program } from './program.ts';

/** Levels at which something is kept from a command. */
export type Level = 1 | 2 | 3;

/** What became of a program at a level. `got`: what that level cannot keep from it. `broken`: what it should have. */
export interface Outcome {
  readonly program: string;
  readonly level: Level;
  readonly kind: 'held' | 'got' | 'spared' | 'broken';
  readonly words: string;
  readonly tookMs: number;
}

const OUTPUT_CAP = 65_536;
const DEFAULT_TIMEOUT_MS = 20_000;

/** Runs a program in a copy of its own, judges what it got, and takes the copy away as a checkout is taken away. */
export async function tryOut(
  program: Program,
  { sandbox, level, open }: { readonly sandbox: Sandbox; readonly level: Level; readonly open: OpenHost },
): Promise<Outcome> {
  const about = { program: program.name, level };
  const spared = level === 3 ? undefined : program.spared?.[level];
  if (spared !== undefined) return { ...about, kind: 'spared', words: spared, tookMs: 0 };
  const directory = open.copy(`${level}-${program.name.replaceAll('/', ' ')}`);
  let printed = 0;
  const ran = await sandbox.run(
    {
      argv: program.argv(open.host),
      directory,
      environment: {},
      timeoutMs: program.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      outputCap: OUTPUT_CAP,
      onOutput: (bytes) => {
        printed += bytes.length;
      },
    },
    new AbortController().signal,
  );
  await removeTree(directory, '/usr/bin:/bin');
  const left = existsSync(directory) ? 'its copy could not be removed' : null;
  const problem = left ?? (ran.isolation === level ? null : `it ran at level ${ran.isolation}`);
  return { ...about, tookMs: ran.durationMs, ...judged(program, { level, ran, printed, problem }) };
}

interface Seen {
  readonly level: Level;
  readonly ran: Ran;
  readonly printed: number;
  readonly problem: string | null;
}

function judged(program: Program, seen: Seen): Pick<Outcome, 'kind' | 'words'> {
  const { level, ran, problem } = seen;
  const text = Buffer.from(ran.output).toString('latin1');
  const escapes = [...text.matchAll(/ESCAPED (.*)/g)].map(([, what = '']) => what);
  const given = level === 3 ? undefined : program.gets?.[level];
  if (problem !== null) return { kind: 'broken', words: problem };
  if (escapes.length > 0)
    return given === undefined
      ? { kind: 'broken', words: `it got ${escapes.join(', ')}` }
      : { kind: 'got', words: given };
  const end = (level === 3 ? undefined : program.endsAt?.[level]) ?? program.ends;
  const wrong = whyWrong(given === undefined ? end : null, ran, text) ?? whyNotTold(program, seen);
  if (wrong !== null) return { kind: 'broken', words: `${wrong}: ${text.slice(-200)}` };
  // What was not seen is not claimed: the machine may have been busy, or gives it to nobody.
  const words = given === undefined ? wordsOf(end, ran) : `nothing this time; nothing keeps it from ${given}`;
  return { kind: 'held', words };
}

/** Without an expectation, as where it may get something or not, it has to end all the same. */
function whyWrong(end: End | null, ran: Ran, text: string): string | null {
  const how = `${ran.ending}, exit code ${ran.exitCode}, signal ${ran.signal}, ${ran.detail ?? 'no detail'}`;
  if (ran.ending === 'not-started' || ran.ending === 'cut-off') return how;
  if (end?.kind === 'refused' && !(ran.ending === 'exited' && text.endsWith('END\n'))) return how;
  if (end?.kind === 'ended' && ran.ending !== 'exited') return how;
  return end?.kind === 'limit' && !end.detail.test(ran.detail ?? '') ? how : null;
}

function whyNotTold({ prints, shows }: Program, { ran, printed }: Seen): string | null {
  if (prints !== undefined && printed !== prints) return `it was told of ${printed} bytes, not of ${prints}`;
  return shows && !Buffer.from(ran.output).includes(shows) ? 'its output is not kept as it is' : null;
}

function wordsOf(end: End, ran: Ran): string {
  if (ran.detail !== null) return ran.detail;
  return end.kind === 'refused' ? end.words : `ended, exit code ${ran.exitCode ?? ran.signal}`;
}
