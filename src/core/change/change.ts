import type { BlobId, FileMode, Path } from '../git.ts';
import type { Fault } from './fault.ts';

/*
 * Everything here is bytes. Text is held as latin1 strings, one character per byte, so that comparing lines is
 * comparing bytes and no encoding is ever guessed; `decode` for people happens at the edges.
 */

/** Names a patch may arrive under, and the one it was recognised as. */
export const FORMATS = ['unified-diff', 'git-diff', 'block-a'] as const;
export type Format = (typeof FORMATS)[number];

/** What a patch wants: a list of edits, at most one per path touched, all or nothing. */
export interface Change {
  readonly format: Format;
  readonly title: string | null;
  /** The author's own id (block id), kept as `externalId`. */
  readonly externalId: string | null;
  readonly edits: readonly Edit[];
  /** What was read generously and is worth saying: `hunk 2 of a.c: header counts 3,4 ignored, body has 3,5`. */
  readonly notes: readonly string[];
}

export type Edit =
  /** Changes a file that exists; `hunks` may be empty when only the mode or the name changes. */
  | {
      readonly kind: 'modify';
      readonly path: Path;
      readonly from: Path | null;
      readonly hunks: readonly Hunk[];
      readonly oldMode: FileMode | null;
      readonly newMode: FileMode | null;
      readonly span: Span;
    }
  | {
      readonly kind: 'copy';
      readonly path: Path;
      readonly from: Path;
      readonly hunks: readonly Hunk[];
      readonly newMode: FileMode | null;
      readonly span: Span;
    }
  | Creation
  | Deletion
  /** Puts a new file in the place of one: how git tells that a file becomes a symbolic link, or the reverse. */
  | {
      readonly kind: 'exchange';
      readonly path: Path;
      readonly deletion: Deletion;
      readonly creation: Creation;
      readonly span: Span;
    }
  /** Replaces literal text that must occur exactly once. */
  | {
      readonly kind: 'replace';
      readonly path: Path;
      readonly pattern: string;
      readonly replacement: string;
      readonly span: Span;
    };

interface Creation {
  readonly kind: 'create';
  readonly path: Path;
  readonly mode: FileMode;
  readonly content: string;
  readonly span: Span;
}

/** Removes a file whose whole content the patch shows (`content`), or whose name it only gives (`null`, an empty file). */
interface Deletion {
  readonly kind: 'delete';
  readonly path: Path;
  readonly content: string | null;
  readonly oldMode: FileMode | null;
  readonly span: Span;
}

/** Where in the patch text an edit or hunk stands: lines from 1, both ends included. */
export interface Span {
  readonly firstLine: number;
  readonly lastLine: number;
}

/** Consecutive lines of a file and what becomes of them. Old side = context + removed, new side = context + added. */
export interface Hunk {
  readonly lines: readonly HunkLine[];
  /** Where the header says that the old side starts (line from 1; 0 before the first); a hint and nothing more. */
  readonly oldStart: number | null;
  /** The header's counts agree with the body: only then may the hint break a tie. */
  readonly countsAgree: boolean;
  /** The old side or the new side says `\ No newline at end of file`: that side ends the file, without a line end. */
  readonly oldEndsWithoutNewline: boolean;
  readonly newEndsWithoutNewline: boolean;
  /** How the `@@` line ended. With `\r\n` the patch text was converted, and `\r\n` behind its lines may not be theirs. */
  readonly headerEol: HunkLine['eol'];
  readonly span: Span;
}

/** A line without its line end. */
export interface HunkLine {
  readonly kind: 'context' | 'removed' | 'added';
  readonly text: string;
  /** How the line ended in the patch text. */
  readonly eol: '\n' | '\r\n' | '';
}

/** What stood at a path of the base tree. A path that is not in a snapshot's map was not asked for. */
export type Standing =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly mode: FileMode; readonly blob: BlobId; readonly bytes: Uint8Array }
  /** `names`: of all that stands directly in it, each one segment of a path. */
  | { readonly kind: 'directory'; readonly names: readonly string[] }
  | { readonly kind: 'gitlink' };

/** Every path a change names, and every directory above one, as it stands in one tree. */
export type Snapshot = ReadonlyMap<Path, Standing>;

/** What one path becomes. `null` is nothing: a creation has no before, a deletion no after. Never null on both sides. */
export interface FileChange {
  readonly path: Path;
  readonly before: { readonly mode: FileMode; readonly blob: BlobId; readonly bytes: Uint8Array } | null;
  readonly after: { readonly mode: FileMode; readonly bytes: Uint8Array } | null;
}

/** The rungs of the ladder, strictest first. Which one placed a file's hunks is part of the verdict. */
export const RUNGS = ['exact', 'line-ends'] as const;
export type Rung = (typeof RUNGS)[number];

/** Outcome of reading patch text. */
export type Parsed =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

/** Outcome of applying a change to a snapshot: every file, or every fault. */
export type Applied =
  | {
      readonly kind: 'applied';
      readonly files: readonly FileChange[];
      readonly rungs: readonly { readonly path: Path; readonly rung: Rung }[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };
