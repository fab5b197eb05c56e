import type { FileMode, Path } from '../../git.ts';
import { legible, quoted } from '../bytes.ts';
import type { Edit, Hunk, Span } from '../change.ts';
import { type Faulty, malformed, unsupported } from '../fault-of.ts';
import { type BinarySection, binaryContent, binaryCreation, binaryDeletion } from './diff/binary-edit.ts';
import { type BinaryPatch, readBinaryPatch } from './diff/binary-patch.ts';
import { unquote } from './diff/c-quoted.ts';
import { emptyNote, refuseCutHeader, refuseCutSection } from './diff/cut-header.ts';
import { gitHeaderName, withoutFirst, withoutPrefix, withoutPrefixes } from './diff/file-names.ts';
import { type GitHeader, gitHeader, modeOf } from './diff/git-header.ts';
import { readHunks } from './diff/hunk.ts';
import type { Surroundings } from './diff/hunk-end.ts';
import { convertedNote, createdContent, deletedContent } from './diff/one-sided.ts';
import { checkTarget, pathAt, type Section } from './diff/section.ts';
import type { PatchLine } from './patch-lines.ts';

/** Reads one `diff --git` section from the line at index `at`. Source of the format: git's diff-generate-patch. @throws Faulty */
export function readGitSection(lines: readonly PatchLine[], at: number, around: Surroundings): Section {
  const header = gitHeader(lines, at);
  refuseCutHeader(lines, header);
  const names = fileNames(header);
  const path = pathAt(names.to, header.line);
  if (header.binary === 'no-content') throw withoutContent(path, header.next + 1);
  const patch = header.binary === 'content' ? readBinaryPatch(lines, header.next) : null;
  const read = readHunks(lines, patch?.next ?? header.next, { name: legible(path), around });
  refuseStrayHunks(header, { patch, hunks: read.hunks, path });
  const next = patch?.next ?? read.next;
  const lastLine = patch === null ? (read.hunks.at(-1)?.span.lastLine ?? header.next) : patch.next - 1;
  const edit = gitEdit(header, {
    ...{ path, from: names.from, how: names.how, hunks: read.hunks },
    binary: patch === null ? null : { path, header, patch },
    span: { firstLine: at + 1, lastLine },
  });
  refuseCutSection(lines, header, around);
  return {
    edit,
    hunkCount: read.hunks.length,
    inflated: patch?.inflated ?? 0,
    notes: [
      ...impliedNotes(header, path),
      ...emptyNote(lines, header, around).map((note) => `${legible(path)}: ${note}`),
      ...convertedNote(edit, read.hunks),
      ...read.notes,
    ],
    next,
  };
}

/** `Binary files a/x and b/x differ` tells that something changed, and not what. */
function withoutContent(path: Path, line: number): Faulty {
  return unsupported(line, path, {
    message: `${legible(path)}: line ${line} of the patch says that a binary file differs, without its content.`,
    hint: 'Make the diff with `git diff --binary`, or leave the file out.',
  });
}

function refuseStrayHunks(
  header: GitHeader,
  read: { readonly patch: BinaryPatch | null; readonly hunks: readonly Hunk[]; readonly path: Path },
): void {
  const { patch, hunks, path } = read;
  const [stray] = hunks;
  if (patch !== null && stray !== undefined) {
    throw malformed(
      stray.span.firstLine,
      `${legible(path)} has a hunk of lines below its binary content.`,
      'Keep one of them.',
    );
  }
  if (patch === null && stray === undefined && header.old !== null) {
    throw malformed(
      header.next + 1,
      `The headers of ${legible(path)} are not followed by a hunk.`,
      'Write the @@ line and the changed lines after them.',
    );
  }
}

interface Names {
  readonly how: 'same' | 'rename' | 'copy';
  readonly from: string | null;
  readonly to: string;
}

function fileNames(header: GitHeader): Names {
  for (const how of ['rename', 'copy'] as const) {
    const from = header.fields.get(`${how} from`);
    const to = header.fields.get(`${how} to`);
    if (from === undefined && to === undefined) continue;
    if (from === undefined || to === undefined) {
      throw malformed(
        header.line,
        `The header has one of "${how} from" and "${how} to".`,
        'Give both lines.',
      );
    }
    const names = { how, from: unquoted(from), to: unquoted(to) };
    if (names.from === names.to)
      throw malformed(from.line, `"${how} from" and "${how} to" name the same file.`, 'Name two files.');
    agree(header.old?.name ?? null, names.from, header);
    agree(header.now?.name ?? null, names.to, header);
    return names;
  }
  const to = sameName(header);
  agree(header.old?.name ?? null, to, header);
  agree(header.now?.name ?? null, to, header);
  return { how: 'same', from: null, to };
}

function unquoted(value: { readonly text: string; readonly line: number }): string {
  if (!value.text.startsWith('"')) return value.text;
  const read = unquote(value.text, 0);
  if (read !== null) return read.name;
  throw malformed(
    value.line,
    `Line ${value.line} has a badly quoted name.`,
    'Close the quote and write bytes as \\ooo.',
  );
}

function agree(given: string | null, name: string, header: GitHeader): void {
  if (given === null || given === name || withoutFirst(given) === name) return;
  throw malformed(
    header.line,
    `The header of line ${header.line} names ${legible(name)} and its "---" or "+++" line ${legible(given)}.`,
    'Name the same file in all lines of a header.',
  );
}

