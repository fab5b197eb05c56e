import { type LeftOut, leftOutLine } from '../../core/gate/output/left-out.ts';
import type { Piece, RunEnd } from '../../ports/run-logs.ts';
import type { OutputStore } from './output-store.ts';
import type { TimeMarks } from './run-files.ts';
import { readSegment, type SegmentRecord, segmentsIn } from './run-segments.ts';

/** What a run that is not over has printed from `from` on. */
export function readLive(folder: string, from: number, most: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let position = from;
  for (const { from: begins, at, bytes } of recordsFrom(folder, from)) {
    if (begins > position) {
      pieces.push({ kind: 'left-out', from: position, bytes: begins - position });
      position = begins;
    }
    const rest = bytes.subarray(position - begins);
    if (rest.length > 0) pieces.push({ kind: 'printed', from: position, at, bytes: rest });
    position += rest.length;
    if (position - from >= most) break;
  }
  return pieces;
}

/** Up to a segment that is dropped as we read: the hole that it leaves is told with the next look. */
function* recordsFrom(folder: string, position: number): Generator<SegmentRecord> {
  const segments = segmentsIn(folder);
  for (const [index, begins] of segments.entries()) {
    const next = segments[index + 1];
    if (next !== undefined && next <= position) continue;
    const records = readSegment(folder, begins);
    if (records.length === 0) return;
    yield* records;
  }
}

interface Kept {
  readonly store: OutputStore;
  readonly end: RunEnd;
  readonly times: TimeMarks;
}

/** The same of one that is over, from its kept output. */
export async function readKept(
  { store, end, times }: Kept,
  from: number,
  most: number,
): Promise<readonly Piece[]> {
  const { leftOut, printed } = end;
  if (from >= printed) return [];
  const isBefore = leftOut === null || from < leftOut.at;
  if (!isBefore && from < leftOut.at + leftOut.bytes)
    return [{ kind: 'left-out', from, bytes: leftOut.at + leftOut.bytes - from }];
  const until = Math.min(from + most, isBefore ? (leftOut?.at ?? printed) : printed);
  const part = await store.readPart(end.sha256, {
    ...{ kind: 'range', from: isBefore ? from : placeAfter(leftOut, from), bytes: until - from },
  });
  if (part === null) return [{ kind: 'not-kept', from, bytes: printed - from }];
  return timed(part.bytes, from, times);
}

function placeAfter(leftOut: LeftOut, position: number): number {
  return position - leftOut.bytes + Buffer.byteLength(leftOutLine(leftOut));
}

function timed(bytes: Uint8Array, from: number, times: TimeMarks): readonly Piece[] {
  const to = from + bytes.length;
  const first = Math.max(
    0,
    times.findLastIndex(([position]) => position <= from),
  );
  const inside = times.slice(first).filter(([position]) => position < to);
  if (inside.length === 0) return [{ kind: 'printed', from, at: null, bytes }];
  return inside.map(([position, at], index) => {
    const begins = Math.max(position, from);
    const ends = inside[index + 1]?.[0] ?? to;
    return { kind: 'printed', from: begins, at, bytes: bytes.subarray(begins - from, ends - from) };
  });
}
