import type { Sha256 } from '../digest.ts';
import type { Json } from '../json.ts';
import type { PatchId } from '../patch/id.ts';
import type { CheckSource } from './check.ts';
import type { TaskKind } from './tasks/task.ts';

/**
 * How strongly a check is fenced off, as probed by trying: 3 plain user, all namespaces, system-call filter and
 * control group; 2 the same without a control group; 1 without namespaces; 0 not at all.
 */
export type IsolationLevel = 0 | 1 | 2 | 3;

/** What was observed of one check on one tree. `error` means that it could not be run to an answer: never a pass. */
export interface Verdict {
  readonly check: string;
  /** Which side asked for it. Absent where it was recorded before sides were. */
  readonly source?: CheckSource;
  /** Absent for a command. */
  readonly kind?: Exclude<TaskKind, 'command'>;
  readonly verdict: 'pass' | 'fail' | 'error';
  /** Empty for a check that starts no command. */
  readonly argv: readonly string[];
  /** Names only: values may be secrets. */
  readonly environment: readonly string[];
  /** Null where nothing was run that has to be fenced off. */
  readonly isolation: IsolationLevel | null;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** In words, when there is neither an exit code nor a signal to tell it: `timed out after 300000 ms`. */
  readonly detail: string | null;
  readonly output: OutputDigest;
  /** Runs before this one, where it was run again after a failure: this verdict is that of the last. */
  readonly earlier?: readonly EarlierRun[];
  /** Nothing was run now: the same check passed on the same tree before, and this is what was observed then. */
  readonly served?: Served;
  /** The same check on the base, without the patch: asked where it failed with it. */
  readonly base?: BaseRun;
  /** What its kind measured. */
  readonly facts?: Json;
  /** Files that it leaves for people, kept by their digests. */
  readonly artifacts?: readonly Artifact[];
  /** Set on a failure that an approver may accept, and on the pass that one has accepted. */
  readonly approval?: 'needed' | 'given';
}

/** Where in the ledger it stands that a check passed. */
export interface Served {
  readonly patch: PatchId;
  /** Of the chain of its workspace. */
  readonly entry: number;
  readonly at: number;
}

/** What a check that failed answers without the patch. Where that is known from before, nothing was run. */
export type BaseRun =
  | ({ readonly verdict: 'pass' | 'fail' | 'error' } & Pick<EarlierRun, RunFact>)
  | { readonly verdict: 'pass'; readonly served: Served };

type RunFact = 'startedAt' | 'durationMs' | 'exitCode' | 'signal' | 'detail' | 'output';

/** A run of a check that counts no more, because it was run again. */
export interface EarlierRun
  extends Pick<Verdict, 'startedAt' | 'durationMs' | 'exitCode' | 'signal' | 'detail' | 'output'> {
  readonly verdict: 'fail' | 'error';
}

export interface Artifact {
  /** `before.png`; unique within its verdict. */
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: Sha256;
  readonly bytes: number;
}

/** Standard output and standard error as they came, cut at the cap; the bytes are kept under their digest. */
export interface OutputDigest {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly truncated: boolean;
  /** The last lines, for people: at most 4 KiB of UTF-8, control characters escaped. */
  readonly tail: string;
}
