import { chmod, mkdir } from 'node:fs/promises';
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
  // Logs tell names and paths; nobody but this user needs them.
  for (const folder of [home.keys, home.logs, home.outputs]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }
}
