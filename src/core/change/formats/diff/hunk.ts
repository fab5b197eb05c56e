import { quoted } from '../../bytes.ts';
import type { Hunk, HunkLine } from '../../change.ts';
import { malformed } from '../../fault-of.ts';
import type { PatchLine } from '../patch-lines.ts';
import { refuseCutHunk } from './cut-hunk.ts';
import { type HunkEnd, hunkEnd, lostBody, type Surroundings } from './hunk-end.ts';
import { type HunkHeader, hunkHeader } from './hunk-header.ts';
import { lookAlike } from './look-alike.ts';
import { refuseProseBelow } from './prose-below.ts';
import { type HeadedHunk, withToldStarts } from './told-starts.ts';

export interface ReadHunks {
  readonly hunks: readonly Hunk[];
  readonly notes: readonly string[];
  /** Index of the line after the last hunk. */
  readonly next: number;
}

/** Reads hunk after hunk from the `@@` line at `first`. `name` is the file as notes name it. @throws Faulty */
export function readHunks(
  lines: readonly PatchLine[],
  first: number,
  file: { readonly name: string; readonly around: Surroundings },
): ReadHunks {
  const hunks: HeadedHunk[] = [];
  const notes: string[] = [];
  let next = first;
  // Lines that the hunks so far add or take away: what a header's new start is off by.
  let shift = 0;
  while (lines[next]?.text.startsWith('@@')) {
    const read = readHunk(lines, next, { around: file.around, shift });
    hunks.push(read);
    notes.push(...read.notes.map((note) => `hunk ${hunks.length} of ${file.name}: ${note}`));
    shift += read.shift;
    next = read.next;
  }
  return { hunks: withToldStarts(hunks), notes, next };
}

interface ReadHunk extends HeadedHunk {
  readonly notes: readonly string[];
  readonly shift: number;
  readonly next: number;
}

function readHunk(
  lines: readonly PatchLine[],
  at: number,
  state: { readonly around: Surroundings; readonly shift: number },
): ReadHunk {
  const header = lines[at] ?? { text: '', eol: '' };
  if (header.text.startsWith('@@@')) {
    throw malformed(at + 1, 'This is a combined diff of a merge.', 'Send the diff against one parent only.');
  }
  const numbers = hunkHeader(header.text);
  const end = hunkEnd(lines, { at, numbers }, state.around);
  refuseBrokenEnd(lines, end);
  refuseCutHunk(lines, { at, numbers, end }, state.around);
  refuseProseBelow(lines, { at, numbers, end });
  const body = readBody(lines.slice(at + 1, end.at), at + 2, header.eol);
  const trusted =
    numbers !== null && (end.old > 0 || numbers.newStart === numbers.oldStart + 1 + state.shift);
  return {
    hunk: {
      ...body,
      // A hunk without old lines hangs on its header alone, so both of its numbers have to tell the same place.
      oldStart: trusted ? numbers.oldStart : null,
      countsAgree: end.countsAgree,
      anchors: [],
      headerEol: header.eol,
      span: { firstLine: at + 1, lastLine: end.at },
    },
    numbers,
    notes: notesOn(lines, { at, numbers, end }),
    shift: end.new - end.old,
    next: end.resume,
  };
}

function refuseBrokenEnd(lines: readonly PatchLine[], end: HunkEnd): void {
  const unsure = end.why === 'no-prefix' || end.why === 'fence';
  if (!unsure || (end.why === 'fence' && end.countsAgree)) return;
  const confirmed = end.why === 'fence' || end.countsAgree;
  if (confirmed && lostBody(lines, end.resume) === null) return;
  const text = lines[end.resume]?.text ?? '';
  const alike = lookAlike(text);
  throw malformed(
    end.resume + 1,
    `Line ${end.resume + 1} of the patch, ${quoted(text, 60)}, stands inside a hunk without a prefix${alike === null ? '' : `: it begins with ${alike.got}, which only looks like ${alike.meant}`}. Every line of a hunk begins with a space (context), - (removed) or + (added).`,
    alike === null
      ? 'Put the missing prefix before the line, or make the counts in the @@ line right if the hunk ends there.'
      : `Write ${alike.meant} in its place, in every line of the patch.`,
  );
}

