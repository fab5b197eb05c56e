import { type Edit, RUNGS } from '../change.ts';
import { cappedEditFault } from '../faults/place-faults.ts';
import type { Bench } from './bench.ts';
import { createFile } from './create-file.ts';
import { deleteFile } from './delete-file.ts';
import { insertLines } from './insert-lines.ts';
import { type EditOutcome, faulty } from './outcome.ts';
import { replaceText } from './replace-text.ts';
import { rewriteFile } from './rewrite-file.ts';
import { writeFile } from './write-file.ts';

/** Applies one edit to what stands at its paths, by the rungs that policy allows. */
export function applyEdit(edit: Edit, bench: Bench): EditOutcome {
  const outcome = attempt(edit, bench);
  const rung = outcome.kind === 'done' ? outcome.rung : null;
  if (rung === null || RUNGS.indexOf(rung) <= RUNGS.indexOf(bench.loosest)) return outcome;
  return faulty(cappedEditFault(edit, rung, bench.loosest));
}

function attempt(edit: Edit, bench: Bench): EditOutcome {
  switch (edit.kind) {
    case 'create':
      return createFile(edit, bench);
    case 'delete':
      return deleteFile(edit, bench);
    case 'write':
      return writeFile(edit, bench);
    case 'replace':
      return replaceText(edit, bench);
    case 'insert':
      return insertLines(edit, bench);
    case 'modify':
    case 'copy':
      return rewriteFile(edit, bench);
  }
}
