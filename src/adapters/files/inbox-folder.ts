import { type BigIntStats, constants } from 'node:fs';
import { access, chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileState } from '../../core/inbox/at-rest.ts';
import type { InboxEntry, InboxFolder, Outcome } from '../../ports/inbox.ts';
import { nullIfMissing } from './missing.ts';

/** Whether a folder into which everybody may write is taken from. */
export type WorldWritable = 'refused' | 'allowed';

const OUTCOMES: readonly Outcome[] = ['accepted', 'refused'];
const OTHERS_WRITE = 0o002n;

/** Looks into the folder of one workspace, making it where it is missing. */
export async function lookInto(
  root: string,
  workspace: string,
  worldWritable: WorldWritable,
): Promise<InboxFolder> {
  const folder = join(root, workspace);
  try {
    const problem = await whyUnfit(root, folder, worldWritable);
    const entries = problem === null ? await entriesOf(folder) : [];
    return { workspace, problem, entries };
  } catch (error) {
    return { workspace, problem: error instanceof Error ? error.message : String(error), entries: [] };
  }
}

/** Null for a folder that files can be taken from and moved within. */
async function whyUnfit(root: string, folder: string, worldWritable: WorldWritable): Promise<string | null> {
  const { mode } = await lstat(root, { bigint: true });
  const made = await folderAt(folder, mode);
  if (made === null) return `${folder} is no folder`;
  const open = whyOpen(folder, made, worldWritable);
  if (open !== null) return open;
  for (const name of OUTCOMES) {
    const path = join(folder, name);
    const inside = await folderAt(path, made.mode);
    if (inside === null) return `${path} is no folder`;
    // A file cannot be moved to another file system in one step, and half a move is what must never be.
    if (inside.dev !== made.dev) return `${path} is on another file system than ${folder}`;
    await access(path, constants.W_OK | constants.X_OK);
  }
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  return null;
}

/** Why a folder is not to be trusted with patches; null when it is. */
export function whyOpen(
  folder: string,
  { mode }: Pick<BigIntStats, 'mode'>,
  worldWritable: WorldWritable,
): string | null {
  if (worldWritable === 'allowed' || (mode & OTHERS_WRITE) === 0n) return null;
  return `everybody may write into ${folder} (mode ${(mode & 0o7777n).toString(8)})`;
}

/** The folder, made with `mode` where nothing stands; null where something else does. Links are not followed. */
async function folderAt(path: string, mode: bigint): Promise<BigIntStats | null> {
  const standing = await nullIfMissing(lstat(path, { bigint: true }));
  if (standing !== null) return standing.isDirectory() ? standing : null;
  await mkdir(path);
  // Who may leave files in the inbox may do so in each of its folders, whatever the umask says.
  await chmod(path, Number(mode & 0o7777n));
  return lstat(path, { bigint: true });
}

async function entriesOf(folder: string): Promise<readonly InboxEntry[]> {
  const names = (await readdir(folder)).filter((name) => !(OUTCOMES as readonly string[]).includes(name));
  const entries = await Promise.all(
    names.map(async (name) => {
      const stats = await nullIfMissing(lstat(join(folder, name), { bigint: true }));
      return stats === null ? [] : [{ name, kind: kindOf(stats), state: stateOf(stats) }];
    }),
  );
  return entries.flat();
}

function kindOf(stats: BigIntStats): InboxEntry['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'symbolic link' : 'special file';
}

export function stateOf({ dev, ino, size, mtimeNs }: BigIntStats): FileState {
  return { device: `${dev}`, inode: `${ino}`, size: `${size}`, modified: `${mtimeNs}` };
}
