import { createHash } from 'node:crypto';
import type { FileMode, Path } from '../../git.ts';
import { latin1 } from '../bytes.ts';
import type { Edit, FileChange, Hunk, HunkLine, Modification } from '../change.ts';
import { eolOf, fileLines, withoutEol } from '../file-lines.ts';
import { type DiffOp, diffOps } from './line-ops.ts';

/** Lines of context around what changes, as diffs have them. */
const CONTEXT = 3;
const NOWHERE = { firstLine: 1, lastLine: 1 };

/** The edits that make exactly these file changes, told with the lines that stand there: what every form can build on. */
export function editsOf(files: readonly FileChange[]): Edit[] {
  return files.flatMap(({ path, before, after }): Edit[] => {
    if (before !== null && after !== null && isLink(before) === isLink(after))
      return [modification({ path, before, after })];
    // A file that becomes a link, or the reverse, is told as git tells it: one goes, and another one comes.
    return [
      ...(before === null ? [] : [deletion(path, before)]),
      ...(after === null ? [] : [creation(path, after)]),
    ];
  });
}

function isLink({ mode }: { readonly mode: FileMode }): boolean {
  return mode === '120000';
}

function deletion(path: Path, { mode, bytes }: Both['before']): Edit {
  return { kind: 'delete', path, content: latin1(bytes), oldMode: mode, span: NOWHERE };
}

function creation(path: Path, { mode, bytes }: Both['after']): Edit {
  return { kind: 'create', path, mode, content: latin1(bytes), span: NOWHERE };
}

type Both = FileChange & {
  before: NonNullable<FileChange['before']>;
  after: NonNullable<FileChange['after']>;
};

function modification({ path, before, after }: Both): Modification {
  const [old, fresh] = [latin1(before.bytes), latin1(after.bytes)];
  const remode = before.mode === after.mode ? null : { oldMode: before.mode, newMode: after.mode };
  // The lines of a link are its target, which every reader has to know.
  const link = isLink(before) ? before.mode : null;
  const binary = old !== fresh && (old.includes('\0') || fresh.includes('\0'));
  return {
    ...{ kind: 'modify', path, from: null, order: 'ordered', span: NOWHERE },
    oldMode: remode?.oldMode ?? link,
    newMode: remode?.newMode ?? null,
    preimage: before.blob,
    hunks: binary || old === fresh ? [] : hunksBetween(old, fresh),
    binary: binary
      ? { form: 'literal', data: fresh, oldBlob: before.blob, newBlob: blobLike(before.blob, fresh) }
      : null,
  };
}

function blobLike(blob: string, content: string): string {
  const bytes = Buffer.from(content, 'latin1');
  const algorithm = blob.length === 40 ? 'sha1' : 'sha256';
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The hunks of a unified diff between two texts, context included, with true line numbers. */
function hunksBetween(old: string, fresh: string): Hunk[] {
  const sides = { old: fileLines(old), new: fileLines(fresh) };
  const ops = diffOps(sides.old, sides.new);
  const ends = { old: isOpen(old), new: isOpen(fresh) };
  return windows(ops).map((window) => hunkOf(window, { sides, ends }));
}

function isOpen(text: string): boolean {
  return text !== '' && !text.endsWith('\n');
}

/** Runs of operations: each change with its context, neighbours joined where their contexts touch. */
function windows(ops: readonly DiffOp[]): DiffOp[][] {
  const changes = ops.flatMap(({ kind }, at) => (kind === 'context' ? [] : [at]));
  const ranges: { first: number; last: number }[] = [];
  for (const at of changes) {
    const range = ranges.at(-1);
    if (range !== undefined && at - range.last <= 2 * CONTEXT + 1) range.last = at;
    else ranges.push({ first: at, last: at });
  }
  return ranges.map(({ first, last }) => ops.slice(Math.max(0, first - CONTEXT), last + CONTEXT + 1));
}

function hunkOf(
  window: readonly DiffOp[],
  file: {
    readonly sides: { readonly old: readonly string[]; readonly new: readonly string[] };
    readonly ends: { readonly old: boolean; readonly new: boolean };
  },
): Hunk {
  const { sides, ends } = file;
  const olds = window.flatMap((op) => (op.kind === 'added' ? [] : [op.old]));
  const news = window.flatMap((op) => (op.kind === 'removed' ? [] : [op.new]));
  const first = window[0];
  const oldStart = olds[0] ?? (first?.kind === 'added' ? first.old : 0);
  return {
    lines: window.map((op) => lineOf(op, sides)),
    oldStart: olds.length === 0 ? oldStart : oldStart + 1,
    countsAgree: true,
    anchors: [],
    atEnd: false,
    oldEndsWithoutNewline: ends.old && olds.at(-1) === sides.old.length - 1,
    newEndsWithoutNewline: ends.new && news.at(-1) === sides.new.length - 1,
    headerEol: '\n',
    span: NOWHERE,
  };
}

function lineOf(
  op: DiffOp,
  sides: { readonly old: readonly string[]; readonly new: readonly string[] },
): HunkLine {
  const line = (op.kind === 'added' ? sides.new[op.new] : sides.old[op.old]) ?? '';
  // A last line without a line end is told by its hunk's flag; the text of the diff goes on all the same.
  return { kind: op.kind, text: withoutEol(line), eol: eolOf(line) || '\n' };
}
