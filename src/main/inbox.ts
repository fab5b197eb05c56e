import { inboxWorker } from './start-inbox.ts';
import { runWorker } from './worker-process.ts';

/** Submits the files that are left in the inbox. */
await runWorker('inbox', (place) => inboxWorker(place, () => undefined));
