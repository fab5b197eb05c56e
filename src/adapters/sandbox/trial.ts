import { randomUUID } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderNameOf, folderOwner } from '../../platform/process-folder.ts';
import { identify, isAlive } from '../../platform/process-identity.ts';
import { removeTree } from '../../platform/remove-tree.ts';
import type { SandboxedCommand } from '../../ports/sandbox.ts';
import { ATTEMPTS, type Attempts, CONTAINED } from './attempts.ts';
import type { Limits } from './limits.ts';
import { sandboxOwner } from './owner.ts';
import type { Plan } from './plan.ts';
import { SEARCH_PATH } from './programs.ts';
import { runCommand, type Workshop } from './run-command.ts';

/** Of the folder in the scratch directory where a process tries things out. */
const PREFIX = 'probe-';
const TIMEOUT_MS = 10_000;
const NAMES_BELOW = ['kept', 'gone'];

/** Small, so that what goes beyond them costs little; enough for bubblewrap and a shell. */
const SMALL: Partial<Limits> = { memoryBytes: 32 * 1024 ** 2, processes: 32 };

/** Tries out a plan, in a folder that is taken away again. Null when it held; else in words what did not. */
export async function trial(workshop: Workshop, plan: Plan, attempts: Attempts): Promise<string | null> {
  const own = identify(process.pid);
  const folder = join(workshop.scratch, own ? folderNameOf(own, PREFIX) : `${PREFIX}${randomUUID()}`);
  const directory = join(folder, randomUUID());
  await mkdir(directory, { recursive: true });
  try {
    const place = attempts.endsWith('layers') ? await layOut(directory) : { directory };
    await giveAway(place.directory);
    return (await attempt(workshop, plan, attempts, place)) ?? (await problemBelow(place));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    // Not by Node: of a mount of layers a directory is left that even its owner has to open first.
    await removeTree(directory, SEARCH_PATH);
    // Another one may be under way in it.
    await rmdir(folder).catch(() => undefined);
  }
}

/** Takes away what processes left that were killed while they tried. */
export async function sweepTrials(scratch: string): Promise<void> {
  for (const name of await readdir(scratch)) {
    const owner = folderOwner(name, PREFIX);
    if (owner && !isAlive(owner)) await removeTree(join(scratch, name), SEARCH_PATH).catch(() => undefined);
  }
}

type Place = Pick<SandboxedCommand, 'directory' | 'layers'>;

async function attempt(
  workshop: Workshop,
  plan: Plan,
  attempts: Attempts,
  place: Place,
): Promise<string | null> {
  const { sh } = workshop.programs;
  const isSmall = attempts.startsWith('group');
  const ran = await runCommand(
    isSmall ? { ...workshop, limits: { ...workshop.limits, ...SMALL } } : workshop,
    plan,
    {
      argv: [sh, '-c', ATTEMPTS[attempts], 'probe', place.directory, String(process.pid)],
      ...place,
      environment: {},
      timeoutMs: TIMEOUT_MS,
      outputCap: 4096,
    },
    new AbortController().signal,
  );
  const said = Buffer.from(ran.output).toString().trim();
  if (ran.ending === 'exited' && ran.exitCode === 0 && said === CONTAINED) return null;
  return [ran.detail, said].filter(Boolean).join(': ') || `exit code ${ran.exitCode}`;
}

async function layOut(directory: string): Promise<Place> {
  const [below = '', above = '', work = ''] = ['below', 'above', 'work'].map((name) => join(directory, name));
  for (const path of [below, above, work]) await mkdir(path);
  for (const name of NAMES_BELOW) {
    await writeFile(join(below, name), name);
    await giveAway(join(below, name));
  }
  return { directory: above, layers: { below, work } };
}

async function problemBelow({ layers }: Place): Promise<string | null> {
  if (!layers) return null;
  for (const name of NAMES_BELOW) {
    const text = await readFile(join(layers.below, name), 'utf8').catch(() => null);
    if (text !== name) return 'the layer below was written to';
  }
  return null;
}

async function giveAway(path: string): Promise<void> {
  const owner = sandboxOwner();
  if (owner) await chown(path, owner.uid, owner.gid);
}
