import { utf8 } from '../bytes.ts';
import { Faulty, malformed } from '../fault-of.ts';
import type { PathlessEdit } from './data/pathless-edit.ts';
import { type Field, type Reading, textOf } from './data/reading.ts';
import { patchLines } from './patch-lines.ts';
import { readChunks } from './v4a-chunks.ts';

const HINT =
  'A diff here has no header: lines behind a space, - or +, each place in the file begun by an @@ line.';

/** A file's update by a diff in V4A without headers, as a member of a JSON form holds it. Null with a fault. */
export function updateOf(diff: Field, reading: Reading): PathlessEdit | null {
  const text = textOf(diff, { empty: 'not empty', hint: HINT }, reading);
  if (text === null) return null;
  try {
    const { hunks, notes } = readChunks(patchLines(utf8(text)), 1);
    for (const note of notes) reading.note(`${diff.at}: ${note}`);
    if (hunks.length === 0) throw malformed(1, 'The diff has no lines.', HINT);
    // In the patch text the whole diff is one string, on one line.
    const placed = hunks.map((hunk) => ({ ...hunk, span: reading.span(diff.span) }));
    const rest = { from: null, oldMode: null, newMode: null, binary: null, preimage: null } as const;
    return { kind: 'modify', hunks: placed, order: 'ordered', ...rest };
  } catch (error) {
    if (!(error instanceof Faulty)) throw error;
    const message = `Field ${diff.at}, lines counted from its beginning: ${error.fault.message}`;
    reading.fault(error.fault.code, diff, { message, hint: error.fault.hint });
    return null;
  }
}
