import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import type { Applied, Change, Edit, FileChange, Snapshot } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';
import { boundFaults } from '../faults/bound-faults.ts';
import { clinic } from '../faults/diagnose.ts';
import { isSensitive } from '../paths/path.ts';
import { newWork, type Work } from '../work.ts';
import { applyEdit, type EditOutcome } from './apply-edit.ts';
import { leavingPaths } from './remaining.ts';
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
  const bench = {
    snapshot,
    format: change.format,
    leaving: leavingPaths(change.edits),
    work: options.work ?? newWork(),
    room: clinic(snapshot),
  };
  const outcomes = change.edits.map((edit) => applyEdit(edit, bench));
  const files = outcomes.flatMap((outcome) => (outcome.kind === 'done' ? outcome.files : []));
  const faults = [
    ...change.edits.flatMap((edit) => ungranted(edit, options.allowPaths)),
    ...outcomes.flatMap((outcome) => (outcome.kind === 'faulty' ? outcome.faults : [])),
    ...blocked(files, snapshot, firstLines(change.edits)),
  ];
  if (faults.length > 0) return { kind: 'faulty', faults: boundFaults(faults) };
  const differing = files.filter(differs);
  if (differing.length === 0) return { kind: 'faulty', faults: [nothingChanged(change)] };
  return { kind: 'applied', files: differing, rungs: rungsOf(change.edits, outcomes) };
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

function rungsOf(
  edits: readonly Edit[],
  outcomes: readonly EditOutcome[],
): Extract<Applied, { kind: 'applied' }>['rungs'] {
  return edits.flatMap(({ path }, at) => {
    const outcome = outcomes[at];
    return outcome?.kind === 'done' && outcome.rung !== null ? [{ path, rung: outcome.rung }] : [];
  });
}
