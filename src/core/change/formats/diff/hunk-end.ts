import type { PatchLine } from '../patch-lines.ts';
import { startsForeignFile } from './foreign.ts';
import type { HunkHeader } from './hunk-header.ts';

/*
 * Where does a hunk end? Its body is every line that begins with ' ', '+', '-' or '\'. Two kinds of line can be body and
 * can also be the end: the `-- ` above a mail signature, and a `--- ` line of the next file. Both are kept as possible
 * ends while the body is read on; the header's counts then pick the one that they fit, and only without such a
 * confirmation the look of the lines decides.
 */
export interface HunkEnd {
  /** Index of the first line after the body. */
  readonly at: number;
  /** Index at which reading goes on: after the trailing blank lines that do not belong to the body. */
  readonly resume: number;
  readonly why: 'hunk' | 'section' | 'fence' | 'end' | 'signature' | 'next-file' | 'no-prefix';
  readonly countsAgree: boolean;
  /** Old and new lines that the body has. */
  readonly old: number;
  readonly new: number;
}

interface Possible {
  readonly at: number;
  readonly why: HunkEnd['why'];
  readonly old: number;
  readonly new: number;
  /** Convincing without the counts. */
  readonly likely: boolean;
}

/** What surrounds the diff and changes how its last lines read. */
export interface Surroundings {
  readonly mail: boolean;
  readonly fenced: boolean;
  /** The text ends where the lines do, so that it may have been cut off there. Inside a fence, or a part, it goes on. */
  readonly last: boolean;
}

/** Finds the end of the hunk whose header stands at `header`. Linear in the lines it looks at. */
export function hunkEnd(
  lines: readonly PatchLine[],
  header: { readonly at: number; readonly numbers: HunkHeader | null },
  around: Surroundings,
): HunkEnd {
  const possible = possibleEnds(lines, header.at + 1, around);
  for (const end of possible) {
    const dropped = droppedWhenConfirmed(end, header.numbers, blankBefore(lines, header.at, end.at));
    if (dropped !== null) return ended(end, dropped, true);
  }
  const end = possible.find(({ likely }) => likely) ?? possible.at(-1);
  if (end === undefined) throw new TypeError('a hunk has at least one end');
  return ended(end, blankBefore(lines, header.at, end.at), false);
}

function ended(end: Possible, dropped: number, countsAgree: boolean): HunkEnd {
  return {
    at: end.at - dropped,
    resume: end.at,
    why: end.why,
    countsAgree,
    old: end.old - dropped,
    new: end.new - dropped,
  };
}

/** How many trailing blank lines have to go for the counts to hold; null when no number of them makes it so. */
function droppedWhenConfirmed(end: Possible, numbers: HunkHeader | null, blank: number): number | null {
  if (numbers === null) return null;
  const dropped = end.old - numbers.oldCount;
  return dropped === end.new - numbers.newCount && dropped >= 0 && dropped <= blank ? dropped : null;
}

function blankBefore(lines: readonly PatchLine[], header: number, end: number): number {
  let count = 0;
  while (end - count - 1 > header && lines[end - count - 1]?.text === '') count++;
  return count;
}

function possibleEnds(lines: readonly PatchLine[], first: number, around: Surroundings): Possible[] {
  const ends: Possible[] = [];
  const counts = { old: 0, new: 0 };
  let at = first;
  for (; at < lines.length; at++) {
    const text = lines[at]?.text;
    // Between two passages of a chat text there are no lines.
    if (text === undefined || !isBody(text) || isVersionedSignature(lines, at)) break;
    const soft = softEnd(lines, at, around);
    if (soft !== null) ends.push({ at, ...counts, ...soft });
    if (text === '' || text[0] === ' ') {
      counts.old++;
      counts.new++;
    } else if (text[0] === '-') counts.old++;
    else if (text[0] === '+') counts.new++;
  }
  const why = isVersionedSignature(lines, at) ? 'signature' : hardEnd(lines, at, around);
  ends.push({ at, ...counts, why, likely: false });
  return ends;
}

function isBody(text: string): boolean {
  return text === '' || ' +-'.includes(text.charAt(0)) || text.startsWith('\\ ');
}

function hardEnd(lines: readonly PatchLine[], at: number, around: Surroundings): HunkEnd['why'] {
  const text = lines[at]?.text;
  if (text === undefined) return 'end';
  if (text.startsWith('@@')) return 'hunk';
  if (startsSection(text) || headsPlainFile(lines, at) || startsForeignFile(lines, at)) return 'section';
  return around.fenced && text.startsWith('```') ? 'fence' : 'no-prefix';
}

/** What tools write above `--- ` and `+++ `: `diff a/x b/x`, `Only in a: x`, and bzr's `=== modified file 'x'`. */
function headsPlainFile(lines: readonly PatchLine[], first: number): boolean {
  let at = first;
  while (/^(?:diff |Only in |=== )/.test(lines[at]?.text ?? '')) at++;
  return at > first && (lines[at] === undefined || startsPlainFile(lines, at));
}

function softEnd(
  lines: readonly PatchLine[],
  at: number,
  around: Surroundings,
): Pick<Possible, 'why' | 'likely'> | null {
  const text = lines[at]?.text ?? '';
  if ((text === '-- ' || text === '--') && signatureFollows(lines, at + 1)) {
    return { why: 'signature', likely: around.mail };
  }
  const nextFile = startsPlainFile(lines, at) && lines[at + 2]?.text.startsWith('@@') === true;
  return nextFile ? { why: 'next-file', likely: true } : null;
}

/** The version of git under `git format-patch` mails: `2.39.5`, `2.50.1 (Apple Git-155)`, `1.7.0.rc2`. */
const VERSION = /^\d{1,3}\.\d[\w.() -]{0,60}$/;

/** Not even counts that say otherwise make a removed line of this: the version below it could not be explained. */
function isVersionedSignature(lines: readonly PatchLine[], at: number): boolean {
  const text = lines[at]?.text;
  return (text === '-- ' || text === '--') && VERSION.test(lines[at + 1]?.text ?? '');
}

/** Nothing that could be body comes after a signature. */
function signatureFollows(lines: readonly PatchLine[], first: number): boolean {
  let at = first;
  while (lines[at]?.text === '') at++;
  const next = lines[at];
  return next === undefined || !(isBody(next.text) || next.text.startsWith('@@'));
}

/** Whether a line begins another part of the patch, whatever the counts say. */
export function startsSection(text: string): boolean {
  return /^(?:diff -|Index: |Property changes on: |From [0-9a-f]{40,64} )/.test(text);
}

/** `--- ` and `+++ ` on two lines. */
export function startsPlainFile(lines: readonly PatchLine[], at: number): boolean {
  return lines[at]?.text.startsWith('--- ') === true && lines[at + 1]?.text.startsWith('+++ ') === true;
}

/**
 * Index of the first line that looks like lost body between the end of a hunk and the next part of the patch; null when
 * there is only prose. A line that merely lost its prefix would otherwise cut the rest of its hunk off in silence.
 */
export function lostBody(lines: readonly PatchLine[], first: number): number | null {
  for (let at = first; at < lines.length; at++) {
    const text = lines[at]?.text ?? '';
    const ends = startsSection(text) || startsPlainFile(lines, at) || startsForeignFile(lines, at);
    if (ends || text === '-- ') return null;
    if (text.startsWith('+') || text.startsWith('-')) return at;
  }
  return null;
}
