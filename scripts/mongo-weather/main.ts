// npm run crash:mongo: several ledgers on one MongoDB, networks that fail, a server that dies, and every answer held to.
import { type Weathered, weather } from '../../test/adapters/mongo/weather.ts';
import { startMongo } from '../../test/world/servers/mongo.ts';
import type { TestServer } from '../../test/world/servers/server.ts';
import { readOptions, runCommand } from '../lib/options.ts';

const USAGE = 'npm run crash:mongo -- [--faults N] [--seed S] [--json]';
const STORM = { callers: 9, texts: 6, shaken: 3 };
const MOST_WRONG = 10;
/** In every so many storms the server dies as well. */
const KILLS_EVERY = 3;

await runCommand(USAGE, async () => {
  const given = readOptions(process.argv.slice(2), { faults: 'text', seed: 'text', json: 'flag' });
  const server = await startMongo();
  try {
    const report = await run(server, given.number('faults', 1_000), given.number('seed', 1, 0));
    console.log(given.flag('json') ? JSON.stringify(report) : told(report));
    return report.wrong.length === 0 ? 0 : 1;
  } finally {
    await server.close();
  }
});

interface Report extends Weathered {
  readonly seeds: readonly [first: number, last: number];
  readonly seconds: number;
  readonly wrong: readonly number[];
}

/** Seed after seed, until so much was done to networks and server. */
async function run(server: TestServer, most: number, first: number): Promise<Report> {
  const began = performance.now();
  const wrong: number[] = [];
  let [faults, kills, seed] = [0, 0, first];
  const answers: Record<string, number> = {};
  for (; faults + kills < most && wrong.length < MOST_WRONG; seed += 1)
    try {
      const more = await weather(server, { ...STORM, seed, kills: seed % KILLS_EVERY === 0 ? 2 : 0 });
      faults += more.faults;
      kills += more.kills;
      for (const [answer, count] of Object.entries(more.answers))
        answers[answer] = (answers[answer] ?? 0) + count;
      console.error(`seed ${seed}: ${JSON.stringify(more)}`);
    } catch (error) {
      wrong.push(seed);
      console.error(`WRONG seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
    }
  const seconds = Math.round((performance.now() - began) / 1_000);
  return { seeds: [first, seed - 1], faults, kills, answers, seconds, wrong };
}

function told(report: Report): string {
  return Object.entries(report)
    .map(([what, value]) => `${what.padEnd(8)} ${JSON.stringify(value)}`)
    .join('\n');
}
