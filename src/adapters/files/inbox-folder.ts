import { type BigIntStats, constants } from 'node:fs';
import { access, chmod, lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileState } from '../../core/inbox/at-rest.ts';
import type { EntryKind, InboxEntry, InboxFolder, Outcome } from '../../ports/inbox.ts';
import { nullIfMissing } from './missing.ts';

/** Whether a folder into which everybody may write is taken from. */
export type WorldWritable = 'refused' | 'allowed';

export const OUTCOMES: readonly Outcome[] = ['accepted', 'refused'];
/** Where a file is looked at once more on its way out: nobody else can reach it there by a name. */
export const ASIDE = '.taking';

const OTHERS_WRITE = 0o002n;
const GROUP_OR_OTHERS_WRITE = 0o022n;
/** In a folder with it, entries can be renamed and removed by their owners and by the folder's owner only. */
const STICKY = 0o1000n;

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
  // Else whoever may write there could put a folder of their own in the place of `accepted`.
  const made = await folderAt(folder, (mode & GROUP_OR_OTHERS_WRITE) === 0n ? mode : mode | STICKY);
  if (made === null) return `${folder} is no folder`;
  // Its owner could put a link in the place of a folder in it, between any look at that and a move into it.
  if (!isOwn(made) && made.uid !== 0n) return belongsToAnother(folder, made);
  const open = whyOpen(folder, made, worldWritable);
  if (open !== null) return open;
  await access(folder, ALL_ACCESS);
  for (const name of [...OUTCOMES, ASIDE]) {
    const problem = await whyUnfitInside(join(folder, name), made);
    if (problem !== null) return problem;
  }
  return null;
}

const ALL_ACCESS = constants.R_OK | constants.W_OK | constants.X_OK;

async function whyUnfitInside(path: string, { dev, mode }: BigIntStats): Promise<string | null> {
  const isAside = path.endsWith(ASIDE);
  const inside = await folderAt(path, isAside ? 0o700n : mode & ~(GROUP_OR_OTHERS_WRITE | STICKY));
  if (inside === null) return `${path} is no folder`;
  // A file cannot be moved to another file system in one step, and half a move is what must never be.
  if (inside.dev !== dev) return `${path} is on another file system than the folder it is in`;
  if (!isOwn(inside) && (isAside || inside.uid !== 0n)) return belongsToAnother(path, inside);
  if (isAside && (inside.mode & 0o077n) !== 0n)
    return `${path} is open to others (mode ${octal(inside.mode)}); expected 700`;
  await access(path, ALL_ACCESS);
  return null;
}

/** True where the system has no users. */
function isOwn({ uid }: BigIntStats): boolean {
  return process.getuid === undefined || uid === BigInt(process.getuid());
}

function belongsToAnother(path: string, { uid }: BigIntStats): string {
  return `${path} belongs to user ${uid}; expected this process's own user ${process.getuid?.()}`;
}

function octal(mode: bigint): string {
  return (mode & 0o7777n).toString(8);
}

/** Why a folder is not to be trusted with patches; null when it is. */
export function whyOpen(
  folder: string,
  { mode }: Pick<BigIntStats, 'mode'>,
  worldWritable: WorldWritable,
): string | null {
  if (worldWritable === 'allowed' || (mode & OTHERS_WRITE) === 0n) return null;
  return `everybody may write into ${folder} (mode ${octal(mode)})`;
}

/** The folder, made with `mode` where nothing stands; null where something else does. Links are not followed. */
async function folderAt(path: string, mode: bigint): Promise<BigIntStats | null> {
  const standing = await nullIfMissing(lstat(path, { bigint: true }));
  if (standing !== null) return standing.isDirectory() ? standing : null;
  await mkdir(path, 0o700);
  // Who may leave files in the inbox may do so in each of its folders, whatever the umask says.
  await chmod(path, Number(mode & 0o7777n));
  return lstat(path, { bigint: true });
}

async function entriesOf(folder: string): Promise<readonly InboxEntry[]> {
  const aside = await asideIn(folder);
  const earlier = new Set<string>([...OUTCOMES, ASIDE, ...aside.map(({ name }) => name)]);
  const names = (await readdir(folder)).filter((name) => !earlier.has(name));
  const here = await Promise.all(names.map((name) => entryAt(folder, { name, isAside: false })));
  return [...aside, ...here.flat()];
}

/** What stands aside; not folders, which come back: they are nothing that can be taken. */
async function asideIn(folder: string): Promise<readonly InboxEntry[]> {
  const names = await readdir(join(folder, ASIDE));
  const entries = await Promise.all(names.map((name) => entryAt(folder, { name, isAside: true })));
  const isFolder = ({ kind }: InboxEntry) => kind === 'folder';
  // A folder is renamed in place of an empty folder only, or of nothing.
  for (const { name } of entries.flat().filter(isFolder))
    await rename(join(folder, ASIDE, name), join(folder, name)).catch(() => undefined);
  return entries.flat().filter((entry) => !isFolder(entry));
}

async function entryAt(
  folder: string,
  { name, isAside }: Pick<InboxEntry, 'name' | 'isAside'>,
): Promise<readonly InboxEntry[]> {
  const path = isAside ? join(folder, ASIDE, name) : join(folder, name);
  const stats = await nullIfMissing(lstat(path, { bigint: true }));
  return stats === null ? [] : [{ name, isAside, kind: kindOf(stats), state: stateOf(stats) }];
}

function kindOf(stats: BigIntStats): EntryKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'symbolic link' : 'special file';
}

export function stateOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileState {
  const times = { modified: `${mtimeNs}`, changed: `${ctimeNs}` };
  return { device: `${dev}`, inode: `${ino}`, size: `${size}`, ...times };
}