type Body = Pick<Hunk, 'lines' | 'atEnd' | 'oldEndsWithoutNewline' | 'newEndsWithoutNewline'>;

/** The lines between header and end. `firstLine` is the patch line of the first of them. */
function readBody(lines: readonly PatchLine[], firstLine: number, headerEol: PatchLine['eol']): Body {
  const body: HunkLine[] = [];
  const ended = { old: false, new: false };
  let atEnd = false;
  for (const [at, line] of lines.entries()) {
    if (line.text.startsWith('\\')) {
      const last = body.pop();
      if (last === undefined) {
        throw malformed(firstLine + at, 'This "\\ No newline" line follows no line.', REPAIR);
      }
      if (isNoLine(last)) {
        atEnd ||= last.kind !== 'added';
        continue;
      }
      body.push(headerEol === '\r\n' ? last : withContentCr(last));
      ended.old ||= last.kind !== 'added';
      ended.new ||= last.kind !== 'removed';
      continue;
    }
    const read = hunkLine(line);
    if (isAfterEnd(read, ended)) {
      throw malformed(
        firstLine + at,
        'A line follows after "\\ No newline at end of file" on the same side.',
        REPAIR,
      );
    }
    body.push(read);
  }
  if (body.length === 0) throw malformed(firstLine - 1, 'This hunk has no lines.', REPAIR);
  return { lines: body, atEnd, oldEndsWithoutNewline: ended.old, newEndsWithoutNewline: ended.new };
}

/** Empty and without a line end: what some tools count as the last line of a file that ends in a line end. */
function isNoLine(line: HunkLine): boolean {
  return line.text === '' && line.eol !== '\r\n';
}

function isAfterEnd(line: HunkLine, ended: { readonly old: boolean; readonly new: boolean }): boolean {
  return (line.kind !== 'added' && ended.old) || (line.kind !== 'removed' && ended.new);
}

const REPAIR = 'Make the diff again, or repair this hunk.';

/**
 * In a patch text whose own lines end in `\n`, a `\r` before a line's end is content. It only matters where the line end
 * itself is not content, which is above `\ No newline at end of file`.
 */
function withContentCr(line: HunkLine): HunkLine {
  return line.eol === '\r\n' ? { ...line, text: `${line.text}\r`, eol: '\n' } : line;
}

function hunkLine(line: PatchLine): HunkLine {
  const kind = line.text[0] === '+' ? 'added' : line.text[0] === '-' ? 'removed' : 'context';
  return { kind, text: line.text.slice(1), eol: line.eol };
}

function notesOn(
  lines: readonly PatchLine[],
  hunk: { readonly at: number; readonly numbers: HunkHeader | null; readonly end: HunkEnd },
): string[] {
  const { numbers, end } = hunk;
  const notes: string[] = [];
  if (numbers === null) notes.push('its @@ line has no usable numbers, placed by content');
  else if (!end.countsAgree) {
    notes.push(
      `header counts ${numbers.oldCount},${numbers.newCount} ignored, body has ${end.old},${end.new}`,
    );
  }
  const last = lines[end.at - 1];
  if (end.at === lines.length && last?.eol === '' && !last.text.startsWith('\\'))
    notes.push('the last line of the patch has no line end; it was taken as whole');
  const bare = lines.slice(hunk.at + 1, end.at).filter(({ text }) => text === '').length;
  if (bare > 0) notes.push(`${bare} empty lines without their leading space read as context`);
  if (lines[end.resume]?.text.startsWith('Property changes on: '))
    notes.push('the svn properties below it are left out');
  if (!end.countsAgree && end.why === 'signature') notes.push('"-- " read as a mail signature');
  if (!end.countsAgree && end.why === 'next-file')
    notes.push('"--- " and "+++ " read as the next file\'s header');
  return notes;
}
