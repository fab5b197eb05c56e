import type { Path } from '../../git.ts';
import type { Change, Edit, Format, Rung, Snapshot, Standing } from '../change.ts';
import { type Clinic, clinic } from '../faults/diagnose.ts';
import type { Work } from '../work.ts';
import { OpenFile } from './open-file.ts';
import type { Effect, WorkFile } from './outcome.ts';

/**
 * What all edits of one patch share while they are applied, one after the other. The rules are git's: an edit meets what
 * the edits before it left, but the source of a rename or a copy is the file of the tree. Where git lets the order of
 * sections decide whose lines survive (a file both changed and renamed away, one both put and deleted), it is refused.
 */
export interface Bench {
  readonly base: Snapshot;
  readonly format: Format;
  /** All that the whole patch gives another name: something new may be put there before its turn. */
  readonly renamed: ReadonlySet<Path>;
  /** What the edits so far have made of a path. */
  readonly now: Map<Path, OpenFile | 'gone'>;
  /** Files of the tree that an edit has looked into. */
  readonly opened: Map<Path, OpenFile>;
  /** Paths at which the patch has put a file of its own. */
  readonly fresh: Set<Path>;
  /** Files of the tree that an edit has changed, renamed or deleted. */
  readonly spent: Set<Path>;
  /** Where something may or may not stand, since the edit that would have put or taken it has a fault. */
  readonly unsure: Set<Path>;
  /** Of which file of the tree a path got its content. */
  readonly origins: Map<Path, Path>;
  /** Patch line of the last edit that touched a path. */
  readonly lines: Map<Path, number>;
  /** Bytes of all files in `now` whose content the patch made. */
  made: number;
  readonly work: Work;
  /** The last rung of the ladder that policy allows. */
  readonly loosest: Rung;
  readonly room: Clinic;
}

export function newBench(
  change: Change,
  base: Snapshot,
  search: { readonly work: Work; readonly loosest: Rung },
): Bench {
  return {
    base,
    format: change.format,
    renamed: renamedPaths(change.edits),
    now: new Map(),
    opened: new Map(),
    fresh: new Set(),
    spent: new Set(),
    unsure: new Set(),
    origins: new Map(),
    lines: new Map(),
    made: 0,
    ...search,
    // Looking into faults takes no more than half of what placing may take.
    room: clinic(base, change.format, Math.floor(search.work.limit / 2)),
  };
}

function renamedPaths(edits: readonly Edit[]): ReadonlySet<Path> {
  return new Set(edits.flatMap((edit) => (edit.kind === 'modify' && edit.from !== null ? [edit.from] : [])));
}

/** Writes down what an edit did, for the edits after it. */
export function take(bench: Bench, effect: Effect, line: number): void {
  const { path } = effect;
  bench.lines.set(path, line);
  switch (effect.kind) {
    case 'put':
      if (effect.from !== null) bench.origins.set(path, effect.from);
      bench.fresh.add(path);
      set(bench, path, effect.file);
      return;
    case 'changed':
      set(bench, path, effect.file);
      if (!bench.fresh.has(path)) bench.spent.add(path);
      return;
    case 'taken':
      if (!bench.fresh.has(path)) set(bench, path, 'gone');
      bench.spent.add(path);
      return;
  }
}

function set(bench: Bench, path: Path, file: WorkFile | 'gone'): void {
  const now = file === 'gone' || file instanceof OpenFile ? file : new OpenFile(file.mode, file, bench.work);
  bench.made += madeBytes(bench, path, now) - madeBytes(bench, path, bench.now.get(path) ?? 'gone');
  bench.now.set(path, now);
}

/** What is moved or copied as it is shares its bytes with the tree. */
function madeBytes(bench: Bench, path: Path, now: OpenFile | 'gone'): number {
  if (now === 'gone') return 0;
  const source = bench.base.get(bench.origins.get(path) ?? path);
  return source?.kind === 'file' && now.holds(source.bytes) ? 0 : now.size;
}

/** What stands at a path at this moment of the patch. */
export type Found = OpenFile | Exclude<Standing, { kind: 'file' }>;

/** @throws TypeError when the snapshot was not asked for the path */
export function foundAt(bench: Bench, path: Path): Found {
  const now = bench.now.get(path);
  if (now === undefined) return baseAt(bench, path);
  return now === 'gone' ? { kind: 'absent' } : now;
}

/** The same before the patch. @throws TypeError when the snapshot was not asked for the path */
export function baseAt(bench: Bench, path: Path): Found {
  const known = bench.opened.get(path);
  if (known !== undefined) return known;
  const standing = standingAt(bench.base, path);
  if (standing.kind !== 'file') return standing;
  const opened = new OpenFile(standing.mode, { bytes: standing.bytes }, bench.work);
  bench.opened.set(path, opened);
  return opened;
}

/** What stood at a path before the patch. @throws TypeError when the snapshot was not asked for it */
export function standingAt(snapshot: Snapshot, path: Path): Standing {
  const standing = snapshot.get(path);
  if (standing === undefined) throw new TypeError(`the snapshot does not tell what stands at ${path}`);
  return standing;
}
