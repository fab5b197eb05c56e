import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import {
  type Applied,
  type Change,
  type Edit,
  type FileChange,
  RUNGS,
  type Rung,
  type Snapshot,
  type Standing,
} from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';
import { boundFaults } from '../faults/bound-faults.ts';
import { isSensitive } from '../paths/path.ts';
import { newWork, type Work } from '../work.ts';
import { applyEdit, type EditOutcome } from './apply-edit.ts';
import { type Bench, foundAt, newBench, standingAt } from './bench.ts';
import { blocked } from './standing.ts';

/** Every path that a change names, sources of renames and copies included: what the snapshot has to be asked for. */
export function pathsOf(change: Change): Path[] {
  return [...new Set(change.edits.flatMap(pathsOfEdit))];
}

/**
 * Applies a change to a snapshot: all files as they become, or every fault of every file. Pure; the same arguments give
 * the same answer. `allowPaths` grants sensitive paths: exactly, or below a directory that is written with a final `/`.
 * @throws TypeError when the snapshot leaves out one of `pathsOf(change)` or a directory above one
 */
export function applyChange(
  change: Change,
  snapshot: Snapshot,
  options: { readonly allowPaths: readonly string[]; readonly work?: Work },
): Applied {
  const bench = newBench(change, snapshot, options.work ?? newWork());
  const faults = change.edits.flatMap((edit) => ungranted(edit, options.allowPaths));
  const rungs = new Map<Path, Rung>();
  for (const edit of change.edits) {
    const outcome = applyEdit(edit, bench);
    if (outcome.kind === 'faulty') faults.push(...outcome.faults);
    else take(edit, outcome, { bench, rungs });
  }
  const files = filesOf(bench);
  faults.push(...blocked(files, snapshot, firstLines(change.edits)));
  if (faults.length > 0) return { kind: 'faulty', faults: boundFaults(faults) };
  const differing = files.filter(differs);
  if (differing.length === 0) return { kind: 'faulty', faults: [nothingChanged(change)] };
  return { kind: 'applied', files: differing, rungs: [...rungs].map(([path, rung]) => ({ path, rung })) };
}

/** Puts what an edit made on the bench, for the edits after it. */
function take(
  edit: Edit,
  { becomes, rung }: Extract<EditOutcome, { kind: 'done' }>,
  { bench, rungs }: { readonly bench: Bench; readonly rungs: Map<Path, Rung> },
): void {
  const isNew = foundAt(bench, edit.path).kind !== 'file' || bench.renamed.has(edit.path);
  for (const { path, now } of becomes) bench.now.set(path, now);
  if (isNew) bench.created.add(edit.path);
  const before = rungs.get(edit.path) ?? 'exact';
  if (rung !== null) rungs.set(edit.path, RUNGS.indexOf(rung) > RUNGS.indexOf(before) ? rung : before);
}

/** Every path that an edit touched, as it stood before the patch and as it stands after. */
function filesOf(bench: Bench): FileChange[] {
  return [...bench.now].flatMap(([path, now]) => {
    const standing = standingAt(bench.base, path);
    const before = standing.kind === 'file' ? pickFile(standing) : null;
    const after = now.kind === 'file' ? { mode: now.mode, bytes: now.bytes } : null;
    return before === null && after === null ? [] : [{ path, before, after }];
  });
}

function pickFile({ mode, blob, bytes }: Extract<Standing, { kind: 'file' }>): FileChange['before'] {
  return { mode, blob, bytes };
}

function pathsOfEdit(edit: Edit): Path[] {
  const from = edit.kind === 'modify' || edit.kind === 'copy' ? edit.from : null;
  return from === null ? [edit.path] : [edit.path, from];
}

/** A copy only reads its source, so that one needs no grant. */
function ungranted(edit: Edit, allowed: readonly string[]): Fault[] {
  const touched = edit.kind === 'copy' ? [edit.path] : pathsOfEdit(edit);
  return touched
    .filter((path) => isSensitive(path) && !allowed.some((grant) => covers(grant, path)))
    .map((path) =>
      faultOf(
        'path_sensitive',
        {
          message: `${placeName(path, edit.span)} is a sensitive path: tools execute or obey what stands there.`,
          hint: 'Leave it out, or have an operator name it under allowPaths in the server policy.',
        },
        { path, patchLine: edit.span.firstLine },
      ),
    );
}

function covers(grant: string, path: Path): boolean {
  const plain = legible(path);
  return grant.endsWith('/') ? plain.startsWith(grant) : plain === grant;
}

function firstLines(edits: readonly Edit[]): Map<Path, number> {
  return new Map(edits.map(({ path, span }) => [path, span.firstLine]));
}

function differs({ before, after }: FileChange): boolean {
  if (before === null || after === null) return true;
  return before.mode !== after.mode || !Buffer.from(before.bytes).equals(after.bytes);
}

function nothingChanged(change: Change): Fault {
  const names = change.edits.map(({ path }) => legible(path)).join(', ');
  return faultOf('changes_nothing', {
    message: `The patch leaves everything as it is: ${names}.`,
    hint: 'Make the diff again from the current tree; if it is empty, the change is already there.',
  });
}
