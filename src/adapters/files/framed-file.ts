import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { type Sha256, sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import type { OutputPart, ReadPart } from '../../ports/outputs.ts';

/*
 * A file of Zstandard frames (RFC 8878), each of 256 KiB but the last, and behind them the sizes of the frames in a skippable one:
 * `zstd -d` reads it as it is, and its end can be read without its beginning.
 */

const FRAME_BYTES = 256 * 1024;
const SKIPPABLE = 0x184d2a50;
const HEAD_BYTES = 8;
const LENGTH_BYTES = 4;
const LONGEST_INDEX = 64 * 1024 * 1024;
const COMPRESSION = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

interface FrameIndex {
  readonly version: 1;
  readonly bytes: number;
  /** Stored sizes. */
  readonly frames: readonly number[];
  /** SHA-256 of the frames as stored: not every bit of one counts for what it holds, and yet none is to change unseen. */
  readonly stored: string;
}

/** Writes all chunks in memory for one frame; answers with what they were. */
export async function writeFrames(
  file: FileHandle,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<{ sha256: Sha256; bytes: number }> {
  const hash = createHash('sha256');
  const stored = createHash('sha256');
  const frames: number[] = [];
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let bytes = 0;
  const flush = async () => {
    const frame = await compress(Buffer.concat(waiting), COMPRESSION);
    await file.writeFile(frame);
    stored.update(frame);
    frames.push(frame.length);
    [waiting, waitingBytes] = [[], 0];
  };
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.length;
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + FRAME_BYTES - waitingBytes);
      waiting.push(piece);
      waitingBytes += piece.length;
      at += piece.length;
      if (waitingBytes === FRAME_BYTES) await flush();
    }
  }
  if (waitingBytes > 0) await flush();
  await file.writeFile(indexFrame({ version: 1, bytes, frames, stored: stored.digest('hex') }));
  return { sha256: hash.digest('hex') as Sha256, bytes };
}

function indexFrame(index: FrameIndex): Buffer {
  const text = Buffer.from(JSON.stringify(index));
  const frame = Buffer.alloc(HEAD_BYTES + text.length + LENGTH_BYTES);
  frame.writeUInt32LE(SKIPPABLE, 0);
  frame.writeUInt32LE(text.length + LENGTH_BYTES, 4);
  text.copy(frame, HEAD_BYTES);
  frame.writeUInt32LE(text.length, HEAD_BYTES + text.length);
  return frame;
}

/** @throws GhostError integrity_broken, for a file that is not whole; asked for all, also where any bit of it was changed */
export async function readFrames(path: string, part: OutputPart | 'all'): Promise<ReadPart> {
  const file = await open(path, 'r');
  try {
    const index = await readIndex(file);
    const range = rangeOf(part, index.bytes);
    const { frames, skipped } = framesOf(index, range);
    const plain: Uint8Array[] = [];
    const hash = createHash('sha256');
    for (const { position, size } of frames) {
      const stored = Buffer.alloc(size);
      await file.read(stored, 0, size, position);
      hash.update(stored);
      plain.push(await decompress(stored, { maxOutputLength: FRAME_BYTES }));
    }
    const read = Buffer.concat(plain).subarray(skipped, skipped + range.bytes);
    if (read.length !== range.bytes) throw new Error('it has fewer bytes than it says');
    if (part === 'all' && hash.digest('hex') !== index.stored) throw new Error('it was changed');
    return { from: range.from, bytes: read, total: index.bytes };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw fail('integrity_broken', { problem: `${path} cannot be read: ${problem}` }, { cause: error });
  } finally {
    await file.close();
  }
}

/** Where the frames stand that hold a range, and how much of the first one is before it. */
function framesOf(index: FrameIndex, { from, bytes }: { readonly from: number; readonly bytes: number }) {
  const first = Math.floor(from / FRAME_BYTES);
  const end = bytes === 0 ? first : Math.floor((from + bytes - 1) / FRAME_BYTES) + 1;
  let position = index.frames.slice(0, first).reduce((sum, size) => sum + size, 0);
  const frames = index.frames.slice(first, end).map((size) => {
    position += size;
    return { position: position - size, size };
  });
  return { frames, skipped: from - first * FRAME_BYTES };
}

function rangeOf(part: OutputPart | 'all', total: number): { from: number; bytes: number } {
  if (part === 'all') return { from: 0, bytes: total };
  const from = part.kind === 'last' ? Math.max(0, total - part.bytes) : Math.min(part.from, total);
  return { from, bytes: Math.min(part.bytes, total - from) };
}

/** Exactly as it is written: a bit that nobody reads would be one that nobody misses. */
async function readIndex(file: FileHandle): Promise<FrameIndex> {
  const { size } = await file.stat();
  const end = Buffer.alloc(LENGTH_BYTES);
  await file.read(end, 0, LENGTH_BYTES, size - LENGTH_BYTES);
  const length = HEAD_BYTES + end.readUInt32LE() + LENGTH_BYTES;
  if (length > Math.min(size, LONGEST_INDEX)) throw new Error('it has no index');
  const frame = Buffer.alloc(length);
  await file.read(frame, 0, length, size - length);
  const index = JSON.parse(frame.subarray(HEAD_BYTES, -LENGTH_BYTES).toString()) as FrameIndex;
  const stored = index.frames.reduce((sum, one) => sum + one, 0);
  if (!indexFrame(index).equals(frame) || index.version !== 1 || stored + length !== size)
    throw new Error('its index is not whole');
  return index;
}

/** A plain file, as outputs were kept before: the same parts of it. */
export function partOfBytes(bytes: Uint8Array, part: OutputPart): ReadPart {
  const range = rangeOf(part, bytes.length);
  return {
    from: range.from,
    bytes: bytes.subarray(range.from, range.from + range.bytes),
    total: bytes.length,
  };
}

/** @throws GhostError integrity_broken */
export function heldToDigest(bytes: Uint8Array, digest: Sha256, path: string): Uint8Array {
  if (sha256(bytes) === digest) return bytes;
  throw fail('integrity_broken', { problem: `${path} does not have the content it is named by` });
}
