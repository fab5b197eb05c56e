import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate, deflateSync, inflate } from 'node:zlib';
import { hasCode, isMissing, sync } from './durable.ts';
import { framed, idOf, type ObjectFormat, type ObjectType } from './object-id.ts';

export interface NewObject {
  readonly type: ObjectType;
  readonly content: Uint8Array;
}

interface Loose {
  readonly frame: Buffer;
  readonly directory: string;
  readonly path: string;
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** zlib's fastest level: objects are small and git packs them again anyway. */
const LEVEL = { level: 1 };
/** From this size on, compressing leaves the event loop. */
const LARGE = 64 * 1024;

/**
 * Writes loose objects as git does (gitformat-loose): `objects/xx/yyyy`, zlib, mode 0444, first under a name that
 * `git gc` knows to remove when we die. A batch is synced in parallel, renamed, and then its directories are synced:
 * that costs about one disk flush instead of one per object.
 */
export class ObjectWriter {
  readonly #objects: string;
  readonly #format: ObjectFormat;

  constructor(objectsDirectory: string, format: ObjectFormat) {
    this.#objects = objectsDirectory;
    this.#format = format;
  }

  /** Ids in the order of `objects`, all durable. Nothing else of the repository changes. */
  async write(objects: readonly NewObject[]): Promise<string[]> {
    const ids: string[] = [];
    const loose = new Map<string, Loose>();
    for (const { type, content } of objects) {
      const frame = framed(type, content);
      const id = idOf(this.#format, frame);
      const directory = join(this.#objects, id.slice(0, 2));
      ids.push(id);
      loose.set(id, { frame, directory, path: join(directory, id.slice(2)) });
    }
    await this.#store([...loose.values()]);
    return ids;
  }

  async #store(objects: readonly Loose[]): Promise<void> {
    const owner = await ownerOf(this.#objects);
    const placed = await Promise.allSettled(objects.map((object) => this.#prepare(object, owner)));
    const temporaries = placed.map((result) => (result.status === 'fulfilled' ? result.value : null));
    const broken = placed.find((result) => result.status === 'rejected');
    if (broken) {
      await Promise.all(temporaries.map((path) => path && unlink(path).catch(() => undefined)));
      throw broken.reason;
    }
    await Promise.all(objects.map(({ path }, at) => putInPlace(temporaries[at] ?? null, path)));
    const directories = new Set(objects.map(({ directory }) => directory));
    await Promise.all([...directories, this.#objects].map(sync));
  }

  /** The synced temporary file of an object, or null when the object is there already and now synced. */
  async #prepare(object: Loose, owner: Owner | null): Promise<string | null> {
    if (await isStored(object)) return null;
    try {
      return await writeTemporary(object, owner);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await makeDirectory(object.directory, owner);
      return writeTemporary(object, owner);
    }
  }
}

async function putInPlace(from: string | null, to: string): Promise<void> {
  if (from !== null) await rename(from, to);
}

/** A file of the right name may be empty or torn after a power cut, so it is believed only when it reads back. */
async function isStored({ path, frame }: Loose): Promise<boolean> {
  try {
    const stored = await promisify(inflate)(await readFile(path));
    return stored.equals(frame) && (await sync(path));
  } catch (error) {
    if (isMissing(error) || isZlibError(error)) return false;
    throw error;
  }
}

async function writeTemporary({ directory, frame }: Loose, owner: Owner | null): Promise<string> {
  const path = join(directory, `tmp_obj_${randomBytes(8).toString('hex')}`);
  const bytes = frame.length < LARGE ? deflateSync(frame, LEVEL) : await promisify(deflate)(frame, LEVEL);
  const handle = await open(path, 'wx', 0o444);
  try {
    await handle.writeFile(bytes);
    if (owner) await handle.chown(owner.uid, owner.gid);
    await handle.sync();
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  return path;
}

async function makeDirectory(path: string, owner: Owner | null): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    throw error;
  }
  if (!owner) return;
  await chown(path, owner.uid, owner.gid);
  await chmod(path, owner.mode);
}

/** As root, what we add belongs to the repository's owner, who could otherwise not write beside it any more. */
async function ownerOf(directory: string): Promise<Owner | null> {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid, mode } = await stat(directory);
  return { uid, gid, mode: mode & 0o7777 };
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
