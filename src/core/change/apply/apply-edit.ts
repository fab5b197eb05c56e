import type { FileMode, Path } from '../../git.ts';
import { bytesOf, latin1 } from '../bytes.ts';
import type { Copy, Deletion, Edit, Modification, Replacement, Rung, Writing } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';
import { contentFault, patternFault } from '../faults/content-faults.ts';
import { targetRefused } from '../faults/target-refused.ts';
import { sideBytes, sideLines } from '../hunk-sides.ts';
import { whyTargetRefused } from '../paths/symlink-target.ts';
import { replaceOnce } from '../place/replace-text.ts';
import { type Bench, type Current, foundAt } from './bench.ts';
import { fitHunks } from './fit-hunks.ts';
import { type FoundFile, modeFault, occupied, sourceOf } from './standing.ts';

/** What an edit makes of its paths, on top of what the edits before it made. */
export type EditOutcome =
  | { readonly kind: 'done'; readonly becomes: readonly Becoming[]; readonly rung: Rung | null }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

export interface Becoming {
  readonly path: Path;
  readonly now: Current;
}

/** Applies one edit to what stands at its paths. */
export function applyEdit(edit: Edit, bench: Bench): EditOutcome {
  switch (edit.kind) {
    case 'create':
      return created(edit, edit.content, { mode: edit.mode, bench });
    case 'delete':
      return deleted(edit, bench);
    case 'write':
      return written(edit, bench);
    case 'replace':
      return replaced(edit, bench);
    case 'insert':
      return faulty(
        faultOf('unsupported', { message: 'Insertions are not applied yet.', hint: 'Send a diff.' }),
      );
    case 'modify':
    case 'copy':
      return isLateCreation(edit, bench)
        ? created(edit, edit.hunks.flatMap((hunk) => sideBytes(hunk, 'new')).join(''), {
            mode: '100644',
            bench,
          })
        : rewritten(edit, bench);
  }
}

/** A plain diff may name a file on both sides that does not exist yet, with `@@ -0,0` to say so. git reads it so too. */
function isLateCreation(edit: Modification | Copy, bench: Bench): boolean {
  const [hunk, second] = edit.hunks;
  return (
    bench.format === 'unified-diff' &&
    hunk !== undefined &&
    second === undefined &&
    hunk.oldStart === 0 &&
    hunk.countsAgree &&
    sideLines(hunk, 'old').length === 0 &&
    foundAt(bench, edit.path).kind === 'absent'
  );
}

function created(
  edit: Edit,
  content: string,
  to: { readonly mode: FileMode; readonly bench: Bench },
): EditOutcome {
  const fault = occupied(to.bench, edit, content);
  if (fault !== null) return faulty(fault);
  return done(edit.path, { kind: 'file', mode: to.mode, bytes: bytesOf(content) }, null);
}

function deleted(edit: Deletion, bench: Bench): EditOutcome {
  const source = sourceOf(bench, edit.path, edit);
  if ('code' in source) return faulty(source);
  if (edit.oldMode !== null && edit.oldMode !== source.mode) {
    return faulty(modeFault(edit, edit.path, { got: source.mode, expected: edit.oldMode }));
  }
  const [got, shown] = [latin1(source.bytes), edit.content];
  if (shown === null) return done(edit.path, { kind: 'gone' }, null);
  if (got === shown) return done(edit.path, { kind: 'gone' }, 'exact');
  if (got.replaceAll('\r\n', '\n') === shown.replaceAll('\r\n', '\n'))
    return done(edit.path, { kind: 'gone' }, 'line-ends');
  return faulty(contentFault(edit, got, shown));
}

function written(edit: Writing, bench: Bench): EditOutcome {
  const found = foundAt(bench, edit.path);
  const bytes = bytesOf(edit.content);
  if (found.kind !== 'file') return created(edit, edit.content, { mode: edit.mode ?? '100644', bench });
  if (found.mode === '120000' && edit.mode === null) {
    return faulty(modeFault(edit, edit.path, { got: found.mode, expected: 'a regular file' }));
  }
  return done(edit.path, { kind: 'file', mode: edit.mode ?? found.mode, bytes }, null);
}

