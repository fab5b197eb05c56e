import type { Sha256 } from '../digest.ts';
import type { CheckSource } from './check.ts';

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
  readonly verdict: 'pass' | 'fail' | 'error';
  readonly argv: readonly string[];
  /** Names only: values may be secrets. */
  readonly environment: readonly string[];
  readonly isolation: IsolationLevel;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** In words, when there is neither an exit code nor a signal to tell it: `timed out after 300000 ms`. */
  readonly detail: string | null;
  readonly output: OutputDigest;
}

/** Standard output and standard error as they came, cut at the cap; the bytes are kept under their digest. */
export interface OutputDigest {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly truncated: boolean;
  /** The last lines, for people: at most 4 KiB of UTF-8, control characters escaped. */
  readonly tail: string;
}
