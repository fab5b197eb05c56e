import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import type { Fault } from '../fault.ts';
import { faultOf } from '../fault-of.ts';
import { type Bench, foundAt, standingAt } from './bench.ts';

/*
 * Whether the tree that all edits together make can exist: no file below a file, no file where a directory still holds
 * something. It is asked once, of the end, so that a folder may become a file in whatever order the patch tells it.
 */

/** The faults of the new tree at `path`, at which a file stands after the patch. */
export function misplaced(bench: Bench, path: Path): Fault[] {
  const standing = standingAt(bench.base, path);
  if (standing.kind === 'file') return [];
  const remains = standing.kind === 'directory' ? remainingBelow(bench, path) : null;
  if (remains !== null) return [notEmptied(bench, path, remains)];
  const blocker = directoriesAbove(path).find((above) => isNoDirectory(bench, above));
  return blocker === undefined ? [] : [blockedFault(bench, path, blocker)];
}

/**
 * A path below `directory` that still stands there after the patch, put there by it or not touched; null when none does.
 * A snapshot tells of every directory above a path that leaves, so what it does not tell of stays.
 */
function remainingBelow(bench: Bench, directory: Path): Path | null {
  const standing = bench.base.get(directory);
  if (standing?.kind !== 'directory') return directory;
  for (const name of standing.names) {
    const path = `${directory}/${name}` as Path;
    const remains = remainsAt(bench, path);
    if (remains !== null) return remains;
  }
  return null;
}

/** `path` or one below it, at which something of the tree before stands after the patch; null when nothing does. */
export function remainsAt(bench: Bench, path: Path): Path | null {
  const now = bench.now.get(path);
  if (now === 'gone' || bench.unsure.has(path)) return null;
  return now === undefined ? remainingBelow(bench, path) : path;
}

function isNoDirectory(bench: Bench, path: Path): boolean {
  const { kind } = foundAt(bench, path);
  return !bench.unsure.has(path) && (kind === 'file' || kind === 'gitlink');
}

/** The top one first, the root left out. */
export function directoriesAbove(path: Path): Path[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/') as Path);
}

function notEmptied(bench: Bench, path: Path, remains: Path): Fault {
  const line = bench.lines.get(path) ?? null;
  return faultOf(
    'file_exists',
    {
      message: `${legible(path)} (patch line ${line}) cannot be created: a directory stands there, and ${legible(remains)} remains in it.`,
      hint: 'Delete or move all that stands below it in the same patch, or choose another path.',
    },
    { path, patchLine: line },
  );
}

function blockedFault(bench: Bench, path: Path, blocker: Path): Fault {
  const line = bench.lines.get(path) ?? null;
  return faultOf(
    'path_blocked',
    {
      message: `${legible(path)} (patch line ${line}) cannot be created: ${legible(blocker)} is not a directory.`,
      hint: `Delete or move ${legible(blocker)}, or choose another path. Symbolic links and submodules are never written through.`,
    },
    { path, patchLine: line },
  );
}
