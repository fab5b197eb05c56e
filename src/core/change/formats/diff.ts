import type { Parsed } from '../change.ts';
import { boundFaults } from '../faults/bound-faults.ts';
import { readDiff } from './diff-text.ts';
import type { Passage } from './passage.ts';
import { patchLines } from './patch-lines.ts';
import { refused } from './refused.ts';

/** Reads a diff, git's or plain, bare or in a mail, with prose around it. */
export function readAnyDiff(passages: readonly Passage[]): Parsed {
  const diff = readDiff(patchLines(passages[0]?.text ?? ''));
  if (diff.faults.length > 0) return { kind: 'faulty', faults: boundFaults(diff.faults) };
  if (diff.edits.length === 0) {
    return refused(
      'empty_patch',
      'The text changes no file: no header of a file is in it.',
      'Send a unified diff, a git diff or another form; docs/formats.md shows each.',
    );
  }
  const { edits, notes, title } = diff;
  const format = diff.headers === 'git' ? 'git-diff' : 'unified-diff';
  return {
    kind: 'change',
    change: { format, title, externalId: null, edits, notes, mail: null, checks: [] },
  };
}
