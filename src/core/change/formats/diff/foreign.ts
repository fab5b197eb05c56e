import type { Fault } from '../../fault.ts';
import { faultOf } from '../../fault-of.ts';
import type { PatchLine } from '../patch-lines.ts';

/*
 * Diffs that are no unified ones. They are told from prose, so that none of them is passed over in silence. An ed script
 * has nothing but line numbers to place it by, and a normal diff no names. Source of the forms: GNU diffutils' manual.
 */
type Foreign = 'context diff' | 'normal diff' | 'ed script';

const NORMAL = /^\d{1,9}(?:,\d{1,9})?[acd]\d{1,9}(?:,\d{1,9})?$/;
const ED = /^\d{1,9}(?:,\d{1,9})?[acd]$/;

/** What begins at the line with this index. */
function foreignAt(lines: readonly PatchLine[], at: number): Foreign | null {
  const text = lines[at]?.text ?? '';
  const next = lines[at + 1]?.text ?? '';
  if (/^\*{7,}(?: |$)/.test(text) && /^\*\*\* \d/.test(next)) return 'context diff';
  if (NORMAL.test(text) && /^[<>] /.test(next)) return 'normal diff';
  return null;
}

/** `*** old`, `--- new` and a row of stars, as a context diff names a file; or the first hunk of a normal diff. */
export function startsForeignFile(lines: readonly PatchLine[], at: number): boolean {
  const [old, now] = [lines[at]?.text ?? '', lines[at + 1]?.text ?? ''];
  if (old.startsWith('*** ') && now.startsWith('--- ')) return foreignAt(lines, at + 2) !== null;
  return foreignAt(lines, at) !== null;
}

/** A fault for a hunk of another kind of diff at the line with this index; null when there is none. */
export function foreignFault(lines: readonly PatchLine[], at: number): Fault | null {
  const foreign = foreignAt(lines, at);
  return foreign === null ? null : fault(foreign, at + 1);
}

/** The same for a text that has no other form at all, where an ed script can be told as well. */
export function foreignText(lines: readonly PatchLine[]): Fault | null {
  const other = lines.findIndex((_, at) => foreignAt(lines, at) !== null);
  if (other >= 0) return foreignFault(lines, other);
  const ed = lines.findIndex(({ text }) => ED.test(text));
  if (ed < 0) return null;
  const complete = lines[ed]?.text.endsWith('d') || lines.some(({ text }) => text === '.');
  return complete ? fault('ed script', ed + 1) : null;
}

function fault(form: Foreign, line: number): Fault {
  const an = form === 'ed script' ? 'an' : 'a';
  return faultOf(
    'unknown_format',
    {
      message: `Line ${line} of the patch begins ${an} ${form}; expected a unified diff.`,
      hint: 'Make the diff again with "git diff" or "diff -u".',
    },
    { patchLine: line },
  );
}
