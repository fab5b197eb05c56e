import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { type ControlGroups, openControlGroup } from './control-group.ts';
import type { Limits } from './limits.ts';

const ROOT = '/sys/fs/cgroup';

/** The strongest groups that can be made by us, as cgroups(7) names them, or in words why there are none. */
export async function findControlGroups(limits: Limits, clock: Clock): Promise<ControlGroups | string> {
  const candidates = [...versionOne(), ...(await versionTwo())];
  const problems: string[] = [];
  for (const groups of candidates) {
    const problem = await problemOf(groups, limits, clock);
    if (problem === null) return groups;
    problems.push(problem);
  }
  return problems[0] ?? 'this machine shows none with memory and pids';
}

async function problemOf(groups: ControlGroups, limits: Limits, clock: Clock): Promise<string | null> {
  try {
    await removeAbandoned(groups);
    await (await openControlGroup(groups, limits, clock)).remove();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Groups of runners that were killed: their commands died with them, but a directory does not go by itself. */
async function removeAbandoned({ memory, pids, cpu }: ControlGroups): Promise<void> {
  for (const parent of new Set([memory, pids, cpu ?? memory])) {
    for (const name of await readdir(parent)) {
      const pid = /^ghost-(\d+)-/.exec(name)?.[1];
      if (pid && !existsSync(`/proc/${pid}`)) await rmdir(join(parent, name)).catch(() => {});
    }
  }
}

/** With processor time, and without. */
function versionOne(): readonly ControlGroups[] {
  const parentOf = (controller: string) => {
    const own = ownPath((line) => line.split(':')[1]?.split(',').includes(controller) ?? false);
    return existing(join(ROOT, controller), own);
  };
  const [memory, pids, cpu] = ['memory', 'pids', 'cpu'].map(parentOf);
  if (!memory || !pids) return [];
  const without = { version: 1, memory, pids, cpu: null } as const;
  return cpu ? [{ ...without, cpu }, without] : [without];
}

/**
 * A group with processes in it gives no controllers to groups below it. So either ours is the root of all, or whoever
 * started us has put us into a group of our own inside of what he left to us (`Delegate=` with `DelegateSubgroup=` in systemd),
 * and ours go beside it.
 */
async function versionTwo(): Promise<readonly ControlGroups[]> {
  if (!existsSync(join(ROOT, 'cgroup.controllers'))) return [];
  const own = existing(
    ROOT,
    ownPath((line) => line.startsWith('0::')),
  );
  if (!own) return [];
  const isDelegated = /\.(?:service|scope)$/.test(basename(dirname(own)));
  const found = [own, ...(isDelegated ? [dirname(own)] : [])];
  await Promise.all(found.map(askForControllers));
  return found.flatMap((parent) => {
    const without = { version: 2, memory: parent, pids: parent, cpu: null } as const;
    return [{ ...without, cpu: parent }, without];
  });
}

async function askForControllers(directory: string): Promise<void> {
  const file = join(directory, 'cgroup.subtree_control');
  const given = (await readFile(file, 'utf8').catch(() => '')).split(/\s+/);
  const missing = ['memory', 'pids', 'cpu'].filter((name) => !given.includes(name));
  // One by one: a controller that is not to be had must not cost the others.
  for (const name of missing) await writeFile(file, `+${name}`).catch(() => undefined);
}

/** In a container the path that the kernel tells may lie outside of what is mounted: then the mount's root is ours. */
function existing(mount: string, own: string | null): string | null {
  if (own === null || !existsSync(mount)) return null;
  return existsSync(join(mount, own)) ? join(mount, own) : mount;
}

function ownPath(matches: (line: string) => boolean): string | null {
  try {
    const line = readFileSync('/proc/self/cgroup', 'utf8').split('\n').find(matches);
    return line?.split(':').slice(2).join(':') ?? null;
  } catch {
    return null;
  }
}
