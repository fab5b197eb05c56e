import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFile,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { deflate, deflateSync, inflate } from 'node:zlib';
import { hasCode, isMissing, sync, syncOpen } from './durable.ts';
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
const FAN_OUT = 256;
/** From this size on, compressing leaves the event loop. */
const LARGE = 64 * 1024;

/**
 * Writes loose objects as git does (gitformat-loose): `objects/xx/yyyy`, zlib, mode 0444, first under a name that
 * `git gc` knows to remove when we die. A batch is created whole, synced in parallel, renamed, and then its directories
 * are synced: that costs about one disk flush instead of one per object.
 */
export class ObjectWriter {
  readonly #objects: string;
  readonly #format: ObjectFormat;
  #fannedOut: Promise<unknown> | null = null;

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
    const owner = ownerOf(this.#objects);
    this.#fannedOut ??= this.#fanOut(owner);
    await this.#fannedOut;
    const missing = await missingOf(objects);
    const open: Temporary[] = [];
    try {
      for (const object of missing) open.push(await writeTemporary(object, owner));
      await Promise.all(open.map(({ fd }) => syncOpen(fd)));
      for (const { path, object } of open) renameSync(path, object.path);
    } catch (error) {
      for (const { path } of open) unlinkIfThere(path);
      throw error;
    } finally {
      for (const { fd } of open) closeSync(fd);
    }
    const directories = new Set(objects.map(({ directory }) => directory));
    await Promise.all([...directories].map(sync));
  }

  /**
   * Makes the 256 directories that loose objects stand in, once: a directory made and synced beside each object would
   * cost more than the object. git removes empty ones when it packs; they are then made again, one by one.
   */
  async #fanOut(owner: Owner | null): Promise<void> {
    for (let first = 0; first < FAN_OUT; first += 1) {
      const directory = join(this.#objects, first.toString(16).padStart(2, '0'));
      if (!existsSync(directory)) makeDirectory(directory, owner);
    }
    await sync(this.#objects);
  }
}

/** Those that are not there yet. The others are synced: whoever wrote them may not have. */
async function missingOf(objects: readonly Loose[]): Promise<readonly Loose[]> {
  const stored = await Promise.all(objects.map((object) => existsSync(object.path) && isStored(object)));
  return objects.filter((_, at) => !stored[at]);
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

interface Temporary {
  readonly path: string;
  readonly fd: number;
  readonly object: Loose;
}

/** Written but not yet synced. Small objects do not leave the event loop: the trips cost more than the work. */
async function writeTemporary(object: Loose, owner: Owner | null): Promise<Temporary> {
  const { frame, directory } = object;
  const bytes = frame.length < LARGE ? deflateSync(frame, LEVEL) : await promisify(deflate)(frame, LEVEL);
  const path = join(directory, `tmp_obj_${randomBytes(8).toString('hex')}`);
  const fd = create(path, directory, owner);
  try {
    if (bytes.length < LARGE) writeFileSync(fd, bytes);
    else await promisify(writeFile)(fd, bytes);
    if (owner) fchownSync(fd, owner.uid, owner.gid);
    return { path, fd, object };
  } catch (error) {
    closeSync(fd);
    unlinkIfThere(path);
    throw error;
  }
}

function create(path: string, directory: string, owner: Owner | null): number {
  try {
    return openSync(path, 'wx', 0o444);
  } catch (error) {
    if (!isMissing(error)) throw error;
    makeDirectory(directory, owner);
    fsyncDirectory(dirname(directory));
    return openSync(path, 'wx', 0o444);
  }
}

function fsyncDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function makeDirectory(path: string, owner: Owner | null): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    throw error;
  }
  if (!owner) return;
  chownSync(path, owner.uid, owner.gid);
  chmodSync(path, owner.mode);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** As root, what we add belongs to the repository's owner, who could otherwise not write beside it any more. */
function ownerOf(directory: string): Owner | null {
  const own = process.getuid?.();
  if (own !== 0) return null;
  const { uid, gid, mode } = statSync(directory);
  return uid === own ? null : { uid, gid, mode: mode & 0o7777 };
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
