import type { BlobId, FileMode, Path } from '../git.ts';
import type { PatchTerms } from '../patch/terms.ts';
import type { Fault } from './fault.ts';

/*
 * Everything here is bytes. Text is held as latin1 strings, one character per byte, so that comparing lines is
 * comparing bytes and no encoding is ever guessed; `legible` for people happens at the edges.
 */

/** Names a patch may arrive under, and the one it was recognised as. One reader each, in `formats/`. */
export const FORMATS = [
  'unified-diff',
  'git-diff',
  'mail',
  'begin-patch',
  'search-replace',
  'whole-file',
  'json-edits',
  'block-a',
  'block-b',
  'block-c',
  'block-d',
  'block-e',
  'block-f',
] as const;
export type Format = (typeof FORMATS)[number];

/**
 * What a patch wants, all or nothing. Edits take effect in order, each on what the ones before it left, except that the
 * source of a rename or a copy is read as it was before the patch, as git does.
 */
export interface Change {
  readonly format: Format;
  readonly title: string | null;
  /** The author's own id (block id, Message-ID), kept as `externalId`. */
  readonly externalId: string | null;
  readonly edits: readonly Edit[];
  /** What was read generously and is worth saying: `hunk 2 of a.c: header counts 3,4 ignored, body has 3,5`. */
  readonly notes: readonly string[];
  /** What a mail says beside its diff; null in every other form. */
  readonly mail: MailFacts | null;
  /** Checks that the patch brings along. They are added to the gate and never stand in for it. */
  readonly checks: readonly BroughtCheck[];
  /** Absent in a form that has no words for them. */
  readonly terms?: PatchTerms;
}

/** For people and for the commit message; nothing of it is proven. Unicode text. */
export interface MailFacts {
  /** `A U Thor <author@example.com>`, as the mail says. */
  readonly byline: string | null;
  /** Seconds since 1970; null where the mail has no readable date. */
  readonly date: number | null;
  /** What stands between the subject and the diff. */
  readonly message: string | null;
}

/** A shell line of an old block, which a check of its own will run. */
export interface BroughtCheck {
  readonly name: string;
  /** Unicode text, run as a check's `run` text is. */
  readonly script: string;
  readonly span: Span;
}

export type Edit = Modification | Copy | Creation | Deletion | Writing | Replacement | Insertion;

/** Changes a file that exists: its lines, its name, its mode, at least one of them. */
export interface Modification extends Rewritten {
  readonly kind: 'modify';
  /** The file's name before; null when the name stays. */
  readonly from: Path | null;
  readonly oldMode: FileMode | null;
}

/** Makes a second file of one that exists, which stays. */
export interface Copy extends Rewritten {
  readonly kind: 'copy';
  readonly from: Path;
}

/** What a modification and a copy have in common. */
interface Rewritten {
  readonly path: Path;
  readonly hunks: readonly Hunk[];
  /** `ordered`: the hunks stand in the order of the file, as in a diff. `any`: their order says nothing. */
  readonly order: 'ordered' | 'any';
  /** New bytes in place of hunks; then `hunks` is empty. */
  readonly binary: BinaryContent | null;
  readonly newMode: FileMode | null;
  /** The blob that the hunks were made from, as far as the patch names it: 4 to 64 hexadecimal digits. */
  readonly preimage: string | null;
  readonly span: Span;
}

/** Puts a file where none stands. */
export interface Creation {
  readonly kind: 'create';
  readonly path: Path;
  readonly mode: FileMode;
  readonly content: string;
  readonly span: Span;
}

/** Removes a file. `content` is what the patch shows of it, and has to be right; null where it only names the file. */
export interface Deletion {
  readonly kind: 'delete';
  readonly path: Path;
  readonly content: string | null;
  readonly oldMode: FileMode | null;
  readonly span: Span;
}

/** Gives a path its whole content, whether a file stands there or not. */
export interface Writing {
  readonly kind: 'write';
  readonly path: Path;
  readonly content: string;
  /** Null keeps the mode, and is 100644 for a new file. */
  readonly mode: FileMode | null;
  /** `given`: the bytes as they are. `file`: text from a chat, which takes the line ends and BOM of the file it replaces. */
  readonly lineEnds: 'given' | 'file';
  readonly span: Span;
}

/** Replaces literal text that must occur exactly once. */
export interface Replacement {
  readonly kind: 'replace';
  readonly path: Path;
  readonly pattern: string;
  readonly replacement: string;
  readonly span: Span;
}

/** Puts whole lines before or after the lines in which literal text stands, which must occur exactly once. */
export interface Insertion {
  readonly kind: 'insert';
  readonly path: Path;
  readonly where: 'before' | 'after' | 'start' | 'end';
  /** Empty for `start` and `end`. */
  readonly anchor: string;
  /** Ends in a line end, unless the author left it out; it is then added. */
  readonly text: string;
  readonly span: Span;
}

/** A file's new bytes as `GIT binary patch` tells them, inflated already. Bytes as latin1. */
export interface BinaryContent {
  /** `delta`: git's pack delta from the old bytes, which have to be those of `oldBlob`. */
  readonly form: 'literal' | 'delta';
  readonly data: string;
  /** Full ids from the `index` line, lower case; null where the patch does not tell. */
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
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
  /** Lines that stand above the hunk in this order (`@@ class A`, `@@ def b():`), searched by the same rung. */
  readonly anchors: readonly string[];
  /** The old side is the end of the file (`*** End of File`). */
  readonly atEnd: boolean;
  /** The old side or the new side says `\ No newline at end of file`: that side ends the file, without a line end. */
  readonly oldEndsWithoutNewline: boolean;
  readonly newEndsWithoutNewline: boolean;
  /** How the `@@` line ended. With `\r\n` the patch text was converted, and `\r\n` behind its lines may not be theirs. */
  readonly headerEol: HunkLine['eol'];
  /**
   * Every old line begins with a number that counts up (`12 | `): the hunk without them, as which it is meant where the
   * file has none of its lines as they are written.
   */
  readonly unnumbered?: Pick<Hunk, 'lines' | 'oldStart' | 'countsAgree'>;
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

/** The directory that a tree is. It has no name. */
export const TOP = '' as Path;

/** Every path a change names, and every directory above one up to `TOP`, as it stands in one tree. */
export type Snapshot = ReadonlyMap<Path, Standing>;

/** What one path becomes. `null` is nothing: a creation has no before, a deletion no after. Never null on both sides. */
export interface FileChange {
  readonly path: Path;
  readonly before: { readonly mode: FileMode; readonly blob: BlobId; readonly bytes: Uint8Array } | null;
  readonly after: { readonly mode: FileMode; readonly bytes: Uint8Array } | null;
}

/** The rungs of the ladder, strictest first. Which one placed a file's hunks is part of the verdict. */
export const RUNGS = [
  'exact',
  'line-ends',
  'trailing-space',
  'indent',
  'typography',
  'elision',
  'gap',
] as const;
export type Rung = (typeof RUNGS)[number];

/** Whether the text that a patch adds is new to the branch, or was on it before. */
export type TextOrigin = 'new' | 'restored';

/** How a file got its new content: by a rung of the ladder, or by a merge that its author asked for. */
export type Fit = Rung | 'three-way';

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
      /** What the author may not expect of a file: `a.c: line 3 gets the invisible character U+200B`. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };
