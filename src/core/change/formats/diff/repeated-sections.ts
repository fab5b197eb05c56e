import type { Path } from '../../../git.ts';
import { legible } from '../../bytes.ts';
import type { Edit, Hunk } from '../../change.ts';
import type { Fault } from '../../fault.ts';
import { faultOf } from '../../fault-of.ts';

/**
 * Faults for sections that stand twice in a diff, word for word: a text that was pasted or answered twice. Different
 * sections of one file are taken one after the other, as git does.
 */
export function repeatedSections(edits: readonly Edit[]): Fault[] {
  const seen = new Map<Path, { readonly line: number; readonly facts: string }[]>();
  return edits.flatMap((edit) => {
    const facts = factsOf(edit);
    const same = seen.get(edit.path) ?? [];
    const first = same.find((one) => one.facts === facts);
    seen.set(edit.path, [...same, { line: edit.span.firstLine, facts }]);
    return first === undefined ? [] : [repeated(edit, first.line)];
  });
}

/** Two sections with the same facts do the same. Numbers in headers are hints and no facts. */
function factsOf(edit: Edit): string {
  const hunks: readonly Hunk[] = 'hunks' in edit ? edit.hunks : [];
  const { span: _, ...rest } = edit;
  return JSON.stringify({ ...rest, hunks: hunks.map(({ lines }) => lines) });
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
