import { INTAKE_STEPS } from '../../src/app/take-in-file.ts';
import { inboxWorker } from '../../src/main/start-inbox.ts';
import { runWorker } from '../../src/main/worker-process.ts';

/*
 * The product's inbox, with an observer that kills this very process when a step is reached for the first time. Which one
 * is told by a variable that only this file knows.
 */
const dieAt = process.env.DIE_AT ?? '';
if (!(INTAKE_STEPS as readonly string[]).includes(dieAt)) throw new TypeError(`no step ${dieAt}`);

await runWorker('inbox', (place) =>
  inboxWorker(place, async (step) => {
    if (step !== dieAt) return;
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  }),
);
