import { chmod, lchown, link, mkdir, open, symlink } from 'node:fs/promises';
import type { ObjectReader } from './object-reader.ts';
import type { Difference } from './tree-difference.ts';
import { GITLINK, type TreeEntry } from './tree-object.ts';
import type { Owner } from './tree-writer.ts';

export interface UpperParts {
  readonly reader: ObjectReader;
  readonly owner: Owner | null;
  /** A device 0:0: one that stands in an upper layer hides what is below. Each one here is a further name of it. */
  readonly whiteout: string;
}

const SYMLINK = '120000';
const AT_ONCE = 16;

/**
 * Writes what differs into a new directory, as the upper layer of an overlay. It is fresh and each folder in it is made here,
 * so that no link stands in the way; what is there already, by a tree that names a path twice, is an error.
 */
export async function writeUpper(
  parts: UpperParts,
  root: string,
  differences: readonly Difference[],
): Promise<void> {
  const upper = new Upper(parts, root);
  await mkdir(root);
  await chmod(root, 0o755);
  await upper.own(Buffer.from(root));
  for (const { path } of differences) await upper.makeFoldersTo(path);
  for (let at = 0; at < differences.length; at += AT_ONCE)
    await Promise.all(differences.slice(at, at + AT_ONCE).map((difference) => upper.write(difference)));
}

class Upper {
  readonly #parts: UpperParts;
  readonly #root: string;
  readonly #made = new Set<string>();

  constructor(parts: UpperParts, root: string) {
    this.#parts = parts;
    this.#root = root;
  }

  async makeFoldersTo(path: string): Promise<void> {
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at);
      if (this.#made.has(folder)) continue;
      this.#made.add(folder);
      await mkdir(this.#at(folder));
      await this.own(this.#at(folder));
    }
  }

  async write(difference: Difference): Promise<void> {
    const path = this.#at(difference.path);
    if (difference.kind === 'gone') return link(this.#parts.whiteout, path);
    await this.#writeEntry(path, difference.entry);
    await this.own(path);
  }

  async own(path: Buffer): Promise<void> {
    const { owner } = this.#parts;
    if (owner) await lchown(path, owner.uid, owner.gid);
  }

  async #writeEntry(path: Buffer, { mode, id }: TreeEntry): Promise<void> {
    if (mode === GITLINK) return mkdir(path).then(() => undefined);
    const { bytes } = await this.#parts.reader.require(id, 'blob');
    if (mode === SYMLINK) return symlink(bytes, path);
    const isExecutable = (Number.parseInt(mode, 8) & 0o100) !== 0;
    const file = await open(path, 'wx', isExecutable ? 0o777 : 0o666);
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
  }

  #at(path: string): Buffer {
    return Buffer.concat([Buffer.from(`${this.#root}/`), Buffer.from(path, 'latin1')]);
  }
}
