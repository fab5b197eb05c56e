import type { Snapshot } from '../core/change/change.ts';
import type { Fault, FaultCode } from '../core/change/fault.ts';
import { folderOf, nameOf } from '../core/change/faults/did-you-mean.ts';
import { GhostError } from '../core/errors.ts';
import type { Path, TreeId } from '../core/git.ts';
import type { FitSource } from '../ports/change-engine.ts';

/** What else of a tree may explain why a patch does not fit. */
export interface Surroundings {
  /** Every path of the tree; empty where nobody needs them, or where they are too many. */
  readonly paths: readonly Path[];
  /** The snapshot and files near the ones in which lines were not found. */
  readonly snapshot: Snapshot;
}

const ASKS_FOR_PATHS: ReadonlySet<FaultCode> = new Set<FaultCode>(['file_missing']);
const ASKS_FOR_LINES: ReadonlySet<FaultCode> = new Set<FaultCode>(['hunk_not_found', 'pattern_not_found']);
/** A larger tree is not listed for the sake of a hint. */
const MOST_PATHS = 200_000;
/** Of so many faulty files the neighbours are read, and so much of them in all. */
const MOST_FILES = 8;
const MOST_NEIGHBOURS = 48;
const MOST_BYTES = 4 * 1024 * 1024;
const DISTINCT_LENGTH = 24;

/** Looks for the files that were meant, within bounds. What cannot be read is left out: it is for a hint only. */
export async function lookAround(
  open: FitSource,
  tree: TreeId,
  tried: { readonly snapshot: Snapshot; readonly faults: readonly Fault[] },
): Promise<Surroundings> {
  const { snapshot, faults } = tried;
  const strays = faults.filter((fault) => ASKS_FOR_LINES.has(fault.code) && isDistinct(fault));
  if (strays.length === 0 && !faults.some(({ code }) => ASKS_FOR_PATHS.has(code)))
    return { paths: [], snapshot };
  const paths = (await open.remedy.paths(tree, MOST_PATHS)) ?? [];
  const files = [...new Set(strays.flatMap(({ path }) => (path === null ? [] : [path])))];
  const near = neighboursOf(files.slice(0, MOST_FILES), paths).filter((path) => !snapshot.has(path));
  return { paths, snapshot: await widened(open, tree, { snapshot, near: near.slice(0, MOST_NEIGHBOURS) }) };
}

/** Short single lines stand in many files, and to find one of them somewhere means nothing. */
function isDistinct({ foundIn, expected }: Fault): boolean {
  const full = expected.filter((line) => line.trim() !== '');
  return foundIn === null && (full.length > 1 || (full[0]?.trim().length ?? 0) >= DISTINCT_LENGTH);
}

/** Files of the same name anywhere, then those of the same folder. */
function neighboursOf(files: readonly Path[], paths: readonly Path[]): readonly Path[] {
  const names = new Set(files.map(nameOf));
  const folders = new Set(files.map(folderOf));
  const named = paths.filter((path) => names.has(nameOf(path)));
  const beside = paths.filter((path) => folders.has(folderOf(path)));
  return [...new Set([...named, ...beside])];
}

async function widened(
  open: Pick<FitSource, 'repository'>,
  tree: TreeId,
  { snapshot, near }: { readonly snapshot: Snapshot; readonly near: readonly Path[] },
): Promise<Snapshot> {
  const wide = new Map(snapshot);
  let size = 0;
  for (const path of near) {
    if (size > MOST_BYTES) break;
    for (const [name, standing] of await readable(open, tree, path)) {
      if (wide.has(name)) continue;
      wide.set(name, standing);
      if (standing.kind === 'file') size += standing.bytes.byteLength;
    }
  }
  return wide;
}

/** A file that is too large to be read explains nothing. */
async function readable(
  { repository }: Pick<FitSource, 'repository'>,
  tree: TreeId,
  path: Path,
): Promise<Snapshot> {
  try {
    return await repository.snapshot(tree, [path]);
  } catch (error) {
    if (error instanceof GhostError && error.code === 'git_failed') return new Map();
    throw error;
  }
}
