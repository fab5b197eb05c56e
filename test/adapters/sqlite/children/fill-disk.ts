import { execFileSync } from 'node:child_process';
import { openSqliteLedger } from '../../../../src/adapters/sqlite/open.ts';
import { GhostError } from '../../../../src/core/errors.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { accepted, givenWorkspace } from '../../../conformance/given.ts';

// fill-disk FILE: accepts some patches, then may write no file longer than 1 MiB, then as long as it likes. Prints
// what became of each patch: `yes ID` or `no CODE`.
const LIMITER = 'prlimit';
const [file = ''] = process.argv.slice(2);
const { ledger, workspaces, close } = await openSqliteLedger({ file, clock: systemClock });
await workspaces.add(givenWorkspace({ name: 'main' }));
const large = () => ({ workspace: 'main', body: crypto.getRandomValues(new Uint8Array(60_000)) });

async function tryToAccept(given: Parameters<typeof accepted>[1]): Promise<void> {
  try {
    process.stdout.write(`yes ${(await accepted(ledger, given)).id}\n`);
  } catch (error) {
    process.stdout.write(`no ${error instanceof GhostError ? error.code : error}\n`);
  }
}

function limitFileSize(limit: string): void {
  execFileSync(LIMITER, ['--pid', String(process.pid), `--fsize=${limit}:`]);
}

await Promise.all([1, 2, 3].map(() => tryToAccept(large())));
limitFileSize('1048576');
await Promise.all(Array.from({ length: 30 }, () => tryToAccept(large())));
limitFileSize('unlimited');
await Promise.all([1, 2, 3].map(() => tryToAccept(large())));
await close();
