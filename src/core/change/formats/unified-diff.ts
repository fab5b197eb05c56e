import { legible } from '../bytes.ts';
import type { Edit, Hunk } from '../change.ts';
import { malformed } from '../fault-of.ts';
import { sideLines } from '../hunk-sides.ts';
import { type GivenName, givenName, meantName, withoutPrefix } from './diff/file-names.ts';
import { readHunks } from './diff/hunk.ts';
import { type Surroundings, startsSection } from './diff/hunk-end.ts';
import { convertedNote, createdContent, deletedContent } from './diff/one-sided.ts';
import { pathAt, type Section } from './diff/section.ts';
import type { PatchLine } from './patch-lines.ts';

/** Reads `--- `, `+++ ` and hunks from the line at index `at`. @throws Faulty */
export function readPlainSection(lines: readonly PatchLine[], at: number, around: Surroundings): Section {
  const old = givenName((lines[at]?.text ?? '').slice(4), at + 1);
  const now = givenName((lines[at + 1]?.text ?? '').slice(4), at + 2);
  const name = plainName(old, now);
  const path = pathAt(name, now.name === null ? old.line : now.line);
  const first = firstHunk(lines, at + 2, name);
  const read = readHunks(lines, first, { name: legible(name), around });
  const span = { firstLine: at + 1, lastLine: read.hunks.at(-1)?.span.lastLine ?? at + 2 };
  const edit = plainEdit({ path, span, hunks: read.hunks, old, now });
  return {
    edit,
    hunkCount: read.hunks.length,
    notes: [
      ...prefixNotes(name, now.name ?? old.name),
      ...(first === at + 2
        ? []
        : [`${legible(name)}: ${first - at - 2} lines above its first hunk left out`]),
      ...convertedNote(edit, read.hunks),
      ...read.notes,
    ],
    next: read.next,
  };
}

/**
 * Index of the first `@@` line from `from` on. Between the headers and it may be blank lines and prose, as GNU patch has
 * it, but nothing that could be a line of a hunk which lost its header. @throws Faulty malformed
 */
function firstHunk(lines: readonly PatchLine[], from: number, name: string): number {
  let at = from;
  while (isBetween(lines[at]?.text)) at++;
  if (lines[at]?.text.startsWith('@@')) return at;
  throw malformed(
    from + 1,
    `The headers of ${legible(name)} are not followed by a hunk.`,
    'Write the @@ line and the changed lines after them.',
  );
}

function isBetween(text: string | undefined): boolean {
  return text !== undefined && !/^[-+ @\\]/.test(text) && !startsSection(text);
}

function plainName(old: GivenName, now: GivenName): string {
  if (old.name !== null && now.name !== null) {
    const meant = meantName({ old: old.name, new: now.name });
    if (meant !== null) return meant;
    throw malformed(
      old.line,
      `Lines ${old.line} and ${now.line} name two different files, ${legible(old.name)} and ${legible(now.name)}.`,
      'To rename, use git\'s "diff --git", "rename from" and "rename to" lines; to change one file, name it in both.',
    );
  }
  const only = old.name ?? now.name;
  if (only !== null) return withoutPrefix(only);
  throw malformed(old.line, 'Both headers name /dev/null.', 'Name the file that is created or deleted.');
}

function prefixNotes(name: string, given: string | null): string[] {
  return given === name && name.includes('/')
    ? [`${legible(name)}: named without a/ and b/, taken as it stands`]
    : [];
}

function plainEdit(file: {
  readonly path: Edit['path'];
  readonly span: Edit['span'];
  readonly hunks: readonly Hunk[];
  readonly old: GivenName;
  readonly now: GivenName;
}): Edit {
  const { path, span, hunks, old, now } = file;
  if (
    old.name === null ||
    (isEpoch(old.stamp) && hunks.every((hunk) => sideLines(hunk, 'old').length === 0))
  ) {
    return { kind: 'create', path, mode: '100644', content: createdContent(hunks), span };
  }
  if (
    now.name === null ||
    (isEpoch(now.stamp) && hunks.every((hunk) => sideLines(hunk, 'new').length === 0))
  ) {
    return { kind: 'delete', path, content: deletedContent(hunks), oldMode: null, span };
  }
  return {
    ...{ kind: 'modify', path, from: null, hunks, order: 'ordered', binary: null, preimage: null },
    ...{ oldMode: null, newMode: null, span },
  };
}

/** GNU diff -N gives a missing file the time 0 and, unlike git, its name. */
function isEpoch(stamp: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.0{1,9})? ([+-])(\d\d):?(\d\d)$/.exec(stamp);
  if (match === null) return false;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const offset = (Number(match[8]) * 60 + Number(match[9])) * (match[7] === '-' ? -1 : 1);
  return Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second) === offset * 60_000;
}
