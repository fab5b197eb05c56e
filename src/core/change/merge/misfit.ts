import type { Path } from '../../git.ts';
import { withNumbersSettled } from '../apply/line-numbers.ts';
import { latin1 } from '../bytes.ts';
import type { Change, Copy, Edit, Modification, Snapshot } from '../change.ts';
import type { Fault, FaultCode } from '../fault.ts';
import { fileLines } from '../file-lines.ts';
import { place } from '../place/place.ts';
import { splice } from '../place/splice.ts';
import { newWork } from '../work.ts';

/** An edit whose hunks could not be placed in the file as it is now. */
export interface Misfit {
  readonly edit: Modification | Copy;
  /** The file that the hunks are for. */
  readonly path: Path;
  readonly own: Uint8Array;
}

/** Faults of hunks that another version of the file may not have. */
const OF_PLACEMENT: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'hunk_not_found',
  'hunk_ambiguous',
  'hunk_already_applied',
  'hunks_out_of_order',
]);

/** The edits that did not fit, in the order of the patch. */
export function misfitsOf(change: Change, snapshot: Snapshot, faults: readonly Fault[]): readonly Misfit[] {
  const placement = faults.filter(({ code }) => OF_PLACEMENT.has(code));
  return change.edits.flatMap((edit) => {
    if (!isRewriting(edit) || !placement.some((fault) => isAbout(fault, edit))) return [];
    const path = edit.from ?? edit.path;
    const standing = snapshot.get(path);
    return standing?.kind === 'file' && standing.mode !== '120000'
      ? [{ edit, path, own: standing.bytes }]
      : [];
  });
}

/** Whether a fault of a hunk is about this edit. */
export function isAbout(fault: Fault, edit: Edit): boolean {
  const { patchLine, code } = fault;
  const { firstLine, lastLine } = edit.span;
  return OF_PLACEMENT.has(code) && patchLine !== null && firstLine <= patchLine && patchLine <= lastLine;
}

function isRewriting(edit: Edit): edit is Modification | Copy {
  return (edit.kind === 'modify' || edit.kind === 'copy') && edit.hunks.length > 0;
}

/** Text as latin1, and the line (index) at which each hunk starts in the version that it was made from. */
export type Patched =
  | { readonly kind: 'patched'; readonly text: string; readonly starts: readonly number[] }
  | { readonly kind: 'misfit' };

/** The hunks put into the version that they say they were made from, where they have to fit byte by byte. */
export function patchPreimage({ edit }: Misfit, preimage: Uint8Array): Patched {
  const lines = fileLines(latin1(preimage));
  const hunks = withNumbersSettled(edit.hunks, lines);
  const placed = place(hunks, lines, {
    work: newWork(),
    order: edit.order,
    loosest: 'exact',
    base: 'known',
  });
  if (placed.kind !== 'placed') return { kind: 'misfit' };
  const starts = placed.sites.map(({ start }) => start);
  return { kind: 'patched', text: splice(lines, hunks, placed.sites), starts };
}
