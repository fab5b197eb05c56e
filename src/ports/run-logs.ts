import type { Sha256 } from '../core/digest.ts';
import type { CheckSource } from '../core/gate/check.ts';
import type { LeftOut } from '../core/gate/output/left-out.ts';
import type { FencingToken } from '../core/lease/lease.ts';
import type { PatchId } from '../core/patch/id.ts';

/**
 * What the runs of checks print, as they print it: written by the runner, read by any process of the same home. A
 * position is a number of bytes from the begin of a run, and stays what it is when the output is kept and the run's
 * own files are gone.
 */
export interface RunLogs {
  /** Keeps the first quarter of `room` bytes and the last three. Ends what a runner before has left open of the same patch. */
  begin(run: RunStart, room: number): Promise<RunLogWriter>;
  /** In the order in which they began; from number `from` on. */
  runs(patch: PatchId, from: number): Promise<readonly LoggedRun[]>;
  /** What is there from position `from` on, some `most` bytes of it; nothing where nothing is there yet. Tells what is not kept as such. */
  read(run: LoggedRun, from: number, most: number): Promise<readonly Piece[]>;
  /** Forgets the runs of patches that began last before `before`; answers with how many patches. */
  forget(before: number, mode: 'try' | 'do'): Promise<number>;
}

export interface RunStart {
  readonly patch: PatchId;
  /** Of the lease under which the patch is checked: it tells its attempts apart. */
  readonly token: FencingToken;
  readonly check: string;
  readonly source: CheckSource;
  /** `base`: the check was asked without the patch as well. */
  readonly tree: 'patch' | 'base';
  /** Milliseconds since 1970, as all times here. */
  readonly startedAt: number;
}

export interface LoggedRun extends RunStart {
  /** From 1, within its patch, on this machine. */
  readonly number: number;
  /** Null while it runs, and where its runner died. */
  readonly end: RunEnd | null;
}

export interface RunEnd {
  /** `cut-off`: its runner ended before it did. */
  readonly ending: 'whole' | 'cut-off';
  /** Of what is kept. */
  readonly sha256: Sha256;
  /** All that was printed, secrets replaced: the position at its end. */
  readonly printed: number;
  readonly leftOut: LeftOut | null;
}

export type Piece =
  | {
      readonly kind: 'printed';
      readonly from: number;
      /** When it came out of the check; null where that is not known any more. */
      readonly at: number | null;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'left-out'; readonly from: number; readonly bytes: number }
  /** It was removed, with all that comes after it. */
  | { readonly kind: 'not-kept'; readonly from: number; readonly bytes: number };

export interface RunLogWriter {
  /** Never throws: what cannot be written is told by `end`. */
  write(bytes: Uint8Array, at: number): void;
  /** Durable when resolved: a digest on record always has its bytes. */
  end(): Promise<KeptRun>;
}

export interface KeptRun {
  readonly sha256: Sha256;
  /** As kept. */
  readonly bytes: number;
  /** The last 4 KiB of it. */
  readonly last: Uint8Array;
  readonly leftOut: LeftOut | null;
}
