import type { FileMode, Path } from '../../git.ts';
import type { Edit, Format, Snapshot, Standing } from '../change.ts';
import { type Clinic, clinic } from '../faults/diagnose.ts';
import type { Work } from '../work.ts';
import { leavingPaths, renamedPaths } from './remaining.ts';

/** What the edits so far have made of a path. */
export type Current =
  | { readonly kind: 'file'; readonly mode: FileMode; readonly bytes: Uint8Array }
  | { readonly kind: 'gone' };

/** What all edits of one patch share while they are applied, one after the other. */
export interface Bench {
  readonly base: Snapshot;
  /** Paths that the edits so far have changed. */
  readonly now: Map<Path, Current>;
  /** Those of them at which an edit put something new. */
  readonly created: Set<Path>;
  readonly format: Format;
  /** All that the whole patch takes away, wherever in it. */
  readonly leaving: ReadonlySet<Path>;
  /** All that the whole patch gives another name. */
  readonly renamed: ReadonlySet<Path>;
  readonly work: Work;
  readonly room: Clinic;
}

export function newBench(
  change: { readonly format: Format; readonly edits: readonly Edit[] },
  base: Snapshot,
  work: Work,
): Bench {
  return {
    base,
    now: new Map(),
    created: new Set(),
    format: change.format,
    leaving: leavingPaths(change.edits),
    renamed: renamedPaths(change.edits),
    work,
    room: clinic(base),
  };
}

/** A file, or what stands where a file was expected, at this moment of the patch. */
export type Found = Exclude<Standing, { kind: 'file' }> | Extract<Current, { kind: 'file' }>;

/** What stands at a path now. @throws TypeError when the snapshot was not asked for it */
export function foundAt(bench: Bench, path: Path): Found {
  const current = bench.now.get(path);
  if (current !== undefined) return current.kind === 'file' ? current : { kind: 'absent' };
  return standingAt(bench.base, path);
}

/** What stood at a path before the patch. @throws TypeError when the snapshot was not asked for it */
export function standingAt(snapshot: Snapshot, path: Path): Standing {
  const standing = snapshot.get(path);
  if (standing === undefined) throw new TypeError(`the snapshot does not tell what stands at ${path}`);
  return standing;
}
