import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Limits } from './limits.ts';

/** Where control groups can be made: one directory for both controllers (version 2), or one for each (version 1). */
export interface ControlGroups {
  readonly version: 1 | 2;
  readonly parents: readonly string[];
}

export interface ControlGroup {
  /** Puts a process, and all it will fork, under the limits. */
  add(pid: number): Promise<void>;
  /** Whether the kernel has ended a process of it for want of memory. */
  ranOutOfMemory(): Promise<boolean>;
  /** The kernel needs a moment after the last process has ended. */
  remove(): Promise<void>;
}

const ROOT = '/sys/fs/cgroup';
const REMOVE_TRIES = 200;
/** Both count `oom_kill`: the older one since Linux 4.13. */
const OOM_FILES = { 1: 'memory.oom_control', 2: 'memory.events' } as const;

/** The groups below our own, as cgroups(7) names it, or in words why there are none. */
export async function findControlGroups(limits: Limits, clock: Clock): Promise<ControlGroups | string> {
  const candidates = [versionOne(), versionTwo()].filter((groups) => groups !== null);
  if (candidates.length === 0) return 'this machine shows none with memory and pids';
  for (const groups of candidates) {
    const problem = await problemOf(groups, limits, clock);
    if (problem === null) return groups;
    if (groups === candidates.at(-1)) return problem;
  }
  return 'none can be written';
}

export async function openControlGroup(
  groups: ControlGroups,
  limits: Limits,
  clock: Clock,
): Promise<ControlGroup> {
  const name = `ghost-${process.pid}-${randomUUID()}`;
  const directories = groups.parents.map((parent) => join(parent, name));
  const group = {
    add: async (pid: number) => {
      for (const directory of directories) await writeFile(join(directory, 'cgroup.procs'), String(pid));
    },
    ranOutOfMemory: () => hasKilled(join(directories[0] ?? '', OOM_FILES[groups.version])),
    remove: async () => {
      for (const directory of directories) await removeDirectory(directory, clock);
    },
  };
  try {
    for (const directory of directories) await mkdir(directory);
    for (const [file, value] of settings(groups, directories, limits)) await setLimit(file, value);
  } catch (error) {
    await group.remove();
    throw error;
  }
  return group;
}

function settings(
  { version }: ControlGroups,
  directories: readonly string[],
  limits: Limits,
): readonly (readonly [file: string, value: number])[] {
  const [memory = '', pids = memory] = directories;
  const memoryFile = version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
  return [
    [join(memory, memoryFile), limits.memoryBytes],
    [join(pids, 'pids.max'), limits.processes],
  ];
}

async function hasKilled(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0) > 0;
}

/** Reads the limit back: a file system that swallows it would promise what it does not hold. */
async function setLimit(file: string, value: number): Promise<void> {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  await writeFile(file, String(value));
  const got = Number(await readFile(file, 'utf8'));
  if (got !== value) throw new Error(`${file} holds ${got} after ${value} was written`);
}

async function removeDirectory(directory: string, clock: Clock): Promise<void> {
  for (let left = REMOVE_TRIES; left > 0 && existsSync(directory); left -= 1) {
    const isRemoved = await rmdir(directory).then(
      () => true,
      () => false,
    );
    if (isRemoved) return;
    await clock.sleep(10);
  }
}

/** Groups of runners that were killed: their commands died with them, but a directory does not go by itself. */
async function removeAbandoned({ parents }: ControlGroups): Promise<void> {
  for (const parent of parents) {
    for (const name of await readdir(parent)) {
      const pid = /^ghost-(\d+)-/.exec(name)?.[1];
      if (pid && !existsSync(`/proc/${pid}`)) await rmdir(join(parent, name)).catch(() => {});
    }
  }
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

function versionOne(): ControlGroups | null {
  const parents = ['memory', 'pids'].map((controller) => {
    const own = ownPath((line) => line.split(':')[1]?.split(',').includes(controller) ?? false);
    return existing(join(ROOT, controller), own);
  });
  const [memory, pids] = parents;
  return memory && pids ? { version: 1, parents: [memory, pids] } : null;
}

function versionTwo(): ControlGroups | null {
  if (!existsSync(join(ROOT, 'cgroup.controllers'))) return null;
  const parent = existing(
    ROOT,
    ownPath((line) => line.startsWith('0::')),
  );
  return parent ? { version: 2, parents: [parent] } : null;
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
