import { createInterface } from 'node:readline';
import { openSqliteLedger } from '../../../../src/adapters/sqlite/open.ts';
import { GhostError } from '../../../../src/core/errors.ts';
import { systemClock } from '../../../../src/platform/clock.ts';

// append-entries FILE: appends an entry for each line from standard input, with it as the subject, and prints what came
// of it: `stored` or the code of the error.
const [file = ''] = process.argv.slice(2);
const { chains } = await openSqliteLedger({ file, clock: systemClock });
process.stdout.write('ready\n');
for await (const subject of createInterface({ input: process.stdin })) {
  const draft = { chain: 'system', at: 1, actor: 'test', type: 'token.issued', subject, data: {} } as const;
  const answer = await chains.append(draft).then(
    () => 'stored',
    (error: unknown) => (error instanceof GhostError ? error.code : String(error)),
  );
  process.stdout.write(`${answer}\n`);
}
