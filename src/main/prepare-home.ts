import { access, chmod, mkdir, writeFile } from 'node:fs/promises';
import { FIRST_LINES } from '../adapters/files/policy.ts';
import type { Home } from './home.ts';
import { tryHome } from './try-home.ts';

/**
 * Makes the folders of a home and tries what Ghost rests on there, before any process of it starts.
 * @throws GhostError start_failed
 */
export async function prepareHome(home: Home): Promise<void> {
  const folders = [home.data, home.summaries, home.heartbeats, home.scratch];
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await tryHome(home.data);
  if (await isMissing(home.keys)) await writeFirstPolicy(home.policyFile);
  // Logs tell names and paths; nobody but this user needs them.
  for (const folder of [home.keys, home.logs, home.outputs]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }
}

async function isMissing(folder: string): Promise<boolean> {
  return access(folder).then(
    () => false,
    () => true,
  );
}

/** Only into a new home: in one that has worked, a policy that is gone was somebody's. */
async function writeFirstPolicy(file: string): Promise<void> {
  await writeFile(file, FIRST_LINES, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
