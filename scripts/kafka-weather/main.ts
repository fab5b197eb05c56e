// npm run crash:kafka: two publishers side by side, a network that fails and a broker that dies, and every event accounted for.
import { publishInWeather } from '../../test/adapters/kafka/weather.ts';
import { type FaultyBroker, startFaultyBroker } from '../../test/world/faulty-broker.ts';
import { readOptions, runCommand } from '../lib/options.ts';

const USAGE = 'npm run crash:kafka -- [--faults N] [--seed S] [--json]';
const EVENTS = 600;

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
  /** Calls that were not answered with all. */
  readonly faults: number;
  readonly seconds: number;
  readonly wrong: readonly number[];
}

/** Seed after seed, until so many calls have failed. */
async function run(broker: FaultyBroker, most: number, first: number): Promise<Report> {
  const began = performance.now();
  const wrong: number[] = [];
  let faults = 0;
  let seed = first;
  for (; faults < most && wrong.length < 10; seed += 1)
    try {
      faults += await publishInWeather(broker, { seed, events: EVENTS, kills: 'some' });
      console.error(`seed ${seed}: ${faults} faults so far`);
    } catch (error) {
      wrong.push(seed);
      console.error(`WRONG seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
    }
  return {
    seeds: [first, seed - 1],
    faults,
    seconds: Math.round((performance.now() - began) / 1_000),
    wrong,
  };
}

function told(report: Report): string {
  return Object.entries(report)
    .map(([what, value]) => `${what.padEnd(8)} ${JSON.stringify(value)}`)
    .join('\n');
}
