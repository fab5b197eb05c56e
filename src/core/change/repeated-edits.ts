import { type Sha256, sha256 } from '../digest.ts';
import type { Path } from '../git.ts';
import { bytesOf, legible } from './bytes.ts';
import type { Change, Edit, Hunk, Parsed } from './change.ts';
import type { Fault } from './fault.ts';
import { faultOf } from './fault-of.ts';
import { boundFaults } from './faults/bound-faults.ts';
import { sideLines } from './hunk-sides.ts';
import { newWork, spend, type Work } from './work.ts';

/** The change, unless it says the same twice: a text that was pasted, or an answer that was given, once more. */
export function unrepeated(parsed: Parsed): Parsed {
  const faults = parsed.kind === 'change' ? repeatedEdits(parsed.change) : [];
  return faults.length > 0 ? { kind: 'faulty', faults: boundFaults(faults) } : parsed;
}

/**
 * Faults for edits of one file that do the same as an earlier one, and for those that add the same lines where the earlier
 * one may have added them. Different edits of one file are taken one after the other, as git does.
 */
function repeatedEdits({ edits }: Pick<Change, 'edits'>): Fault[] {
  const times = new Map<Path, number>();
  for (const { path } of edits) times.set(path, (times.get(path) ?? 0) + 1);
  const seen = new Map<Sha256, number>();
  const added = new Map<Sha256, Adding[]>();
  const work = newWork(COMPARISONS);
  return edits.flatMap((edit) => {
    // Most paths stand once, and their edits need not be compared with anything.
    if (times.get(edit.path) === 1) return [];
    const facts = digestOf(edit);
    const first = seen.get(facts);
    if (first !== undefined) return [repeated(edit, first)];
    seen.set(facts, edit.span.firstLine);
    const fault = repeatedAdding(edit, added, work);
    return fault === null ? [] : [fault];
  });
}

/** Lines compared at most; of what is left only exact repetitions are found. */
const COMPARISONS = 1_000_000;

/** Two edits with the same digest do the same. Numbers in headers are hints and no facts, and so is a final line end. */
function digestOf(edit: Edit): Sha256 {
  const { span: _, ...rest } = edit;
  const hunks: readonly Hunk[] = 'hunks' in edit ? edit.hunks : [];
  const plain = edit.kind === 'insert' ? { text: bare(edit.text), anchor: bare(edit.anchor) } : {};
  const facts = { ...rest, ...plain, hunks: hunks.map(({ lines }) => lines) };
  return sha256(bytesOf(JSON.stringify(facts)));
}

function bare(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n$/, '');
}

/** A hunk that adds lines, of an edit that began at this line of the patch. */
interface Adding {
  readonly old: readonly string[];
  readonly edit: Edit;
  readonly line: number;
}

function repeatedAdding(edit: Edit, added: Map<Sha256, Adding[]>, work: Work): Fault | null {
  if (edit.kind !== 'modify') return null;
  for (const hunk of edit.hunks) {
    const fresh = hunk.lines.flatMap(({ kind, text }) => (kind === 'added' ? [text.trimEnd()] : []));
    if (!fresh.some((text) => /\w/.test(text))) continue;
    const key = sha256(bytesOf(JSON.stringify([edit.path, hunk.anchors, fresh])));
    const like = added.get(key) ?? [];
    added.set(key, like);
    const old = sideLines(hunk, 'old').map(({ text }) => text.trimEnd());
    const first = like.find((one) => one.edit !== edit && mayLieOn(one.old, old, work));
    if (first !== undefined) return addedTwice(edit, hunk, first);
    like.push({ old, edit, line: hunk.span.firstLine });
  }
  return null;
}

/** Whether two runs of lines may be parts of one stretch of a file: they agree wherever one lies on the other, in a word at least. */
function mayLieOn(one: readonly string[], other: readonly string[], work: Work): boolean {
  return liesOn(one, other, work) || liesOn(other, one, work);
}

/** The first line of `upper` is above or on the first one of `lower`. */
function liesOn(upper: readonly string[], lower: readonly string[], work: Work): boolean {
  return upper.some((line, start) => {
    if (!spend(work, 1) || line !== lower[0]) return false;
    const common = upper.slice(start, start + lower.length);
    if (!spend(work, common.length)) return false;
    return common.every((text, at) => text === lower[at]) && common.some((text) => /\w/.test(text));
  });
}

function repeated(edit: Edit, firstLine: number): Fault {
  const what = 'hunks' in edit ? 'section' : 'edit';
  return faultOf(
    'malformed',
    {
      message: `The ${what} of ${legible(edit.path)} at line ${edit.span.firstLine} of the patch stands at line ${firstLine} already.`,
      hint: `Send each ${what} once.`,
    },
    { path: edit.path, patchLine: edit.span.firstLine },
  );
}

function addedTwice({ path }: Edit, { span }: Hunk, first: Adding): Fault {
  return faultOf(
    'malformed',
    {
      message: `Line ${span.firstLine} of the patch adds the same lines to ${legible(path)} as line ${first.line}, and what stands around them may be the same place.`,
      hint: 'Send each change once. If both are meant, put them into one section of the file, with more lines around them.',
    },
    { path, patchLine: span.firstLine },
  );
}
