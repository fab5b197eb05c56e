import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Limits } from './limits.ts';

/** Where control groups can be made: the same directory for all controllers (version 2), or one for each (version 1). */
export interface ControlGroups {
  readonly version: 1 | 2;
  readonly memory: string;
  readonly pids: string;
  /** Null where this controller is not to be had. */
  readonly cpu: string | null;
}

export interface ControlGroup {
  /** Puts a process, and all it will fork, under the limits. */
  add(pid: number): Promise<void>;
  /** Which limits were met. */
  met(): Met;
  /** The kernel needs a moment after the last process has ended. */
  remove(): Promise<void>;
}

export interface Met {
  /** Whether the kernel has ended a process of it for want of memory. */
  readonly memory: boolean;
  /** Whether it has been refused a process. */
  readonly processes: boolean;
}

/** Most are gone at once, and the next one in a millisecond; two seconds in all. */
const REMOVE_TRIES = 400;
const REMOVE_EVERY_MS = 5;
const PERIOD_US = 100_000;
/** Both count `oom_kill`: the older one since Linux 4.13. */
const OOM_FILES = { 1: 'memory.oom_control', 2: 'memory.events' } as const;

/** What stands in the memory of the kernel is read and written at once: a thread for each file would cost more than they do. */
export async function openControlGroup(
  groups: ControlGroups,
  limits: Limits,
  clock: Clock,
): Promise<ControlGroup> {
  const name = `ghost-${process.pid}-${randomUUID()}`;
  const places = [groups.memory, groups.pids, ...(groups.cpu === null ? [] : [groups.cpu])];
  const directories = [...new Set(places)].map((place) => join(place, name));
  const group = {
    // The kernel takes milliseconds over the first of them, for which nobody else has to wait.
    add: async (pid: number) => {
      for (const directory of directories) await writeFile(join(directory, 'cgroup.procs'), String(pid));
    },
    met: () => ({
      memory: hasCounted(join(groups.memory, name, OOM_FILES[groups.version]), /^oom_kill (\d+)$/m),
      processes: hasCounted(join(groups.pids, name, 'pids.events'), /^max (\d+)$/m),
    }),
    remove: async () => {
      for (const directory of directories) await removeDirectory(directory, clock);
    },
  };
  try {
    for (const directory of directories) mkdirSync(directory);
    for (const setting of settings(groups, name, limits)) hold(setting);
  } catch (error) {
    await group.remove();
    throw error;
  }
  return group;
}

interface Setting {
  readonly file: string;
  readonly value: string;
  /** Of machines that have it: what is not there holds nothing back. */
  readonly isOptional?: boolean;
}

/** Without its swap a command cannot go on beyond its memory at the cost of everybody's disk. */
function settings({ version, memory, pids, cpu }: ControlGroups, name: string, limits: Limits): Setting[] {
  const bytes = String(limits.memoryBytes);
  const quota = String(Math.round(limits.cpus * PERIOD_US));
  const ofMemory =
    version === 1
      ? [
          { file: join(memory, name, 'memory.limit_in_bytes'), value: bytes },
          { file: join(memory, name, 'memory.memsw.limit_in_bytes'), value: bytes, isOptional: true },
        ]
      : [
          { file: join(memory, name, 'memory.max'), value: bytes },
          { file: join(memory, name, 'memory.swap.max'), value: '0', isOptional: true },
        ];
  const ofCpu = (place: string) =>
    version === 1
      ? [
          { file: join(place, name, 'cpu.cfs_period_us'), value: String(PERIOD_US) },
          { file: join(place, name, 'cpu.cfs_quota_us'), value: quota },
        ]
      : [{ file: join(place, name, 'cpu.max'), value: `${quota} ${PERIOD_US}` }];
  return [
    ...ofMemory,
    { file: join(pids, name, 'pids.max'), value: String(limits.processes) },
    ...(cpu === null ? [] : ofCpu(cpu)),
  ];
}

function hasCounted(file: string, count: RegExp): boolean {
  if (!existsSync(file)) return false;
  return Number(count.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) > 0;
}

/** Reads the limit back: a file system that swallows it would promise what it does not hold. */
function hold({ file, value, isOptional = false }: Setting): void {
  if (!existsSync(file)) {
    if (isOptional) return;
    throw new Error(`${file} is missing`);
  }
  writeFileSync(file, value);
  const got = readFileSync(file, 'utf8').trim();
  if (got !== value) throw new Error(`${file} holds ${got} after ${value} was written`);
}

async function removeDirectory(directory: string, clock: Clock): Promise<void> {
  for (let left = REMOVE_TRIES; left > 0; left -= 1) {
    if (isRemoved(directory)) return;
    await clock.sleep(left === REMOVE_TRIES ? 1 : REMOVE_EVERY_MS);
  }
}

function isRemoved(directory: string): boolean {
  try {
    if (existsSync(directory)) rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}
