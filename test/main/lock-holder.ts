import { lockHome } from '../../src/main/home-lock.ts';

/** A process that takes the lock of the file it is given and keeps it until it is killed. */
const lock = lockHome(process.argv[2] ?? '');
process.send?.(lock === null ? 'busy' : 'held');
setInterval(() => undefined, 60_000);
