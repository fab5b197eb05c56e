import type { RefTransaction } from '../../../src/adapters/git/ref-host.ts';
import type { CommitId } from '../../../src/core/git.ts';
import type { Actor } from '../engine/actor.ts';
import { BRANCH_REF } from './disk.ts';
import type { Machine } from './machine.ts';
import type { Pipe } from './pipe.ts';

/** What `git update-ref --stdin` under flock(1) reads and says, as far as it matters. */
export type Command = 'probe' | 'commit' | { readonly prepare: RefTransaction };
export type Reply = 'ready' | 'prepared' | 'committed';

export interface GitProcess {
  readonly actor: Actor;
  readonly machine: Machine;
  readonly input: Pipe<Command>;
  readonly output: Pipe<Reply>;
  /** How it ended; the kernel tells its parent. */
  readonly ended: (how: Ending) => void;
}

export interface Ending {
  readonly exitCode: number | null;
  readonly stderr: string;
}

export const NOT_TO_BE_HAD = 75;
const LOCK_WAIT_MS = 5_000;

/** The life of one git process: waits for the kernel lock, obeys, and ends with its input or at the first refusal. */
export async function runGit(git: GitProcess): Promise<void> {
  if (await flocked(git)) return exit(git, { exitCode: NOT_TO_BE_HAD, stderr: '' });
  for (;;) {
    const command = await git.input.read(git.actor, 'git.read');
    if (command === null) return exit(git, { exitCode: 0, stderr: '' });
    const refusal = await obeyed(git, command).catch((error: unknown) => `fatal: ${String(error)}`);
    if (refusal === null) continue;
    dropLocks(git);
    return exit(git, { exitCode: refusal === '' ? 0 : 128, stderr: refusal });
  }
}

/** Null when it was done and the next command may come. */
async function obeyed(git: GitProcess, command: Command): Promise<string | null> {
  if (command === 'commit') return 'fatal: nothing is prepared';
  if (command === 'probe') {
    await say(git, 'ready');
    return null;
  }
  const refusal = await transact(git, command.prepare);
  if (refusal === null) await say(git, 'committed');
  return refusal;
}

/** A git that ends by itself takes its lock files along. */
function dropLocks({ actor, machine }: GitProcess): void {
  const { locks } = machine.disk;
  for (const [name, { owner }] of locks) if (owner === actor) locks.delete(name);
}

/** True when the lock was not to be had in time. */
function flocked({ actor, machine }: GitProcess): Promise<boolean> {
  return actor.perform({
    point: 'git.flock',
    ready: () => machine.kernelLock === null,
    deadline: actor.engine.now + LOCK_WAIT_MS,
    apply: () => {
      if (machine.kernelLock !== null) return true;
      if (!machine.isApart) machine.kernelLock = actor;
      return false;
    },
  });
}

/** Null when it is committed; else why it is not, empty where nobody asked for the end of it. */
async function transact(git: GitProcess, { verify, update }: RefTransaction): Promise<string | null> {
  const { disk } = git.machine;
  const held: string[] = [];
  if (verify !== undefined) {
    const refused = (await lock(git, verify.ref)) ?? (await compare(git, verify.ref, verify.id));
    if (refused !== null) return refused;
    held.push(verify.ref);
  }
  const refused = (await lock(git, update.ref)) ?? (await compare(git, update.ref, update.from));
  if (refused !== null) return refused;
  const missing = await step(git, 'git.write', () => {
    if (!disk.holds(update.to)) return `fatal: trying to write ref with nonexistent object ${update.to}`;
    const file = disk.locks.get(update.ref);
    if (file !== undefined) file.content = update.to;
    return null;
  });
  if (missing !== null) return missing;
  await say(git, 'prepared');
  if ((await git.input.read(git.actor, 'git.read')) !== 'commit') return '';
  await step(git, 'git.rename', () => {
    if (update.ref === BRANCH_REF) judgeMove(git, update.to);
    disk.setRef(update.ref, update.to);
    disk.locks.delete(update.ref);
  });
  for (const ref of held) await step(git, 'git.unlock', () => disk.locks.delete(ref));
  return null;
}

/** Whatever stands on the branch, ours or somebody else's, stays on it. */
function judgeMove({ actor, machine }: GitProcess, to: string): void {
  const tip = machine.disk.tip();
  if (!machine.disk.isBelow(tip, to as CommitId))
    actor.engine.problems.push(`the branch was moved from ${tip} to ${to}, which does not contain it`);
}

function lock(git: GitProcess, ref: string): Promise<string | null> {
  const { locks } = git.machine.disk;
  return step(git, 'git.lock', () => {
    if (locks.has(ref))
      return `fatal: cannot lock ref '${ref}': Unable to create '/repository/${ref}.lock': File exists.`;
    locks.set(ref, { content: '', isMarked: true, owner: git.actor });
    return null;
  });
}

function compare(git: GitProcess, ref: string, expected: string | null): Promise<string | null> {
  return step(git, 'git.lock', () => {
    const value = git.machine.disk.valueOf(ref);
    return value === expected
      ? null
      : `fatal: cannot lock ref '${ref}': is at ${value} but expected ${expected}`;
  });
}

async function say(git: GitProcess, reply: Reply): Promise<void> {
  await step(git, 'git.answer', () => git.output.write(reply));
}

function step<T>(
  { actor }: GitProcess,
  point: 'git.lock' | 'git.write' | 'git.rename' | 'git.unlock' | 'git.answer',
  apply: () => T,
): Promise<T> {
  return actor.perform({ point, apply });
}

function exit({ actor, ended }: GitProcess, how: Ending): void {
  ended(how);
  actor.engine.end(actor);
}
