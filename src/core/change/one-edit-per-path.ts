import type { Path } from '../git.ts';
import { legible } from './bytes.ts';
import type { Edit, Span } from './change.ts';
import type { Fault } from './fault.ts';
import { faultOf } from './fault-of.ts';

/**
 * Faults for every path that two edits claim. A rename claims its source too; a copy only reads it, as it was before
 * the patch.
 */
export function doubleClaims(edits: readonly Edit[]): Fault[] {
  const claimed = new Map<Path, Span>();
  const faults: Fault[] = [];
  for (const edit of edits) {
    for (const path of claims(edit)) {
      const first = claimed.get(path);
      if (first === undefined) claimed.set(path, edit.span);
      else faults.push(claimedTwice(path, first, edit.span));
    }
  }
  return faults;
}

function claims(edit: Edit): Path[] {
  return edit.kind === 'modify' && edit.from !== null ? [edit.path, edit.from] : [edit.path];
}

function claimedTwice(path: Path, first: Span, second: Span): Fault {
  return faultOf(
    'malformed',
    {
      message: `${legible(path)} is changed by two sections, at lines ${first.firstLine} and ${second.firstLine} of the patch; expected one.`,
      hint: 'Put all hunks of a file under one header, in the order of the file.',
    },
    { path, patchLine: second.firstLine },
  );
}
