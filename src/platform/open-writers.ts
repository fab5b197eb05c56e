import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Access mode of open(2), in the flags that /proc/PID/fdinfo/FD tells in octal. */
const ACCESS_MODE = 0o3;
const READ_ONLY = 0o0;

/**
 * Those of the absolute paths that some process holds open for writing. Only as far as /proc tells this user: of other
 * users' processes root alone sees the files, a mapping outlives its descriptor, and without /proc nobody sees anything.
 */
export async function openForWriting(paths: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (paths.size === 0) return found;
  const pids = (await listed('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) for (const path of await writtenBy(pid, paths)) found.add(path);
  return found;
}

async function writtenBy(pid: string, paths: ReadonlySet<string>): Promise<readonly string[]> {
  const folder = join('/proc', pid, 'fd');
  const open = await Promise.all(
    (await listed(folder)).map(async (fd) => ({
      fd,
      path: await readlink(join(folder, fd)).catch(() => ''),
    })),
  );
  const written = await Promise.all(
    open
      .filter(({ path }) => paths.has(path))
      .map(async ({ fd, path }) => ((await writes(pid, fd)) ? [path] : [])),
  );
  return written.flat();
}

async function writes(pid: string, fd: string): Promise<boolean> {
  const text = await readFile(join('/proc', pid, 'fdinfo', fd), 'latin1').catch(() => '');
  const flags = /^flags:\s*([0-7]+)$/m.exec(text)?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & ACCESS_MODE) !== READ_ONLY;
}

/** What cannot be listed, because its process has ended or is another user's, has no entries. */
async function listed(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
