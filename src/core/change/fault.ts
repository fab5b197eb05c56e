import type { BlobId, Path } from '../git.ts';

/**
 * The closed list of what can be wrong with a patch: what stops it from being read, from fitting, and, last, what
 * a check of the gate found in the tree that it makes, and what a person said of it.
 */
export type FaultCode =
  | 'unknown_format'
  | 'empty_patch'
  | 'malformed'
  | 'unsupported'
  | 'path_refused'
  | 'path_sensitive'
  | 'path_twin'
  | 'file_missing'
  | 'file_exists'
  | 'not_a_file'
  | 'path_blocked'
  | 'mode_mismatch'
  | 'hunk_not_found'
  | 'hunk_ambiguous'
  | 'hunk_already_applied'
  | 'hunks_out_of_order'
  | 'rung_capped'
  | 'pattern_not_found'
  | 'pattern_ambiguous'
  | 'content_differs'
  | 'text_hidden'
  | 'text_elided'
  | 'merge_conflict'
  | 'changes_nothing'
  | 'check_vacuous'
  | 'too_large'
  | 'gate_unusable'
  | 'check_failed'
  | 'turned_down';

/** One thing wrong with a patch, told so that its author can repair it in one round. All line numbers start at 1. */
export interface Fault {
  readonly code: FaultCode;
  /** What, where, got, expected. One sentence or two, no trailing newline. */
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
  readonly path: Path | null;
  /** Which hunk of that file, counted from 1. */
  readonly hunk: number | null;
  /** Line in the patch text as submitted. */
  readonly patchLine: number | null;
  /** The lines that were looked for, without line ends. */
  readonly expected: readonly string[];
  /** The most similar window of the file, when one is similar at all. */
  readonly closest: ClosestWindow | null;
  /** Lines of the file where an ambiguous hunk or pattern fits. */
  readonly candidates: readonly number[];
  /** Another file, of the patch or near the one that it names, in which the lines stand exactly once. */
  readonly foundIn: Path | null;
  /** The file at `path` as it was read, so that its author can tell whether theirs is another one. */
  readonly file: SeenFile | null;
}

export interface SeenFile {
  readonly lines: number;
  readonly blob: BlobId;
}

export interface ClosestWindow {
  readonly firstLine: number;
  readonly lines: readonly string[];
  /** Line diff from what the patch expects to what the file has: each line starts with ` `, `-` or `+`. */
  readonly diff: readonly string[];
}
