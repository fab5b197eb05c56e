// npm run crash:remote: a remote that moves under the landing in random ways, and every patch and commit accounted for.
import { runMovingRemote } from '../../test/world/moving-remote/moving-remote.ts';
import { readOptions, runCommand } from '../lib/options.ts';

const USAGE = 'npm run crash:remote -- [--moves N] [--seed S] [--json]';
/** Moves of one line: judging it takes longer with each. */
const MOVES_OF_A_LINE = 50;

await runCommand(USAGE, async () => {
  const given = readOptions(process.argv.slice(2), { moves: 'text', seed: 'text', json: 'flag' });
  const moves = given.number('moves', 1_000);
  return (await run({ moves, first: given.number('seed', 1, 0), json: given.flag('json') })) ? 0 : 1;
});

interface Options {
  readonly moves: number;
  readonly first: number;
  readonly json: boolean;
}

/** Whether nothing was lost, doubled or forced. */
async function run({ moves, first, json }: Options): Promise<boolean> {
  const began = performance.now();
  const totals: Record<'moves' | 'ends' | 'seen', Record<string, number>> = { moves: {}, ends: {}, seen: {} };
  const wrong: { readonly seed: number; readonly violations: readonly string[] }[] = [];
  for (let seed = first, left = moves; left > 0; seed += 1, left -= MOVES_OF_A_LINE) {
    const ran = await runMovingRemote(seed, Math.min(left, MOVES_OF_A_LINE));
    for (const part of ['moves', 'ends', 'seen'] as const) add(totals[part], ran[part]);
    if (ran.violations.length > 0) wrong.push({ seed, violations: ran.violations });
    for (const violation of ran.violations) console.error(`WRONG seed ${seed}: ${violation}`);
    console.error(`seed ${seed}: ${JSON.stringify(ran.ends)} ${JSON.stringify(ran.seen)}`);
  }
  const seconds = Math.round((performance.now() - began) / 1_000);
  const report = {
    ...totals,
    seeds: [first, first + Math.ceil(moves / MOVES_OF_A_LINE) - 1],
    seconds,
    wrong,
  };
  console.log(json ? JSON.stringify(report) : told(report));
  return wrong.length === 0;
}

function add(to: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [what, count] of Object.entries(counts)) to[what] = (to[what] ?? 0) + count;
}

function told(report: Record<string, unknown>): string {
  return Object.entries(report)
    .map(([what, value]) => `${what.padEnd(8)} ${JSON.stringify(value)}`)
    .join('\n');
}
