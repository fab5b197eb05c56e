// npm run tamper [-- --landings N] [--trials N] [--seed N]: one random change at a time to what is stored and signed of landed patches; each has to be found.
import { randomInt } from 'node:crypto';
import { seeded } from '../../test/conformance/random.ts';
import { table, tamper, verifyAll } from '../../test/tamper/campaign.ts';
import { makeLandings } from '../../test/tamper/landings.ts';
import { readOptions, runCommand } from '../lib/options.ts';

const USAGE = `npm run tamper [-- --landings N] [--trials N] [--seed N]

  --landings N   patches that are landed first; 1000 when left out
  --trials N     changes, one at a time; 1000 when left out
  --seed N       the same changes again; drawn and printed when left out`;

await runCommand(USAGE, async () => {
  const options = readOptions(process.argv.slice(2), { landings: 'text', trials: 'text', seed: 'text' });
  const count = options.number('landings', 1_000);
  const trials = options.number('trials', 1_000);
  const seed = options.number('seed', randomInt(1, 1_000_000_000));
  console.log(`seed ${seed}`);
  const landings = await timed(`${count} landings`, () =>
    makeLandings(count, (landed) => landed % 100 === 0 && console.error(`${landed} landed`)),
  );
  const before = await timed('all verified', () => verifyAll(landings));
  for (const line of [...before.problems, ...before.unproven].slice(0, 10)) console.log(line);
  const done = await timed(`${trials} changes`, () =>
    tamper(landings, {
      ...{ trials, random: seeded(seed) },
      told: ({ found, where, patch }) => found === null && console.log(`missed: ${where} of ${patch}`),
    }),
  );
  const after = await timed('all verified', () => verifyAll(landings));
  console.log(table(done).join('\n'));
  const found = done.filter((trial) => trial.found !== null).length;
  const sorted = done.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  console.log(
    `${found} of ${done.length} found; median ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms each`,
  );
  await landings.line.close();
  return before.ok && after.ok && before.replayed === count && found === trials ? 0 : 1;
});

async function timed<T>(what: string, act: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const answer = await act();
  console.log(`${what}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
  return answer;
}