function sameName(header: GitHeader): string {
  refuseDoublePrefix(header);
  const name = gitHeaderName(header.names);
  if (name !== null) return name;
  const [old, now] = [header.old?.name ?? null, header.now?.name ?? null];
  const bare = old !== null && now !== null ? withoutPrefixes({ old, new: now }) : null;
  if (bare !== null && bare.old === bare.new) return bare.new;
  const only = old === null ? now : now === null ? old : null;
  if (only !== null) return withoutPrefix(only);
  throw malformed(
    header.line,
    `Line ${header.line} does not name one file: ${quoted(header.names, 200)}.`,
    'Name the same file behind a/ and b/, or add "rename from" and "rename to" lines.',
  );
}

/** `b/x b/x` is `b/x` in a diff without prefixes, and `x` in one whose author wrote the same prefix twice. */
function refuseDoublePrefix(header: GitHeader): void {
  const { names, line } = header;
  const middle = (names.length - 1) / 2;
  const first = names.slice(0, middle);
  if (first !== names.slice(middle + 1) || !/^"?[ab]\//.test(first)) return;
  throw malformed(
    line,
    `Line ${line} names ${legible(first)} twice: it cannot be told whether ${legible(first.charAt(first.startsWith('"') ? 1 : 0))}/ is a prefix or a folder.`,
    'Write the name behind a/ and b/, as git does by default.',
  );
}

interface Parts {
  readonly path: Path;
  readonly from: string | null;
  readonly how: Names['how'];
  readonly hunks: readonly Hunk[];
  /** Null where the section has lines. */
  readonly binary: BinarySection | null;
  readonly span: Span;
}

function gitEdit(header: GitHeader, parts: Parts): Edit {
  const { path, hunks, span, binary } = parts;
  const created = modeOf(header, 'new file mode') ?? (header.old?.name === null ? '100644' : null);
  const deleted = modeOf(header, 'deleted file mode');
  const deletes = header.fields.has('deleted file mode') || header.now?.name === null;
  refuseContradiction(header, { creates: created !== null, deletes, how: parts.how });
  if (created !== null) {
    const content = binary === null ? createdContent(hunks) : binaryCreation(binary);
    if (created === '120000') checkTarget(path, content, span.firstLine);
    return { kind: 'create', path, mode: created, content, span };
  }
  if (deletes) {
    const content = binary === null ? deletedContent(hunks) : binaryDeletion(binary);
    return { kind: 'delete', path, content, oldMode: deleted, span };
  }
  return changed(header, parts);
}

function refuseContradiction(
  header: GitHeader,
  is: { readonly creates: boolean; readonly deletes: boolean; readonly how: Names['how'] },
): void {
  if (Number(is.creates) + Number(is.deletes) + Number(is.how !== 'same') <= 1) return;
  throw malformed(
    header.line,
    'The header says two of: new file, deleted file, rename, copy.',
    'Keep one of them.',
  );
}

function changed(header: GitHeader, parts: Parts): Edit {
  const { path, hunks, span } = parts;
  const binary = parts.binary === null ? null : binaryContent(parts.binary);
  const modes = changedModes(header);
  const from = parts.from === null ? null : pathAt(parts.from, header.line);
  const rewritten = { hunks, order: 'ordered', binary, preimage: preimageOf(header), span } as const;
  if (parts.how === 'copy' && from !== null)
    return { kind: 'copy', path, from, ...rewritten, newMode: modes.newMode };
  if (from === null && hunks.length === 0 && binary === null && modes.newMode === null) {
    throw malformed(
      header.line,
      `The section of ${legible(path)} changes nothing: no hunk, no mode, no new name.`,
      'Add its hunks, or leave it out.',
    );
  }
  return { kind: 'modify', path, from, ...rewritten, ...modes };
}

/**
 * The mode behind `index` only tells a link from a file: whether a file was executable when the diff was made does not
 * matter to its lines, and git itself only warns about it.
 */
function changedModes(header: GitHeader): {
  readonly oldMode: FileMode | null;
  readonly newMode: FileMode | null;
} {
  const indexMode = modeOf(header, 'index');
  const oldMode = modeOf(header, 'old mode') ?? (indexMode === '120000' ? indexMode : null);
  const newMode = modeOf(header, 'new mode');
  if (newMode !== null && oldMode !== null && (oldMode === '120000') !== (newMode === '120000')) {
    throw unsupported(header.line, null, {
      message: `Line ${header.line}: a file cannot become a symbolic link, or the reverse, in one section.`,
      hint: 'Write a section that deletes it and, directly after it, one that creates it, as git does.',
    });
  }
  return { oldMode, newMode };
}

function impliedNotes(header: GitHeader, path: Path): string[] {
  const implied = header.old?.name === null && !header.fields.has('new file mode');
  return implied ? [`${legible(path)}: no "new file mode" line, created with mode 100644`] : [];
}

/** The old side of `index 83db48f..bf269f4 100644`. */
function preimageOf(header: GitHeader): string | null {
  const id = /^([0-9a-f]{4,64})\.\./.exec(header.fields.get('index')?.text ?? '')?.[1] ?? null;
  return id === null || /^0+$/.test(id) ? null : id;
}
