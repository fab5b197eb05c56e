import { legible } from '../../bytes.ts';
import type { Edit, Hunk } from '../../change.ts';
import { malformed } from '../../fault-of.ts';
import { sideBytes } from '../../hunk-sides.ts';

/** What a created file holds: one hunk of added lines, or none for an empty file. @throws Faulty malformed */
export function createdContent(hunks: readonly Hunk[]): string {
  return wholeSide(hunks, { side: 'new', allowed: 'added', act: 'creates a file' });
}

/** What a deleted file held: one hunk of removed lines. @throws Faulty malformed */
export function deletedContent(hunks: readonly Hunk[]): string {
  return wholeSide(hunks, { side: 'old', allowed: 'removed', act: 'deletes a file' });
}

/** A created file has no line ends of its own to compare with, so those of a converted text are worth a word. */
export function convertedNote(edit: Edit, hunks: readonly Hunk[]): string[] {
  if (edit.kind !== 'create' || hunks[0]?.headerEol !== '\r\n') return [];
  return [`${legible(edit.path)}: created with CRLF line ends, as the patch text has them`];
}

function wholeSide(
  hunks: readonly Hunk[],
  want: { readonly side: 'old' | 'new'; readonly allowed: 'added' | 'removed'; readonly act: string },
): string {
  const [hunk, second] = hunks;
  if (hunk === undefined) return '';
  if (second !== undefined) {
    throw malformed(
      second.span.firstLine,
      `This section ${want.act} and has a second hunk.`,
      'Give the whole content in one hunk.',
    );
  }
  const wrong = hunk.lines.find(({ kind }) => kind !== want.allowed);
  if (wrong !== undefined) {
    throw malformed(
      hunk.span.firstLine,
      `This section ${want.act}, so its hunk may only have ${want.allowed} lines; it also has a ${wrong.kind} line.`,
      'Give every line of the file the same prefix, or name the existing file in both headers.',
    );
  }
  return sideBytes(hunk, want.side).join('');
}
