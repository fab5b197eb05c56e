import { type Edit, RUNGS } from '../change.ts';
import type { Fault, FaultCode } from '../fault.ts';
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
  if (outcome.kind === 'faulty')
    return faulty(...outcome.faults.map((fault) => afterOthers(fault, edit, bench)));
  const { rung } = outcome;
  if (rung === null || RUNGS.indexOf(rung) <= RUNGS.indexOf(bench.loosest)) return outcome;
  return faulty(cappedEditFault(edit, rung, bench.loosest));
}

const OF_LINES: ReadonlySet<FaultCode> = new Set<FaultCode>([
  ...(['hunk_not_found', 'hunk_ambiguous', 'hunk_already_applied', 'hunks_out_of_order'] as const),
  ...(['pattern_not_found', 'pattern_ambiguous', 'content_differs'] as const),
]);

/** Lines that an edit before has changed are not those that the author sees in the file. */
function afterOthers(fault: Fault, edit: Edit, bench: Bench): Fault {
  const line = bench.lines.get(edit.path);
  if (line === undefined || fault.path !== edit.path || !OF_LINES.has(fault.code)) return fault;
  const changed = `Line ${line} of the patch has changed this file before, and its lines are told as they are after that.`;
  return { ...fault, message: `${fault.message} ${changed}` };
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
