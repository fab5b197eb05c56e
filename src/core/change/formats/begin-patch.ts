import type { Parsed } from '../change.ts';
import { faultOf } from '../fault-of.ts';
import { BEGIN_PATCH, END_PATCH, isSentinel, SECTION_HEADERS } from './chat/marks.ts';
import { Gathering } from './gathering.ts';
import type { Passage } from './passage.ts';
import { type PatchLine, patchLines } from './patch-lines.ts';
import { END_OF_FILE } from './v4a-chunks.ts';
import { readV4aSections } from './v4a-sections.ts';

/**
 * Reads `*** Begin Patch` … `*** End Patch`, several of them one after the other, with prose around; or V4A sections
 * without the two lines, which then have to reach to the end of their passage. Source: codex, tool_apply_patch.lark.
 */
export function readBeginPatch(passages: readonly Passage[]): Parsed {
  const found = new Gathering();
  for (const passage of passages) readPassage(passage, found);
  return found.parsed('begin-patch', {
    message:
      'The text changes no file: it has no "*** Add File: ", "*** Delete File: " or "*** Update File: ".',
    hint: 'Write a section for each file between "*** Begin Patch" and "*** End Patch".',
  });
}

function readPassage(passage: Passage, found: Gathering): void {
  const lines = patchLines(passage.text);
  const begin = indexOf(lines, 0, isBegin);
  if (begin === lines.length) readBare(lines, passage.firstLine, found);
  else readPatches(lines, { first: begin, firstLine: passage.firstLine }, found);
}

/** Sections that nothing encloses: from the first of them to the end of the passage. */
function readBare(lines: readonly PatchLine[], firstLine: number, found: Gathering): void {
  const first = indexOf(lines, 0, isSection);
  if (first === lines.length) return;
  const end = indexOf(lines, first, isEnd);
  if (end === lines.length) refuseCut(lines, firstLine, found);
  readV4aSections(lines.slice(first, end), firstLine + first, found);
  strays(lines, { from: end + 1, to: lines.length, firstLine }, found);
  const missing = end === lines.length ? `"${BEGIN_PATCH}" and "${END_PATCH}"` : `"${BEGIN_PATCH}"`;
  found.notes.push(`read without ${missing} around it`);
}

/** Without an end that could be missing, a last line that no line end follows may be half of one, or one of several. */
function refuseCut(lines: readonly PatchLine[], firstLine: number, found: Gathering): void {
  const last = lines.at(-1);
  if (last === undefined || last.eol !== '' || last.text.trimEnd() === END_OF_FILE) return;
  const line = firstLine + lines.length - 1;
  found.faults.push(
    faultOf(
      'malformed',
      {
        message: `The patch ends in the middle: line ${line}, its last, has no line end, and no "${END_PATCH}" follows.`,
        hint: `Send the patch whole, with "${END_PATCH}" on its last line.`,
      },
      { patchLine: line },
    ),
  );
}

function readPatches(
  lines: readonly PatchLine[],
  at: { readonly first: number; readonly firstLine: number },
  found: Gathering,
): void {
  const { firstLine } = at;
  let from = 0;
  let begin = at.first;
  while (begin < lines.length && !found.isFull) {
    strays(lines, { from, to: begin, firstLine }, found);
    const end = indexOf(lines, begin + 1, (line) => isEnd(line) || isBegin(line));
    if (!isEnd(lines[end])) found.faults.push(unended(firstLine + begin));
    readV4aSections(lines.slice(begin + 1, end), firstLine + begin + 1, found);
    from = isEnd(lines[end]) ? end + 1 : end;
    begin = indexOf(lines, from, isBegin);
  }
  strays(lines, { from, to: lines.length, firstLine }, found);
}

function isBegin(line: PatchLine | undefined): boolean {
  return isSentinel(line?.text ?? '', BEGIN_PATCH);
}

function isEnd(line: PatchLine | undefined): boolean {
  return isSentinel(line?.text ?? '', END_PATCH);
}

function isSection(line: PatchLine): boolean {
  return SECTION_HEADERS.some((header) => line.text.startsWith(header));
}

function indexOf(lines: readonly PatchLine[], from: number, holds: (line: PatchLine) => boolean): number {
  return indexWithin(lines, { from, to: lines.length }, holds);
}

/** Index of the first line in the range of which it holds, else the end of the range. */
function indexWithin(
  lines: readonly PatchLine[],
  { from, to }: { readonly from: number; readonly to: number },
  holds: (line: PatchLine) => boolean,
): number {
  for (let at = from; at < to; at++) {
    const line = lines[at];
    if (line !== undefined && holds(line)) return at;
  }
  return to;
}

function unended(begin: number) {
  return faultOf(
    'malformed',
    {
      message: `"${BEGIN_PATCH}" at line ${begin} of the patch is not followed by "${END_PATCH}", so its end may be missing.`,
      hint: `Send the patch whole, with "${END_PATCH}" on its last line.`,
    },
    { patchLine: begin },
  );
}

/** Sections outside of Begin and End would be lost in silence if they were taken for prose. */
function strays(
  lines: readonly PatchLine[],
  range: { readonly from: number; readonly to: number; readonly firstLine: number },
  found: Gathering,
): void {
  const stray = indexWithin(lines, range, isSection);
  if (stray >= range.to) return;
  const line = range.firstLine + stray;
  found.faults.push(
    faultOf(
      'malformed',
      {
        message: `The section at line ${line} of the patch stands outside of "${BEGIN_PATCH}" and "${END_PATCH}".`,
        hint: 'Put every section between the two lines.',
      },
      { patchLine: line },
    ),
  );
}
