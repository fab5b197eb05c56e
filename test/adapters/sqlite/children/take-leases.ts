import { once } from 'node:events';
import { openSqliteLedger } from '../../../../src/adapters/sqlite/open.ts';
import { systemClock } from '../../../../src/platform/clock.ts';

// take-leases FILE OWNER ROUNDS: on a line from standard input, takes the same lease until it had it ROUNDS times,
// and prints the tokens. The last one it keeps.
const [file = '', owner = '', rounds = ''] = process.argv.slice(2);
const { leaser, close } = await openSqliteLedger({ file, clock: systemClock });
process.stdout.write('ready\n');
await once(process.stdin, 'data');

let left = Number(rounds);
let busy = 0;
while (left > 0 && busy < 10_000) {
  const outcome = await leaser.take({ name: 'main', owner, ttlMs: 3_600_000, above: 0 });
  if (outcome.kind === 'busy') {
    busy += 1;
    if (rounds === '1') break;
    continue;
  }
  process.stdout.write(`${outcome.lease.token}\n`);
  left -= 1;
  if (rounds !== '1') await leaser.release(outcome.lease);
}
await close();
process.stdin.destroy();
