import { appendFileSync } from 'node:fs';
import { runUnderSupervisor } from '../../../src/platform/supervised.ts';

/** A child process for supervisor tests: `child.ts FILE NAME MANNER` notes in FILE what happens to it. */
const [file = '', name = '', manner = 'well'] = process.argv.slice(2);
const note = (what: string) => appendFileSync(file, `${what} ${name} ${process.pid}\n`);

if (manner === 'dies-before') process.exit(7);

await runUnderSupervisor(async () => {
  if (manner === 'refuses') throw Object.assign(new Error('the port is taken'), { code: 'port_in_use' });
  if (manner === 'silent') await new Promise(() => setInterval(() => undefined, 1_000));
  note('started');
  if (manner === 'dies-after') setTimeout(() => process.exit(9), 20);
  return {
    details: { url: `http://${name}` },
    stop: async () => {
      if (manner === 'deaf') await new Promise(() => setInterval(() => undefined, 1_000));
      note('stopped');
    },
  };
});
