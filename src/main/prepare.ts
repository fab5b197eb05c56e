import type { Needs } from '../app/needs.ts';
import { GhostError } from '../core/errors.ts';
import { packageRootOf, processVariables, readConfig } from './config.ts';
import { newInstance } from './instance.ts';
import { ensureOperatorToken } from './operator-token.ts';
import { prepareHome } from './prepare-home.ts';
import { wire } from './wire.ts';

/** Whoever has been silent for so long left no more than a file: its container is gone. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

/**
 * What `ghost up` does before its processes start, for where something else starts them: the home, the stores as this
 * version wants them, and the operator's token. Runs to its end each time that everything is brought up.
 */
async function prepare(): Promise<void> {
  const config = readConfig(processVariables(), packageRootOf(import.meta.dirname));
  await prepareHome(config.home);
  const instance = newInstance('prepare');
  const wired = await wire(config, { component: 'prepare', instance, console: 'text', changes: 'at-once' });
  try {
    await ensureOperatorToken(wired.needs, config.home);
    await retireForgotten(wired.needs);
  } finally {
    await wired.close();
  }
}

/** In another container a process cannot be seen, so that only its silence tells that it is gone. */
async function retireForgotten({ heartbeats, clock }: Pick<Needs, 'heartbeats' | 'clock'>): Promise<void> {
  for (const file of await heartbeats.read()) {
    if (file.kind === 'unreadable') continue;
    const { component, instance, at } = file.heartbeat;
    if (clock.now() - Date.parse(at) > FORGOTTEN_AFTER_MS) await heartbeats.retire(component, instance);
  }
}

try {
  await prepare();
} catch (error) {
  if (!(error instanceof GhostError)) throw error;
  process.stderr.write(`ghost: ${error.message}\nhint: ${error.hint}\n`);
  process.exitCode = 1;
}
