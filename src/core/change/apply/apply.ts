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
  type TextOrigin,
} from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf } from '../fault-of.ts';
import { boundFaults } from '../faults/bound-faults.ts';
import { newWork, type Work } from '../work.ts';
import { applyEdit } from './apply-edit.ts';
import { type Bench, newBench, standingAt, take } from './bench.ts';
import { contentRules } from './content-rules.ts';
import { ungrantedFaults } from './grants.ts';
import { linkFaults } from './links.ts';
import { misplaced } from './new-tree.ts';
import { sizeFaults, tooManyFiles, tooMuchMade, tooMuchWork } from './sizes.ts';
import { twinFaults } from './twins.ts';

/** Every path that a change names, sources of renames and copies included: what the snapshot has to be asked for. */
export function pathsOf(change: Change): Path[] {
  return [...new Set(change.edits.flatMap(pathsOfEdit))];
}

export interface ApplyOptions {
  readonly allowPaths: readonly string[];
  readonly work?: Work;
  readonly loosest?: Rung;
  /** `restored`: it stood here before and was looked at then, or is older than the rules; a revert may put it back. */
  readonly text?: TextOrigin;
}

/**
 * Applies a change to a snapshot: all files as they become, or every fault of every file. Pure; the same arguments give
 * the same answer. `allowPaths` grants sensitive paths: exactly, or below a directory that is written with a final `/`.
 * @throws TypeError when the snapshot leaves out one of `pathsOf(change)` or a directory above one
 */
export function applyChange(change: Change, snapshot: Snapshot, options: ApplyOptions): Applied {
  const crowd = tooManyFiles(pathsOf(change).length);
  if (crowd !== null) return faulty([crowd]);
  const bench = newBench(change, snapshot, {
    work: options.work ?? newWork(),
    loosest: options.loosest ?? 'gap',
  });
  const steps = applyAll(change.edits, bench);
  const faults = [
    ...ungrantedFaults(change.edits, options.allowPaths),
    ...steps.flatMap(({ faults: own }) => own),
  ];
  const files = filesOf(bench).filter(differs);
  const content = options.text === 'restored' ? UNASKED : contentRules(files, change.edits, bench);
  faults.push(...treeFaults(files, bench), ...content.faults);
  if (faults.length > 0) return faulty(faults);
  if (files.length === 0) return faulty([nothingChanged(change)]);
  const notes = steps.flatMap(({ notes: own }) => own);
  return { kind: 'applied', files, rungs: rungsOf(steps), notes: [...notes, ...content.notes] };
}

const UNASKED: ReturnType<typeof contentRules> = { faults: [], notes: [] };

/** What is told of an edit that was taken in turn. What it made of its files is kept on the bench alone, for the next one. */
interface Step {
  readonly edit: Edit;
  readonly rung: Rung | null;
  readonly notes: readonly string[];
  readonly faults: readonly Fault[];
}

/** Each edit on what the ones before it left. What follows from a fault that is told already is not told again. */
function applyAll(edits: readonly Edit[], bench: Bench): Step[] {
  const steps: Step[] = [];
  for (const [at, edit] of edits.entries()) {
    const tired = tooMuchWork(bench, edit, at);
    if (tired !== null) return [...steps, failed(edit, [tired])];
    if (pathsOfEdit(edit).some((path) => bench.unsure.has(path))) continue;
    steps.push(stepOf(edit, bench));
    const excess = tooMuchMade(bench, edit);
    if (excess !== null) return [...steps, failed(edit, [excess])];
  }
  return steps;
}

function stepOf(edit: Edit, bench: Bench): Step {
  const outcome = applyEdit(edit, bench);
  if (outcome.kind === 'faulty') {
    if (putsOrTakes(edit)) for (const path of pathsOfEdit(edit)) bench.unsure.add(path);
    return failed(edit, outcome.faults);
  }
  for (const effect of outcome.effects) take(bench, effect, edit.span.firstLine);
  return { edit, rung: outcome.rung, notes: outcome.notes, faults: [] };
}

function failed(edit: Edit, faults: readonly Fault[]): Step {
  return { edit, rung: null, notes: [], faults };
}

function pathsOfEdit(edit: Edit): Path[] {
  const from = 'from' in edit ? edit.from : null;
  return from === null ? [edit.path] : [edit.path, from];
}

function putsOrTakes(edit: Edit): boolean {
  const moves = 'from' in edit && edit.from !== null;
  return moves || edit.kind === 'create' || edit.kind === 'delete' || edit.kind === 'write';
}

/** Every path that an edit touched, as it stood before the patch and as it stands after. */
function filesOf(bench: Bench): FileChange[] {
  return [...bench.now].flatMap(([path, now]): FileChange[] => {
    const standing = standingAt(bench.base, path);
    const before =
      standing.kind === 'file' ? { mode: standing.mode, blob: standing.blob, bytes: standing.bytes } : null;
    const after = now === 'gone' ? null : { mode: now.mode, bytes: now.bytes };
    return before === null && after === null ? [] : [{ path, before, after }];
  });
}

function differs({ before, after }: FileChange): boolean {
  if (before === null || after === null) return true;
  return before.mode !== after.mode || !Buffer.from(before.bytes).equals(after.bytes);
}

/** What is wrong with the tree that all edits make together. */
function treeFaults(files: readonly FileChange[], bench: Bench): Fault[] {
  const standing = [...bench.now].flatMap(([path, now]) => (now === 'gone' ? [] : [path]));
  return [
    ...standing.flatMap((path) => misplaced(bench, path)),
    ...twinFaults(bench, standing),
    ...linkFaults(files, bench),
    ...sizeFaults(files, bench),
  ];
}

/** The loosest rung by which any edit of a file found its place. */
function rungsOf(steps: readonly Step[]): { path: Path; rung: Rung }[] {
  const rungs = new Map<Path, Rung>();
  for (const { edit, rung } of steps) {
    if (rung === null) continue;
    const before = rungs.get(edit.path) ?? 'exact';
    rungs.set(edit.path, RUNGS.indexOf(rung) > RUNGS.indexOf(before) ? rung : before);
  }
  return [...rungs].map(([path, rung]) => ({ path, rung }));
}

function faulty(faults: readonly Fault[]): Applied {
  return { kind: 'faulty', faults: boundFaults(faults) };
}

/** Names more than this are counted. */
const MAX_NAMES = 10;

function nothingChanged(change: Change): Fault {
  const paths = pathsOf(change).map(legible);
  const rest = paths.length > MAX_NAMES ? ` and ${paths.length - MAX_NAMES} more` : '';
  return faultOf('changes_nothing', {
    message: `The patch leaves everything as it is: ${paths.slice(0, MAX_NAMES).join(', ')}${rest}.`,
    hint: 'Make the diff again from the current tree; if it is empty, the change is already there.',
  });
}
