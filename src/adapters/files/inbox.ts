import { constants, type FSWatcher, watch } from 'node:fs';
import { link, lstat, mkdir, open, readdir, realpath, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/errors.ts';
import { isSameState } from '../../core/inbox/at-rest.ts';
import { holdOf, stopIn } from '../../core/inbox/inbox-name.ts';
import { takeKernelLock } from '../../platform/kernel-lock.ts';
import { openForWriting } from '../../platform/open-writers.ts';
import type { FileRead, Inbox, InboxFile, Look, Place } from '../../ports/inbox.ts';
import { syncDirectory } from './atomic-write.ts';
import { lookInto, stateOf, type WorldWritable, whyOpen } from './inbox-folder.ts';
import { takeName } from './inbox-papers.ts';
import { hasCode, nullIfMissing } from './missing.ts';

export interface InboxOptions {
  readonly root: string;
  readonly worldWritable: WorldWritable;
  /** Larger files are not read. */
  readonly mostBytes: number;
}

/** Held for as long as the inbox is open: two that take from it would race for every file. */
const LOCK_FILE = '.inbox.lock';

/** @throws GhostError config_invalid for a folder that cannot be trusted or that another process takes from */
export async function openInbox(options: InboxOptions): Promise<{ inbox: Inbox; close: () => void }> {
  const root = await trustedRoot(options);
  const lock = takeKernelLock(join(root, LOCK_FILE));
  if (lock === null) throw unfit(`${root}, from which another process takes`, 'a folder of its own');
  const watchers = new Watchers(root);
  const pathOf = ({ workspace, name }: Pick<InboxFile, 'workspace' | 'name'>) => join(root, workspace, name);
  const inbox: Inbox = {
    look: async (workspaces) => {
      const look = await lookAround(root, workspaces, options.worldWritable);
      watchers.follow(look.folders.filter(({ problem }) => problem === null).map((one) => one.workspace));
      return look;
    },
    beingWritten: async (files) => {
      const written = await openForWriting(new Set(files.map(pathOf)));
      return new Set(files.filter((file) => written.has(pathOf(file))));
    },
    read: async (file) => {
      const isHeld = (await nullIfMissing(lstat(holdOf(pathOf(file))))) !== null;
      return isHeld ? { kind: 'unsettled' } : readWhole(pathOf(file), file, options.mostBytes);
    },
    tell: async ({ workspace, name }, told) => ({
      outcome: told.outcome,
      name: await takeName(join(root, workspace, told.outcome), name, told),
    }),
    move: (file, place) => moveTo(join(root, file.workspace), file, place),
    watch: (wake) => watchers.tell(wake),
  };
  return {
    inbox,
    close: () => {
      watchers.follow([]);
      lock.release();
    },
  };
}

async function trustedRoot({ root, worldWritable }: InboxOptions): Promise<string> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unfit(`${root}: ${error instanceof Error ? error.message : error}`, 'a folder that can be made');
  }
  const path = await realpath(root);
  const stats = await lstat(path, { bigint: true });
  const own = process.getuid?.();
  if (own !== undefined && stats.uid !== BigInt(own) && stats.uid !== 0n)
    throw unfit(`${path}, which belongs to user ${stats.uid}`, `a folder of user ${own} or of root`);
  const open = whyOpen(path, stats, worldWritable);
  if (open !== null)
    throw unfit(
      `a folder where ${open}: whoever writes there submits patches`,
      'a folder with a narrower mode, or GHOST_INBOX_WORLD_WRITABLE=allowed',
    );
  return path;
}

function unfit(got: string, expected: string) {
  return fail('config_invalid', { setting: 'GHOST_INBOX', got, expected });
}

async function lookAround(
  root: string,
  workspaces: readonly string[],
  worldWritable: WorldWritable,
): Promise<Look> {
  const names = await readdir(root);
  return {
    stoppedBy: stopIn(names),
    folders: await Promise.all(workspaces.map((workspace) => lookInto(root, workspace, worldWritable))),
    strays: names.filter((name) => !name.startsWith('.') && !workspaces.includes(name)),
  };
}

/** A link in its place is not followed, and a pipe does not block. */
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function readWhole(path: string, { state }: InboxFile, most: number): Promise<FileRead> {
  try {
    const file = await open(path, READING);
    try {
      const before = await file.stat({ bigint: true });
      if (!before.isFile() || !isSameState(stateOf(before), state)) return { kind: 'unsettled' };
      if (before.size > BigInt(most)) return { kind: 'too-large', size: Number(before.size), most };
      const bytes = await file.readFile();
      const after = await file.stat({ bigint: true });
      const isWhole = isSameState(stateOf(after), state) && BigInt(bytes.length) === before.size;
      return isWhole ? { kind: 'read', bytes, owner: Number(before.uid) } : { kind: 'unsettled' };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ELOOP')) return { kind: 'unsettled' };
    return { kind: 'unreadable', problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The name to move to was taken by a paper, and only the holder of the lock moves files there: nothing stands under it.
 * What was moved is looked at afterwards, since between any look and a rename another file can take the name; such a
 * one is put back.
 */
async function moveTo(folder: string, file: InboxFile, place: Place): Promise<'moved' | 'gone' | 'replaced'> {
  const [from, to] = [join(folder, file.name), join(folder, place.outcome, place.name)];
  const standing = await nullIfMissing(lstat(from, { bigint: true }));
  if (standing === null) return 'gone';
  if (!isSameState(stateOf(standing), file.state)) return 'replaced';
  if ((await nullIfMissing(lstat(to))) !== null) throw new Error(`${to} stands in the way of ${from}`);
  try {
    await rename(from, to);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'gone';
    throw error;
  }
  const moved = await lstat(to, { bigint: true });
  const isWhatWasRead = isSameState(stateOf(moved), file.state);
  if (!isWhatWasRead) await putBack(to, from);
  await syncDirectory(join(folder, place.outcome));
  await syncDirectory(folder);
  return isWhatWasRead ? 'moved' : 'replaced';
}

/** Under the name it had, or the first free one behind it. */
async function putBack(from: string, to: string): Promise<void> {
  for (let n = 1; ; n++) {
    try {
      await link(from, n === 1 ? to : `${to}.${n}`);
      return await unlink(from);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}

/** One watch for each folder; one that cannot be had, or is lost, costs the time to the next look. */
class Watchers {
  readonly #root: string;
  readonly #open = new Map<string, FSWatcher>();
  readonly #wakes = new Set<() => void>();

  constructor(root: string) {
    this.#root = root;
  }

  tell(wake: () => void): () => void {
    const own = () => wake();
    this.#wakes.add(own);
    return () => this.#wakes.delete(own);
  }

  follow(workspaces: readonly string[]): void {
    for (const workspace of this.#open.keys()) if (!workspaces.includes(workspace)) this.#end(workspace);
    for (const workspace of workspaces) if (!this.#open.has(workspace)) this.#begin(workspace);
  }

  #begin(workspace: string): void {
    try {
      const watcher = watch(join(this.#root, workspace), { persistent: false }, () => {
        for (const wake of this.#wakes) wake();
      });
      watcher.on('error', () => this.#end(workspace));
      this.#open.set(workspace, watcher);
    } catch {
      // The next look tries again.
    }
  }

  #end(workspace: string): void {
    this.#open.get(workspace)?.close();
    this.#open.delete(workspace);
  }
}
