import type { Parsed } from '../change.ts';
import { boundFaults } from '../faults/bound-faults.ts';
import type { Surroundings } from './diff/hunk-end.ts';
import { firstSection, readDiff } from './diff-text.ts';
import { readMail } from './mail.ts';
import { looksLikeMail } from './mbox.ts';
import type { Passage } from './passage.ts';
import { type PatchLine, patchLines } from './patch-lines.ts';
import { refused } from './refused.ts';

/** Reads a diff, git's or plain, bare or in a mail, with prose around it. */
export function readAnyDiff(passages: readonly Passage[]): Parsed {
  const [only, second] = passages;
  if (only !== undefined && second === undefined && looksLikeMail(only.text)) return readMail(passages);
  const lines = linesOf(passages);
  const diff = readDiff(lines, (only?.firstLine ?? 1) - 1, surroundings(lines, passages));
  if (diff.faults.length > 0) return { kind: 'faulty', faults: boundFaults(diff.faults) };
  if (diff.edits.length === 0) {
    return refused(
      'empty_patch',
      'The text changes no file: no header of a file is in it.',
      'Send a unified diff, a git diff or another form; docs/formats.md shows each.',
    );
  }
  const { edits, notes } = diff;
  const format = diff.headers === 'git' ? 'git-diff' : 'unified-diff';
  return {
    kind: 'change',
    change: { format, title: null, externalId: null, edits, notes, mail: null, checks: [] },
  };
}

/**
 * Every line at the index that it has in the text as submitted, with holes between the passages: a hunk ends there, as it
 * does at the end of the text.
 */
function linesOf(passages: readonly Passage[]): readonly PatchLine[] {
  const placed = passages.map(({ text, firstLine }) => ({ first: firstLine - 1, lines: patchLines(text) }));
  const [only, second] = placed;
  if (only?.first === 0 && second === undefined) return only.lines;
  const last = placed.at(-1);
  const lines = new Array<PatchLine>(last === undefined ? 0 : last.first + last.lines.length);
  for (const one of placed) for (const [at, line] of one.lines.entries()) lines[one.first + at] = line;
  return lines;
}

/** Whether the last line above the diff opens a Markdown fence, and whether the text ends with these lines. */
function surroundings(lines: readonly PatchLine[], passages: readonly Passage[]): Surroundings {
  const first = firstSection(lines) ?? 0;
  let above = first - 1;
  while (above >= 0 && lines[above]?.text === '') above--;
  const [only, second] = passages;
  const last = only?.firstLine === 1 && second === undefined;
  return { mail: false, fenced: lines[above]?.text.startsWith('```') === true, last };
}
