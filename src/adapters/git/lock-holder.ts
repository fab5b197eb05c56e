import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { type Identity, identify, isAlive, isStopped } from '../../platform/process-identity.ts';

/*
 * A runner can die, or be stopped, after it has started its writer and before the ledger names it. That writer keeps the
 * kernel lock when it is stopped as well, or when its runner is, and no lease says whose it is. So each writer carries the
 * identity of its runner in its arguments, as a setting that git knows nothing of.
 */

const SETTING = 'ghost.runner';
/** The device is left out: on file systems with volumes of their own it is not the one that `stat` tells. */
const HELD = /^\d+: FLOCK +ADVISORY +WRITE +(\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /gm;

/** Arguments of git that say which process started it; none where there is no /proc to tell. */
export function startedBy(runner: Identity | null): readonly string[] {
  return runner === null ? [] : ['-c', `${SETTING}=${runner.pid}-${runner.startedTicks}-${runner.bootId}`];
}

/**
 * The writers that hold a kernel lock although the runner that started them is dead or stopped: to be ended by whoever has
 * the lease. Empty where the kernel does not tell who holds it.
 */
export async function orphansHolding(lockFile: string): Promise<readonly Identity[]> {
  try {
    const [file, locks] = await Promise.all([stat(lockFile), readFile('/proc/locks', 'latin1')]);
    const holders = [...locks.matchAll(HELD)].flatMap(([, pid, inode]) =>
      Number(inode) === file.ino ? [Number(pid)] : [],
    );
    const orphans = await Promise.all(holders.map((pid) => orphanAt(pid, file).catch(() => null)));
    return orphans.filter((orphan) => orphan !== null);
  } catch {
    return [];
  }
}

async function orphanAt(pid: number, file: FileId): Promise<Identity | null> {
  const identity = identify(pid);
  if (!(await isOfOurs(pid)) || !(await hasOpen(pid, file))) return null;
  const runner = runnerIn(await readFile(`/proc/${pid}/cmdline`, 'latin1'));
  return identity !== null && runner !== null && (!isAlive(runner) || isStopped(runner)) ? identity : null;
}

/** In a container's own count of processes its runner has another pid than here, and would look dead. */
async function isOfOurs(pid: number): Promise<boolean> {
  const [theirs, ours] = await Promise.all([pid, process.pid].map((of) => readlink(`/proc/${of}/ns/pid`)));
  return theirs === ours;
}

interface FileId {
  readonly dev: number;
  readonly ino: number;
}

/** Inodes of two file systems can have one number. */
async function hasOpen(pid: number, { dev, ino }: FileId): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const open = (await readdir(folder)).map((descriptor) => stat(`${folder}/${descriptor}`).catch(() => null));
  return (await Promise.all(open)).some((one) => one?.dev === dev && one.ino === ino);
}

function runnerIn(commandLine: string): Identity | null {
  const [, pid, ticks, bootId] =
    new RegExp(`\\0${SETTING}=(\\d+)-(\\d+)-([0-9a-f-]+)\\0`).exec(commandLine) ?? [];
  return bootId === undefined ? null : { pid: Number(pid), startedTicks: Number(ticks), bootId };
}