function replaced(edit: Replacement, bench: Bench): EditOutcome {
  const source = sourceOf(bench, edit.path, edit);
  if ('code' in source) return faulty(source);
  if (source.mode === '120000') {
    return faulty(modeFault(edit, edit.path, { got: source.mode, expected: 'a regular file' }));
  }
  const text = latin1(source.bytes);
  const outcome = replaceOnce(text, edit.pattern, edit.replacement);
  if (outcome.kind !== 'replaced') return faulty(patternFault(edit, { text, outcome }, bench.room));
  return done(edit.path, { kind: 'file', mode: source.mode, bytes: bytesOf(outcome.text) }, outcome.rung);
}

function rewritten(edit: Modification | Copy, bench: Bench): EditOutcome {
  const from = edit.from ?? edit.path;
  const source = sourceOf(bench, from, edit);
  if ('code' in source) return faulty(source);
  const faults: Fault[] = [];
  if (edit.from !== null) faults.push(...present(occupied(bench, edit, null)));
  if (edit.kind === 'modify' && edit.from !== null)
    faults.push(...present(movedTwice(edit, edit.from, bench)));
  const expected = expectedMode(edit, source.mode);
  if (expected !== null) faults.push(modeFault(edit, from, { got: source.mode, expected }));
  if (faults.length > 0) return faulty(...faults);
  return refilled(edit, source, bench);
}

/** The lines of a renamed file are those from before the patch, so another edit of them would be lost. */
function movedTwice(edit: Modification, from: Path, bench: Bench): Fault | null {
  const before = bench.now.get(from);
  if (before === undefined) return null;
  if (before.kind === 'file' && bench.created.has(from)) return null;
  return faultOf(
    'malformed',
    {
      message: `${placeName(from, edit.span)} is renamed, and changed or taken away by an earlier section.`,
      hint: 'Put all that happens to the file under the section that renames it.',
    },
    { path: from, patchLine: edit.span.firstLine },
  );
}

function refilled(edit: Modification | Copy, source: FoundFile, bench: Bench): EditOutcome {
  const text = latin1(source.bytes);
  const fit =
    edit.hunks.length === 0
      ? ({ kind: 'fits', text, rung: null } as const)
      : fitHunks({ path: edit.from ?? edit.path, text, hunks: edit.hunks }, bench.work, bench.room);
  if (fit.kind === 'faulty') return fit;
  const mode = edit.newMode ?? source.mode;
  const target = mode === '120000' ? targetFault(edit, fit.text) : null;
  if (target !== null) return faulty(target);
  const fresh = { path: edit.path, now: { kind: 'file', mode, bytes: bytesOf(fit.text) } } as const;
  const vacated = edit.kind === 'modify' && edit.from !== null && !bench.now.has(edit.from);
  const becomes = vacated ? [{ path: edit.from, now: { kind: 'gone' } } as const, fresh] : [fresh];
  return { kind: 'done', becomes, rung: fit.rung };
}

/** What the mode should have been; null when it is fine. Lines of a link are its target, so a diff must know of it. */
function expectedMode(edit: Modification | Copy, got: FileMode): string | null {
  const oldMode = edit.kind === 'modify' ? edit.oldMode : null;
  if (oldMode !== null) return oldMode === got ? null : oldMode;
  const blind = got === '120000' && edit.hunks.length > 0;
  const retyped = edit.newMode !== null && (edit.newMode === '120000') !== (got === '120000');
  return blind || retyped ? 'a regular file' : null;
}

function targetFault(edit: Edit, target: string): Fault | null {
  const why = whyTargetRefused(target, edit.path);
  return why === null ? null : targetRefused(edit.path, { target, why, line: edit.span.firstLine });
}

function present(fault: Fault | null): Fault[] {
  return fault === null ? [] : [fault];
}

function done(path: Path, now: Current, rung: Rung | null): EditOutcome {
  return { kind: 'done', becomes: [{ path, now }], rung };
}

function faulty(...faults: readonly Fault[]): EditOutcome {
  return { kind: 'faulty', faults };
}
