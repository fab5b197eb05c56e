import type { Path } from '../../git.ts';
import type { Edit, Snapshot } from '../change.ts';

/** The paths that a change takes away: what it deletes, and what it moves elsewhere. */
export function leavingPaths(edits: readonly Edit[]): ReadonlySet<Path> {
  const deleted = edits.flatMap((edit) => (edit.kind === 'delete' ? [edit.path] : []));
  return new Set([...deleted, ...renamedPaths(edits)]);
}

/** The paths whose files get another name. */
export function renamedPaths(edits: readonly Edit[]): ReadonlySet<Path> {
  return new Set(edits.flatMap((edit) => (edit.kind === 'modify' && edit.from !== null ? [edit.from] : [])));
}

/**
 * A path below `directory` that still stands there when all of `leaving` is gone; null when none does. A snapshot tells
 * of every directory above a path that leaves, so what it does not tell of stays.
 */
export function remainingBelow(snapshot: Snapshot, directory: Path, leaving: ReadonlySet<Path>): Path | null {
  const standing = snapshot.get(directory);
  if (standing?.kind !== 'directory') return directory;
  for (const name of standing.names) {
    const path = `${directory}/${name}` as Path;
    const remains = leaving.has(path) ? null : remainingBelow(snapshot, path, leaving);
    if (remains !== null) return remains;
  }
  return null;
}
