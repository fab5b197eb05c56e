import { type Sha256, sha256 } from '../../../digest.ts';
import type { Path } from '../../../git.ts';
import { bytesOf, legible } from '../../bytes.ts';
import type { Edit, Hunk } from '../../change.ts';
import type { Fault } from '../../fault.ts';
import { faultOf } from '../../fault-of.ts';

/**
 * Faults for sections that stand twice in a diff, word for word: a text that was pasted or answered twice. Different
 * sections of one file are taken one after the other, as git does.
 */
export function repeatedSections(edits: readonly Edit[]): Fault[] {
  const times = new Map<Path, number>();
  for (const { path } of edits) times.set(path, (times.get(path) ?? 0) + 1);
  const seen = new Map<string, number>();
  return edits.flatMap((edit) => {
    // Most paths stand once, and their sections need not be compared with anything.
    if (times.get(edit.path) === 1) return [];
    const facts = digestOf(edit);
    const first = seen.get(facts);
    if (first !== undefined) return [repeated(edit, first)];
    seen.set(facts, edit.span.firstLine);
    return [];
  });
}

/** Two sections with the same digest do the same. Numbers in headers are hints and no facts. */
function digestOf(edit: Edit): Sha256 {
  const hunks: readonly Hunk[] = 'hunks' in edit ? edit.hunks : [];
  const { span: _, ...rest } = edit;
  return sha256(bytesOf(JSON.stringify({ ...rest, hunks: hunks.map(({ lines }) => lines) })));
}

function repeated(edit: Edit, firstLine: number): Fault {
  return faultOf(
    'malformed',
    {
      message: `The section of ${legible(edit.path)} at line ${edit.span.firstLine} of the patch stands at line ${firstLine} already.`,
      hint: 'Send each section once.',
    },
    { path: edit.path, patchLine: edit.span.firstLine },
  );
}
