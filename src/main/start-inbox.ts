import { openInbox } from '../adapters/files/inbox.ts';
import type { IntakeStep } from '../app/take-in-file.ts';
import { MAX_PATCH_BYTES } from '../core/change/limits.ts';
import { fail } from '../core/errors.ts';
import { startInbox } from '../workers/inbox/inbox.ts';
import type { LoopWorker, WorkerPlace } from './worker-process.ts';

/**
 * Takes patches in from files. `observe` is told of every step of every file.
 * @throws GhostError config_invalid
 */
export async function inboxWorker(
  { config, needs, logger }: WorkerPlace,
  observe: (step: IntakeStep) => void | Promise<void>,
): Promise<LoopWorker> {
  if (config.inbox === null)
    throw fail('config_invalid', { setting: 'GHOST_INBOX', got: 'not set', expected: 'a folder' });
  const { root, quietMs, worldWritable } = config.inbox;
  const { inbox, close } = await openInbox({ root, worldWritable, mostBytes: MAX_PATCH_BYTES });
  const worker = startInbox(needs, { inbox, quietMs, logger, observe });
  logger.info('the inbox is open', { root, quietMs });
  return { facts: worker.facts, stop: () => worker.stop().finally(close) };
}
