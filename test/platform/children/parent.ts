import { systemClock } from '../../../src/platform/clock.ts';
import { RESTARTS } from '../../../src/platform/restart-budget.ts';
import { supervise } from '../../../src/platform/supervise.ts';

/** A supervisor to be killed: `parent.ts FILE` says on its standard output when its child is ready, with the pid. */
const [file = ''] = process.argv.slice(2);
const module = new URL('./child.ts', import.meta.url).pathname;

await supervise({
  children: [{ name: 'orphan', module, args: [file, 'orphan'], readyMs: 10_000, graceMs: 1_000 }],
  restarts: RESTARTS,
  clock: systemClock,
  random: Math.random,
  onEvent: (event) => event.kind === 'ready' && process.stdout.write(`${event.pid}\n`),
}).start();
