import { openSqliteLedger } from '../../../../src/adapters/sqlite/open.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { accepted, givenWorkspace } from '../../../conformance/given.ts';

// accept FILE WORKSPACE COUNT: accepts patches, eight at a time, and prints each id once it has the receipt.
const [file = '', workspace = '', count = ''] = process.argv.slice(2);
const { ledger, workspaces, close } = await openSqliteLedger({ file, clock: systemClock });
await workspaces.add(givenWorkspace({ name: workspace }));
let left = Number(count);

async function acceptWhileAnyAreLeft(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const { id } = await accepted(ledger, { workspace });
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, acceptWhileAnyAreLeft));
await close();
