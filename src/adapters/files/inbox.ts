import { type FSWatcher, watch } from 'node:fs';
import { lstat, mkdir, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/errors.ts';
import { holdOf, STOPS, stopIn } from '../../core/inbox/inbox-name.ts';
import { takeKernelLock } from '../../platform/kernel-lock.ts';
import { openForWriting } from '../../platform/open-writers.ts';
import type { Inbox, InboxFile, Look } from '../../ports/inbox.ts';
import { moveTo, pathIn, readWhole } from './inbox-file.ts';
import { lookInto, OUTCOMES, type WorldWritable, whyOpen } from './inbox-folder.ts';
import { sweepPapers, takeName } from './inbox-papers.ts';
import { nullIfMissing } from './missing.ts';

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
  const lockFile = join(root, LOCK_FILE);
  const planted = await nullIfMissing(lstat(lockFile));
  // The lock would be taken on whatever a link leads to, such as the ledger.
  if (planted !== null && !planted.isFile())
    throw unfit(`${lockFile}, which is no file`, 'a file, or nothing');
  const lock = takeKernelLock(lockFile);
  if (lock === null) throw unfit(`${root}, from which another process takes`, 'a folder of its own');
  const { ino: locked } = await lstat(lockFile);
  const watchers = new Watchers(root);
  const swept = new Set<string>();
  const pathOf = (file: InboxFile) => pathIn(join(root, file.workspace), file);
  const inbox: Inbox = {
    look: async (workspaces) => {
      if ((await nullIfMissing(lstat(lockFile)))?.ino !== locked)
        throw new Error(
          `${lockFile} was removed, and another process may take from here: start the inbox anew`,
        );
      const look = await lookAround(root, workspaces, options.worldWritable);
      const fit = look.folders.filter(({ problem }) => problem === null).map((one) => one.workspace);
      for (const workspace of fit.filter((one) => !swept.has(one))) {
        for (const outcome of OUTCOMES) await sweepPapers(join(root, workspace, outcome));
        swept.add(workspace);
      }
      watchers.follow(fit);
      return look;
    },
    beingWritten: async (files) => {
      const written = await openForWriting(new Set(files.map(pathOf)));
      return new Set(files.filter((file) => written.has(pathOf(file))));
    },
    read: async (file) =>
      (await isHeld(root, file)) ? { kind: 'unsettled' } : readWhole(pathOf(file), file, options.mostBytes),
    tell: async ({ workspace, name }, told) => ({
      outcome: told.outcome,
      name: await takeName(join(root, workspace, told.outcome), name, told),
    }),
    move: (file, place, content) => moveTo(join(root, file.workspace), file, { place, content }),
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

/** Between the look and this file's turn many others were taken, and somebody may have said stop. */
async function isHeld(root: string, { workspace, name }: InboxFile): Promise<boolean> {
  const folder = join(root, workspace);
  const holds = [
    join(folder, holdOf(name)),
    ...STOPS.flatMap((stop) => [join(folder, stop), join(root, stop)]),
  ];
  const standing = await Promise.all(holds.map((path) => nullIfMissing(lstat(path))));
  return standing.some((stats) => stats !== null);
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
