import type { Fault } from '../../fault.ts';
import { faultOf } from '../../fault-of.ts';
import type { Passage } from '../passage.ts';
import type { PatchLine } from '../patch-lines.ts';
import type { Marked } from './marks.ts';
import { type Enclosure, isTaggedDiff, type Scan } from './scan.ts';

/** What fence and heredoc an author has to close, in words. */
const CLOSING = { fence: 'the same signs', heredoc: 'the word behind <<' } as const;

/** The stretches of a text that hold one form: fences and heredocs with a mark of it, and what stands between those. */
export function passagesWith(form: Marked, scan: Scan): readonly Passage[] {
  const marks = scan.marks.filter((mark) => mark.form === form);
  const holders = new Set(marks.map((mark) => mark.inside));
  const passages: Passage[] = [];
  let from = 0;
  let bare = false;
  let last: Enclosure | null = null;
  for (const mark of marks) {
    // A heredoc in a fence that holds the form beside it, too, has to be read with what stands around it.
    const outer = mark.inside?.within ?? null;
    const enclosure = outer !== null && holders.has(outer) ? outer : mark.inside;
    bare ||= enclosure === null;
    if (enclosure === null || enclosure === last) continue;
    if (bare) passages.push(cut(scan, from, enclosure.open));
    passages.push(inside(scan, enclosure));
    from = (enclosure.close ?? scan.lines.length) + 1;
    bare = false;
    last = enclosure;
  }
  return bare ? [...passages, cut(scan, from, scan.lines.length)] : passages;
}

/** The content of a fence or heredoc; of one that is not closed, what stands above the line with index `limit`. */
export function inside(scan: Scan, enclosure: Enclosure, limit = scan.lines.length): Passage {
  const passage = cut(scan, enclosure.open + 1, enclosure.close ?? limit);
  return { ...passage, name: enclosure.name.kind === 'name' ? enclosure.name.name : null };
}

/** The whole text, with what stands in indented fences moved to the left. */
export function whole(scan: Scan): Passage {
  return cut(scan, 0, scan.lines.length);
}

function cut(scan: Scan, from: number, end: number): Passage {
  return { text: textOf(scan.lines.slice(from, end)), firstLine: from + 1, name: null };
}

/** Lines as the text that they were. */
export function textOf(lines: readonly PatchLine[]): string {
  return lines.map(({ text, eol }) => text + eol).join('');
}

/** One fault for each fence or heredoc around a form that the text ends in: the end of what it holds is not known. */
export function unclosedFaults(enclosures: readonly Enclosure[]): Fault[] {
  return enclosures
    .filter(({ close }) => close === null)
    .map(({ kind, open }) =>
      faultOf(
        'malformed',
        {
          message: `The ${kind} that line ${open + 1} of the patch opens is never closed, so its end may be missing.`,
          hint: `Send the text whole, with ${CLOSING[kind]} on a line of their own below it.`,
        },
        { patchLine: open + 1 },
      ),
    );
}

/** Such fences in which no line begins a form. */
export function taggedDiffs(scan: Scan): readonly Enclosure[] {
  const holding = new Set(scan.marks.flatMap(({ inside: enclosure }) => [enclosure, enclosure?.within]));
  return scan.enclosures.filter((enclosure) => isTaggedDiff(enclosure) && !holding.has(enclosure));
}

/** Lines with marks and no header would be lost in silence, or taken for a file of their own. */
export function headlessFaults(scan: Scan): Fault[] {
  return taggedDiffs(scan).map(({ open }) =>
    faultOf(
      'malformed',
      {
        message: `The fence at line ${open + 1} of the patch is tagged as a diff, but no "---" and "+++" lines in it name the file.`,
        hint: 'Put the "--- a/FILE" and "+++ b/FILE" lines above the changed lines.',
      },
      { patchLine: open + 1 },
    ),
  );
}
