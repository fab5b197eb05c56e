import type { Hunk, Modification } from '../change.ts';
import { countsOf, hunkBody } from './hunk-text.ts';

/** A hunk as V4A writes it: the lines that it stands below, its own, and whether they end the file. */
export function chunk(hunk: Hunk): string {
  const heads = hunk.anchors.length === 0 ? ['@@\n'] : hunk.anchors.map((anchor) => `@@ ${anchor}\n`);
  return `${heads.join('')}${hunkBody(hunk)}${hunk.atEnd ? '*** End of File\n' : ''}`;
}

/** What chunks cannot say of a file's hunks; null when they can say it all. */
export function whyUnchunkable({ hunks, order }: Pick<Modification, 'hunks' | 'order'>): string | null {
  if (order === 'any' && hunks.length > 1) return 'hunks whose order is open';
  if (hunks.some((hunk) => hunk.oldEndsWithoutNewline || hunk.newEndsWithoutNewline))
    return 'a last line without a line end';
  if (hunks.some(isNumberedOnly)) return 'new lines that are placed by their line number alone';
  return null;
}

function isNumberedOnly(hunk: Hunk): boolean {
  return countsOf(hunk).old === 0 && hunk.anchors.length === 0 && !hunk.atEnd;
}
