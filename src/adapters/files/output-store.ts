import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sha256 } from '../../core/digest.ts';
import { sweepUnfinished, unfinishedFile } from '../../platform/unfinished-file.ts';
import type { OutputPart, ReadPart } from '../../ports/outputs.ts';
import { syncDirectory } from './atomic-write.ts';
import { heldToDigest, partOfBytes, readFrames, writeFrames } from './framed-file.ts';
import { nullIfMissing } from './missing.ts';

/** What a check prints is for those who may read its patch; commands of other patches run as a plain user of the same machine. */
export const CLOSED = { directory: 0o700, file: 0o600 } as const;

const DIGEST = /^[0-9a-f]{64}$/;

/** Files named by the SHA-256 of what they hold, `ab/cdef....zst`, as git lays out its objects. Those without the ending hold it plain. */
export class OutputStore {
  readonly directory: string;
  #swept: Promise<void> | null = null;

  constructor(directory: string) {
    this.directory = directory;
  }

  pathOf(digest: Sha256): string {
    return `${this.plainPathOf(digest)}.zst`;
  }

  plainPathOf(digest: Sha256): string {
    return join(this.directory, digest.slice(0, 2), digest.slice(2));
  }

  /** Counts its age from now on; false where it is not kept, or is damaged. */
  async renewWhole(digest: Sha256): Promise<boolean> {
    const isWhole = await this.read(digest).then(
      (found) => found !== null,
      () => false,
    );
    if (!isWhole) return false;
    const now = new Date();
    for (const path of [this.pathOf(digest), this.plainPathOf(digest)])
      if ((await nullIfMissing(utimes(path, now, now))) !== null) return true;
    return false;
  }

  /** Durable when resolved; in memory only for a frame of it at a time. */
  async keep(
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<{ sha256: Sha256; bytes: number }> {
    // In the top folder, where one look finds what processes that were killed had begun to keep.
    this.#swept ??= sweepUnfinished(this.directory);
    await this.#swept;
    await mkdir(this.directory, { recursive: true, mode: CLOSED.directory });
    const temporary = unfinishedFile(join(this.directory, `.${randomUUID()}`));
    try {
      const file = await open(temporary, 'wx', CLOSED.file);
      const kept = await writeFrames(file, chunks)
        .then(async (written) => {
          await file.sync();
          return written;
        })
        .finally(() => file.close());
      await this.#name(temporary, kept.sha256);
      return kept;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Over what stands there, which may be damaged. */
  async #name(temporary: string, digest: Sha256): Promise<void> {
    const path = this.pathOf(digest);
    await mkdir(dirname(path), { recursive: true, mode: CLOSED.directory });
    await rename(temporary, path);
    await syncDirectory(dirname(path));
    await syncDirectory(this.directory);
  }

  /** @throws GhostError integrity_broken */
  async read(digest: Sha256): Promise<Uint8Array | null> {
    if (!DIGEST.test(digest)) return null;
    const path = this.pathOf(digest);
    const framed = await nullIfMissing(readFrames(path, 'all'));
    if (framed !== null) return heldToDigest(framed.bytes, digest, path);
    const plain = await nullIfMissing(readFile(this.plainPathOf(digest)));
    return plain && heldToDigest(plain, digest, this.plainPathOf(digest));
  }

  /** @throws GhostError integrity_broken */
  async readPart(digest: Sha256, part: OutputPart): Promise<ReadPart | null> {
    if (!DIGEST.test(digest)) return null;
    const framed = await nullIfMissing(readFrames(this.pathOf(digest), part));
    if (framed !== null) return framed;
    const plain = await this.read(digest);
    return plain && partOfBytes(plain, part);
  }

  /** Not what was kept again after `keptAt`. */
  async remove(digest: Sha256, keptAt = Number.POSITIVE_INFINITY): Promise<void> {
    if (!DIGEST.test(digest)) return;
    for (const path of [this.pathOf(digest), this.plainPathOf(digest)]) {
      const found = await nullIfMissing(stat(path));
      if (found !== null && found.mtimeMs <= keptAt) await rm(path, { force: true });
    }
  }
}
