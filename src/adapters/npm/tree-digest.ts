import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { chmod, lchown, lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Sha256 } from '../../core/digest.ts';

export interface TreeFacts {
  readonly sha256: Sha256;
  readonly files: number;
  readonly bytes: number;
}

/** Names, contents and rights of everything below a directory. No link is followed. */
export async function digestTree(root: string): Promise<TreeFacts> {
  const hash = createHash('sha256');
  let [files, bytes] = [0, 0];
  for await (const { path, entry } of walk(root)) {
    const { mode, size } = await lstat(join(root, path));
    hash.update(`${path}\0${(mode & 0o111) === 0 ? '-' : 'x'}\0`);
    if (entry.isSymbolicLink()) hash.update(`link ${await readlink(join(root, path))}\0`);
    else if (entry.isFile()) hash.update(`file ${await digestFile(join(root, path))}\0`);
    else if (!entry.isDirectory()) throw new Error(`${path} is neither a file, a link nor a directory`);
    [files, bytes] = [files + 1, bytes + size];
  }
  return { sha256: hash.digest('hex') as Sha256, files, bytes };
}

/** Takes every right to write away, and gives all of it to us. */
export async function closeTree(root: string): Promise<void> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  for await (const { path, entry } of walk(root)) {
    const full = join(root, path);
    await lchown(full, uid, gid);
    if (entry.isSymbolicLink()) continue;
    const isRun = entry.isDirectory() || ((await lstat(full)).mode & 0o111) !== 0;
    await chmod(full, isRun ? 0o555 : 0o444);
  }
  await lchown(root, uid, gid);
  await chmod(root, 0o555);
}

async function* walk(root: string, below = ''): AsyncGenerator<{ path: string; entry: Dirent }> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    yield { path, entry };
    if (entry.isDirectory()) yield* walk(root, path);
  }
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
