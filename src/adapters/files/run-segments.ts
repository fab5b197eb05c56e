import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { hasCode } from './missing.ts';

/*
 * What a run prints, in files named by the position that they begin at. Each holds records: length (4 bytes), CRC-32 of what follows
 * it (4), milliseconds since 1970 (8, as a double), bytes. All little-endian. A record that is not whole is the end.
 */

const RECORD_HEAD = 16;
const LONGEST_SEGMENT = 1024 * 1024;
const NAME = /^s(\d{15})$/;

interface Segment {
  readonly from: number;
  to: number;
}

export interface SegmentRecord {
  readonly from: number;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Keeps the first quarter of `room`, and the last three of what comes after it, with a segment to spare. */
export class SegmentWriter {
  readonly #folder: string;
  readonly #head: number;
  readonly #tail: number;
  readonly #segment: number;
  readonly #segments: Segment[] = [];
  #fd: number | null = null;
  printed = 0;

  constructor(folder: string, room: number) {
    this.#folder = folder;
    this.#head = Math.floor(room / 4);
    this.#tail = room - this.#head;
    this.#segment = Math.max(1, Math.min(LONGEST_SEGMENT, Math.ceil(this.#head / 2)));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Not asynchronous: whoever prints faster than a disk takes is held up by it, in its pipe, and not kept in memory. */
  write(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length; ) {
      const segment = this.#current();
      const piece = bytes.subarray(done, done + this.#endOf(segment) - segment.to);
      writeRecord(this.#fd ?? 0, piece, at);
      segment.to += piece.length;
      this.printed += piece.length;
      done += piece.length;
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #current(): Segment {
    const last = this.#segments.at(-1);
    if (last !== undefined && last.to < this.#endOf(last)) return last;
    this.close();
    const next = { from: this.printed, to: this.printed };
    this.#segments.push(next);
    this.#fd = openSync(pathOf(this.#folder, next.from), 'wx', 0o600);
    this.#dropOld();
    return next;
  }

  /** No segment reaches from the part that is kept from the beginning into the other. */
  #endOf({ from }: Segment): number {
    return from < this.#head ? Math.min(from + this.#segment, this.#head) : from + this.#segment;
  }

  #dropOld(): void {
    for (const [at, { from, to }] of [...this.#segments.entries()].reverse()) {
      if (from < this.#head || to > this.printed - this.#tail) continue;
      rmSync(pathOf(this.#folder, from), { force: true });
      this.#segments.splice(at, 1);
    }
  }
}

function writeRecord(fd: number, bytes: Uint8Array, at: number): void {
  const record = Buffer.alloc(RECORD_HEAD + bytes.length);
  record.writeUInt32LE(bytes.length, 0);
  record.writeDoubleLE(at, 8);
  record.set(bytes, RECORD_HEAD);
  record.writeUInt32LE(crc32(record.subarray(8)), 4);
  for (let done = 0; done < record.length; ) done += writeSync(fd, record, done);
}

/** Where the segments of a run begin, ascending; none where it has none any more. */
export function segmentsIn(folder: string): readonly number[] {
  return entriesOf(folder)
    .flatMap((name) => NAME.exec(name)?.slice(1) ?? [])
    .map(Number)
    .sort((one, other) => one - other);
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** The whole records of one segment; none where it was dropped meanwhile. */
export function readSegment(folder: string, from: number): readonly SegmentRecord[] {
  const stored = contentsOf(pathOf(folder, from));
  const records: SegmentRecord[] = [];
  let position = from;
  for (let at = 0; at + RECORD_HEAD <= stored.length; ) {
    const length = stored.readUInt32LE(at);
    const end = at + RECORD_HEAD + length;
    const isWhole =
      length > 0 &&
      end <= stored.length &&
      crc32(stored.subarray(at + 8, end)) === stored.readUInt32LE(at + 4);
    if (!isWhole) break;
    records.push({
      from: position,
      at: stored.readDoubleLE(at + 8),
      bytes: stored.subarray(at + RECORD_HEAD, end),
    });
    position += length;
    at = end;
  }
  return records;
}

function contentsOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  }
}

export function dropSegments(folder: string): void {
  for (const from of segmentsIn(folder)) rmSync(pathOf(folder, from), { force: true });
}

function pathOf(folder: string, from: number): string {
  return join(folder, `s${String(from).padStart(15, '0')}`);
}
