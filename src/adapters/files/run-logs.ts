import { join } from 'node:path';
import { type LeftOut, leftOutLine } from '../../core/gate/output/left-out.ts';
import { TAIL_BYTES } from '../../core/gate/output-digest.ts';
import type { KeptRun, LoggedRun, RunEnd, RunLogs, RunLogWriter } from '../../ports/run-logs.ts';
import { forgetRuns } from './forget-runs.ts';
import { OutputStore } from './output-store.ts';
import { RunFiles, type TimeMarks } from './run-files.ts';
import { readKept, readLive } from './run-pieces.ts';
import { dropSegments, readSegment, SegmentWriter, segmentsIn } from './run-segments.ts';

/** A mark a millisecond; beyond so many every other one is forgotten. */
const MOST_MARKS = 20_000;

/** Runs of checks as folders in that of the outputs: segments while they run, and after that a kept output. */
export function fileRunLogs(outputs: string): RunLogs {
  const store = new OutputStore(outputs);
  const files = new RunFiles(join(outputs, 'runs'));
  return {
    begin: async (start, room) => {
      for (const open of files.runs(start.patch, 1))
        if (open.end === null && open.token !== start.token) await closeCutOff(store, files, open);
      return new Writer({ store, files, run: files.add(start), room });
    },
    runs: async (patch, from) => files.runs(patch, from),
    read: async (run, from, most) =>
      run.end === null
        ? readLive(files.folderOf(run), from, most)
        : readKept({ store, end: run.end, times: files.timesOf(run) }, from, most),
    forget: async (before, mode) => forgetRuns(files, before, mode),
  };
}

class Writer implements RunLogWriter {
  readonly #store: OutputStore;
  readonly #files: RunFiles;
  readonly #run: LoggedRun;
  readonly #room: number;
  readonly #segments: SegmentWriter;
  #marks: [number, number][] = [];
  #problem: unknown = null;

  constructor(of: { store: OutputStore; files: RunFiles; run: LoggedRun; room: number }) {
    this.#store = of.store;
    this.#files = of.files;
    this.#run = of.run;
    this.#room = of.room;
    this.#segments = new SegmentWriter(of.files.folderOf(of.run), of.room);
  }

  write(bytes: Uint8Array, at: number): void {
    if (this.#problem !== null || bytes.length === 0) return;
    if (this.#marks.at(-1)?.[1] !== at) this.#marks.push([this.#segments.printed, at]);
    if (this.#marks.length > MOST_MARKS) this.#marks = this.#marks.filter((_, index) => index % 2 === 0);
    try {
      this.#segments.write(bytes, at);
    } catch (error) {
      this.#problem = error;
    }
  }

  async end(): Promise<KeptRun> {
    this.#segments.close();
    if (this.#problem !== null) throw this.#problem;
    const { printed } = this.#segments;
    const leftOut = leftOutOf(printed, this.#room);
    return keepRun(this.#store, this.#files, {
      ...{ run: this.#run, ending: 'whole', printed, leftOut, marks: this.#marks },
    });
  }
}

function leftOutOf(printed: number, room: number): LeftOut | null {
  const head = Math.floor(room / 4);
  return printed <= room ? null : { at: head, bytes: printed - room };
}

/** What is there of it is kept; what was dropped is told as left out. */
async function closeCutOff(store: OutputStore, files: RunFiles, run: LoggedRun): Promise<void> {
  const records = segmentsIn(files.folderOf(run)).flatMap((from) => placesIn(files.folderOf(run), from));
  const after = records.findIndex(({ from }, index) => from !== (records[index - 1]?.to ?? 0));
  const begins = records[after - 1]?.to ?? 0;
  const leftOut = after < 0 ? null : { at: begins, bytes: (records[after]?.from ?? 0) - begins };
  const marks = records.map(({ from, at }) => [from, at] as const);
  const printed = records.at(-1)?.to ?? 0;
  await keepRun(store, files, { run, ending: 'cut-off', printed, leftOut, marks });
}

function placesIn(folder: string, segment: number) {
  return readSegment(folder, segment).map(({ from, at, bytes }) => ({ from, at, to: from + bytes.length }));
}

interface Over extends Pick<RunEnd, 'ending' | 'printed' | 'leftOut'> {
  readonly run: LoggedRun;
  readonly marks: TimeMarks;
}

/** The segments go last: whoever reads meanwhile finds the one or the other. */
async function keepRun(store: OutputStore, files: RunFiles, over: Over): Promise<KeptRun> {
  const { run, ending, printed, leftOut, marks } = over;
  const folder = files.folderOf(run);
  let last = Buffer.alloc(0);
  const { sha256, bytes } = await store.keep(
    watched(textOf(folder, leftOut), (chunk) => {
      last = Buffer.from(Buffer.concat([last, chunk]).subarray(-TAIL_BYTES));
    }),
  );
  const isTold = ([position]: readonly [number, number]) =>
    leftOut === null || position < leftOut.at || position >= leftOut.at + leftOut.bytes;
  files.end(run, { ending, sha256, printed, leftOut }, marks.filter(isTold));
  dropSegments(folder);
  return { sha256, bytes, last, leftOut };
}

function* textOf(folder: string, leftOut: LeftOut | null): Generator<Uint8Array> {
  const resumes = leftOut === null ? 0 : leftOut.at + leftOut.bytes;
  let isMarked = false;
  for (const from of segmentsIn(folder)) {
    for (const { from: position, bytes } of readSegment(folder, from)) {
      if (leftOut !== null && position >= leftOut.at) {
        const wanted = bytes.subarray(Math.max(0, resumes - position));
        if (wanted.length > 0 && !isMarked) yield Buffer.from(leftOutLine(leftOut));
        isMarked ||= wanted.length > 0;
        yield wanted;
      } else yield bytes;
    }
  }
}

function* watched(chunks: Iterable<Uint8Array>, tell: (chunk: Uint8Array) => void): Generator<Uint8Array> {
  for (const chunk of chunks) {
    tell(chunk);
    yield chunk;
  }
}
