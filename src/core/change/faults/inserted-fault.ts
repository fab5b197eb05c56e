import type { Insertion } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';

/** An insertion of lines that stand already where it would put them. `line` counts from 1. */
export function insertedFault(edit: Insertion, line: number): Fault {
  return faultOf(
    'hunk_already_applied',
    {
      message: `${placeName(edit.path, edit.span)} would put lines right beside the same ones, which stand at line ${line}, so it may have been applied before.`,
      hint: 'Leave this edit out if the change is there; otherwise replace the lines around the place, with the new ones among them.',
    },
    { path: edit.path, patchLine: edit.span.firstLine, candidates: [line] },
  );
}
