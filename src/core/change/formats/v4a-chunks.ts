import { quoted } from '../bytes.ts';
import type { Hunk, HunkLine } from '../change.ts';
import { type Faulty, malformed } from '../fault-of.ts';
import { hunkHeader } from './diff/hunk-header.ts';
import type { PatchLine } from './patch-lines.ts';

/*
 * Chunks of V4A, the inside of `*** Update File`: `@@` or `@@ anchor` lines (stacked ones narrow each other), then lines
 * that begin with a space, `-` or `+`; `*** End of File` says that the old side ends the file. Sources of the format:
 * codex, tool_apply_patch.lark and streaming_parser.rs; openai-agents, applyDiff.
 */
export interface Chunks {
  readonly hunks: readonly Hunk[];
  /** Of the form `hunk 2: …`, for the caller to put a file name before. */
  readonly notes: readonly string[];
}

/** The last line of a chunk that stands at the end of the file. */
export const END_OF_FILE = '*** End of File';

/**
 * Reads every line of `lines` as chunks; there may be none. The first chunk needs no `@@`. `firstLine` is the line of
 * the patch text at which `lines` begins.
 * @throws Faulty malformed, at the line that is neither marked nor empty
 */
export function readChunks(lines: readonly PatchLine[], firstLine: number): Chunks {
  const hunks: Hunk[] = [];
  const notes: string[] = [];
  let at = blanksAfter(lines, 0);
  while (at < lines.length) {
    const chunk = readChunk(lines, at, firstLine);
    hunks.push(chunk.hunk);
    notes.push(...chunk.notes.map((note) => `hunk ${hunks.length}: ${note}`));
    at = blanksAfter(lines, chunk.next);
  }
  return { hunks, notes };
}

interface Chunk {
  readonly hunk: Hunk;
  readonly notes: readonly string[];
  readonly next: number;
}

function readChunk(lines: readonly PatchLine[], start: number, firstLine: number): Chunk {
  const head = readHead(lines, start);
  let end = head.next;
  while (end < lines.length && isBody(lines[end])) end++;
  const stop = lines[end];
  const atEnd = stop?.text.trimEnd() === END_OF_FILE;
  if (stop !== undefined && !atEnd && !stop.text.startsWith('@@')) throw unmarked(stop, firstLine + end);
  // Only the end of the file tells that blank lines below the last marked one are meant; elsewhere they separate.
  const bodyEnd = atEnd ? end : end - blanksBefore(lines, head.next, end);
  const body = lines.slice(head.next, bodyEnd);
  const { open, ...read } = readBody(body, firstLine + head.next);
  if (read.lines.length === 0) throw empty(firstLine + start);
  const bare = body.filter(({ text }) => text === '').length;
  return {
    hunk: {
      ...{ ...read, ...startOf(head, read.lines), anchors: head.anchors, atEnd },
      ...{ oldEndsWithoutNewline: open.old, newEndsWithoutNewline: open.new },
      headerEol: lines[start]?.eol ?? '\n',
      span: { firstLine: firstLine + start, lastLine: firstLine + (atEnd ? end : bodyEnd - 1) },
    },
    notes: bare > 0 ? [`${bare} empty lines without their leading space read as context`] : [],
    next: atEnd ? end + 1 : end,
  };
}

interface Head {
  readonly anchors: readonly string[];
  /** Of `@@ -12,5 +13,6 @@`, which a unified diff would have here. */
  readonly numbers: ReturnType<typeof hunkHeader>;
  readonly next: number;
}

function readHead(lines: readonly PatchLine[], start: number): Head {
  const anchors: string[] = [];
  let numbers: Head['numbers'] = null;
  let next = start;
  for (; lines[next]?.text.startsWith('@@'); next++) {
    const text = lines[next]?.text ?? '';
    numbers = hunkHeader(text) ?? numbers;
    const anchor = hunkHeader(text) === null ? anchorOf(text) : '';
    if (anchor !== '') anchors.push(anchor);
  }
  return { anchors, numbers, next };
}

/** `@@ class A`, and `@@ class A @@` as those write it who think of a diff; `@@ ... @@` names nothing. */
function anchorOf(text: string): string {
  const bare = text.slice(2).trimEnd();
  const named = bare.endsWith('@@') ? bare.slice(0, -2).trimEnd() : bare;
  const anchor = named.startsWith(' ') ? named.slice(1) : named;
  return anchor.trim() === '...' ? '' : anchor;
}

function startOf(head: Head, lines: readonly HunkLine[]): Pick<Hunk, 'oldStart' | 'countsAgree'> {
  if (head.numbers === null) return { oldStart: null, countsAgree: false };
  const { oldStart, oldCount, newCount } = head.numbers;
  const old = lines.filter(({ kind }) => kind !== 'added').length;
  const fresh = lines.filter(({ kind }) => kind !== 'removed').length;
  // Without old lines nothing in the file could bear the number out.
  return { oldStart: old === 0 ? null : oldStart, countsAgree: old === oldCount && fresh === newCount };
}

function isBody(line: PatchLine | undefined): boolean {
  const text = line?.text ?? '';
  return text === '' || ' +-'.includes(text.charAt(0)) || text.startsWith(NO_NEWLINE);
}

/** As diffs say it; V4A has no word for it. */
const NO_NEWLINE = '\\ No newline';

interface Body {
  readonly lines: readonly HunkLine[];
  readonly open: { readonly old: boolean; readonly new: boolean };
}

function readBody(lines: readonly PatchLine[], firstLine: number): Body {
  const body: HunkLine[] = [];
  const open = { old: false, new: false };
  for (const [at, line] of lines.entries()) {
    if (line.text.startsWith(NO_NEWLINE)) {
      const last = body.at(-1);
      if (last === undefined) throw empty(firstLine + at);
      open.old ||= last.kind !== 'added';
      open.new ||= last.kind !== 'removed';
      continue;
    }
    const read = { kind: kindOf(line.text), text: line.text.slice(1), eol: line.eol };
    if ((read.kind !== 'added' && open.old) || (read.kind !== 'removed' && open.new)) {
      throw afterEnd(firstLine + at);
    }
    body.push(read);
  }
  return { lines: body, open };
}

function kindOf(text: string): HunkLine['kind'] {
  if (text.startsWith('+')) return 'added';
  return text.startsWith('-') ? 'removed' : 'context';
}

function afterEnd(at: number): Faulty {
  return malformed(
    at,
    `Line ${at} of the patch follows after "\\ No newline at end of file" on the same side.`,
    'Leave the "\\ No newline" line out, or put it below the last line of the file.',
  );
}

function unmarked(line: PatchLine, at: number): Faulty {
  return malformed(
    at,
    `Line ${at} of the patch, ${quoted(line.text, 60)}, stands inside a chunk without a mark. Every line of a chunk begins with a space (context), - (removed) or + (added).`,
    'Put the missing mark before the line; "*** End Patch" stands below the last chunk.',
  );
}

function empty(at: number): Faulty {
  return malformed(
    at,
    `The chunk at line ${at} of the patch has no lines.`,
    'Write the lines that it changes below its @@ line, or leave it out.',
  );
}

function blanksAfter(lines: readonly PatchLine[], from: number): number {
  let at = from;
  while (lines[at]?.text === '') at++;
  return at;
}

function blanksBefore(lines: readonly PatchLine[], first: number, end: number): number {
  let count = 0;
  while (end - count > first && lines[end - count - 1]?.text === '') count++;
  return count;
}
