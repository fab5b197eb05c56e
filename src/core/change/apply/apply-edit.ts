import type { FileMode, Path } from '../../git.ts';
import { bytesOf, latin1 } from '../bytes.ts';
import type { Edit, FileChange, Format, Rung, Snapshot } from '../change.ts';
import type { Fault } from '../fault.ts';
import { Faulty } from '../fault-of.ts';
import { contentFault, patternFault } from '../faults/content-faults.ts';
import type { Clinic } from '../faults/diagnose.ts';
import { checkTarget } from '../formats/diff/section.ts';
import { sideBytes, sideLines } from '../hunk-sides.ts';
import { replaceOnce } from '../place/replace-text.ts';
import type { Work } from '../work.ts';
import { fitHunks } from './fit-hunks.ts';
import { modeFault, occupied, type StandingFile, sourceOf, standingAt } from './standing.ts';

/** What all edits of one patch share while they are applied. */
export interface Bench {
  readonly snapshot: Snapshot;
  readonly format: Format;
  /** What the whole patch takes away. */
  readonly leaving: ReadonlySet<Path>;
  readonly work: Work;
  readonly room: Clinic;
}

export type EditOutcome =
  | { readonly kind: 'done'; readonly files: readonly FileChange[]; readonly rung: Rung | null }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

type Moved = Extract<Edit, { kind: 'modify' | 'copy' }>;

/** Applies one edit to what stands at its paths. */
export function applyEdit(edit: Edit, bench: Bench): EditOutcome {
  switch (edit.kind) {
    case 'create':
      return created(edit, edit.content, { mode: edit.mode, bench });
    case 'delete':
      return deleted(edit, bench);
    case 'exchange':
      return exchanged(edit, bench);
    case 'replace':
      return replaced(edit, bench);
    case 'modify':
    case 'copy':
      return isLateCreation(edit, bench)
        ? created(edit, edit.hunks.flatMap((hunk) => sideBytes(hunk, 'new')).join(''), {
            mode: '100644',
            bench,
          })
        : modified(edit, bench);
  }
}

/** A plain diff may name a file on both sides that does not exist yet, with `@@ -0,0` to say so. git reads it so too. */
function isLateCreation(edit: Moved, bench: Bench): boolean {
  const [hunk, second] = edit.hunks;
  return (
    bench.format === 'unified-diff' &&
    hunk !== undefined &&
    second === undefined &&
    hunk.oldStart === 0 &&
    hunk.countsAgree &&
    sideLines(hunk, 'old').length === 0 &&
    standingAt(bench.snapshot, edit.path).kind === 'absent'
  );
}

function created(
  edit: Edit,
  content: string,
  to: { readonly mode: FileMode; readonly bench: Bench },
): EditOutcome {
  const fault = occupied(to.bench, edit, content);
  if (fault !== null) return faulty(fault);
  return done([{ path: edit.path, before: null, after: { mode: to.mode, bytes: bytesOf(content) } }], null);
}

function deleted(edit: Extract<Edit, { kind: 'delete' }>, bench: Bench): EditOutcome {
  const source = sourceOf(bench.snapshot, edit.path, edit);
  if ('code' in source) return faulty(source);
  if (edit.oldMode !== null && edit.oldMode !== source.mode) {
    return faulty(modeFault(edit, edit.path, { got: source.mode, expected: edit.oldMode }));
  }
  const [got, shown] = [latin1(source.bytes), edit.content ?? ''];
  const file = { path: edit.path, before: beforeOf(source), after: null };
  if (got === shown) return done([file], 'exact');
  if (got.replaceAll('\r\n', '\n') === shown.replaceAll('\r\n', '\n')) return done([file], 'line-ends');
  return faulty(contentFault(edit, got, shown));
}

function exchanged(edit: Extract<Edit, { kind: 'exchange' }>, bench: Bench): EditOutcome {
  const gone = deleted(edit.deletion, bench);
  if (gone.kind === 'faulty') return gone;
  const { mode, content } = edit.creation;
  const after = { mode, bytes: bytesOf(content) };
  return done(
    gone.files.map((file) => ({ ...file, after })),
    gone.rung,
  );
}

function replaced(edit: Extract<Edit, { kind: 'replace' }>, bench: Bench): EditOutcome {
  const source = sourceOf(bench.snapshot, edit.path, edit);
  if ('code' in source) return faulty(source);
  if (source.mode === '120000') {
    return faulty(modeFault(edit, edit.path, { got: source.mode, expected: 'a regular file' }));
  }
  const text = latin1(source.bytes);
  const outcome = replaceOnce(text, edit.pattern, edit.replacement);
  if (outcome.kind !== 'replaced') return faulty(patternFault(edit, { text, outcome }, bench.room));
  const after = { mode: source.mode, bytes: bytesOf(outcome.text) };
  return done([{ path: edit.path, before: beforeOf(source), after }], outcome.rung);
}

function modified(edit: Moved, bench: Bench): EditOutcome {
  const from = edit.from ?? edit.path;
  const source = sourceOf(bench.snapshot, from, edit);
  if ('code' in source) return faulty(source);
  const faults: Fault[] = [];
  if (edit.from !== null) faults.push(...present(occupied(bench, edit, null)));
  const expected = expectedMode(edit, source.mode);
  if (expected !== null) faults.push(modeFault(edit, from, { got: source.mode, expected }));
  if (faults.length > 0) return faulty(...faults);
  const text = latin1(source.bytes);
  const fit =
    edit.hunks.length === 0
      ? ({ kind: 'fits', text, rung: null } as const)
      : fitHunks({ path: from, text, hunks: edit.hunks }, bench.work, bench.room);
  if (fit.kind === 'faulty') return fit;
  const after = { mode: edit.newMode ?? source.mode, bytes: bytesOf(fit.text) };
  const target = after.mode === '120000' ? targetFault(edit, fit.text) : null;
  if (target !== null) return faulty(target);
  return done(filesOf(edit, source, after), fit.rung);
}

/** What the mode should have been; null when it is fine. Lines of a link are its target, so a diff must know of it. */
function expectedMode(edit: Moved, got: FileMode): string | null {
  const oldMode = edit.kind === 'modify' ? edit.oldMode : null;
  if (oldMode !== null) return oldMode === got ? null : oldMode;
  const blind = got === '120000' && edit.hunks.length > 0;
  const retyped = edit.newMode !== null && (edit.newMode === '120000') !== (got === '120000');
  return blind || retyped ? 'a regular file' : null;
}

function filesOf(edit: Moved, source: StandingFile, after: NonNullable<FileChange['after']>): FileChange[] {
  const from = edit.from;
  if (from === null) return [{ path: edit.path, before: beforeOf(source), after }];
  const fresh = { path: edit.path, before: null, after };
  if (edit.kind === 'copy') return [fresh];
  return [{ path: from, before: beforeOf(source), after: null }, fresh];
}

function targetFault(edit: Moved, target: string): Fault | null {
  try {
    checkTarget(edit.path, target, edit.span.firstLine);
    return null;
  } catch (error) {
    if (error instanceof Faulty) return error.fault;
    throw error;
  }
}

function beforeOf(source: StandingFile): NonNullable<FileChange['before']> {
  const { mode, blob, bytes } = source;
  return { mode, blob, bytes };
}

function present(fault: Fault | null): Fault[] {
  return fault === null ? [] : [fault];
}

function done(files: readonly FileChange[], rung: Rung | null): EditOutcome {
  return { kind: 'done', files, rung };
}

function faulty(...faults: readonly Fault[]): EditOutcome {
  return { kind: 'faulty', faults };
}
