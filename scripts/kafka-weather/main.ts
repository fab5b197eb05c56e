// npm run crash:kafka: two publishers side by side, a network that fails and a broker that dies, and every event accounted for.
import { publishInWeather, type Suffered } from '../../test/adapters/kafka/weather.ts';
import { type FaultyBroker, startFaultyBroker } from '../../test/world/faulty-broker.ts';
import { readOptions, runCommand } from '../lib/options.ts';

const USAGE = 'npm run crash:kafka -- [--faults N] [--seed S] [--json]';
const EVENTS = 600;
const MOST_WRONG = 10;

await runCommand(USAGE, async () => {
  const given = readOptions(process.argv.slice(2), { faults: 'text', seed: 'text', json: 'flag' });
  const broker = await startFaultyBroker();
  try {
    const report = await run(broker, given.number('faults', 1_000), given.number('seed', 1, 0));
    console.log(given.flag('json') ? JSON.stringify(report) : told(report));
    return report.wrong.length === 0 ? 0 : 1;
  } finally {
    await broker.close();
  }
});

interface Report {
  readonly seeds: readonly [first: number, last: number];
  readonly suffered: Suffered;
  readonly seconds: number;
  readonly wrong: readonly number[];
}

/** Seed after seed, until so much was done to the network and the broker. */
async function run(broker: FaultyBroker, faults: number, first: number): Promise<Report> {
  const began = performance.now();
  const wrong: number[] = [];
  let suffered: Suffered = { weathers: 0, kills: 0, failedCalls: 0 };
  let seed = first;
  for (; suffered.weathers + suffered.kills < faults && wrong.length < MOST_WRONG; seed += 1)
    try {
      const more = await publishInWeather(broker, { seed, events: EVENTS, kills: 'some' });
      suffered = {
        weathers: suffered.weathers + more.weathers,
        kills: suffered.kills + more.kills,
        failedCalls: suffered.failedCalls + more.failedCalls,
      };
      console.error(`seed ${seed}: ${JSON.stringify(more)}`);
    } catch (error) {
      wrong.push(seed);
      console.error(`WRONG seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
    }
  const seconds = Math.round((performance.now() - began) / 1_000);
  return { seeds: [first, seed - 1], suffered, seconds, wrong };
}

function told(report: Report): string {
  return Object.entries(report)
    .map(([what, value]) => `${what.padEnd(8)} ${JSON.stringify(value)}`)
    .join('\n');
}
