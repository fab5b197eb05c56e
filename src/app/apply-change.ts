import { blobIdOf } from '../core/blob-id.ts';
import { applyChange, pathsOf } from '../core/change/apply/apply.ts';
import { legible } from '../core/change/bytes.ts';
import type { Applied, Change, FileChange, Rung, Snapshot, TextOrigin } from '../core/change/change.ts';
import type { Fault } from '../core/change/fault.ts';
import { boundFaults } from '../core/change/faults/bound-faults.ts';
import { suggestingPaths } from '../core/change/faults/did-you-mean.ts';
import { withSeenFiles } from '../core/change/faults/seen-files.ts';
import type { ReadOptions } from '../core/change/formats/reader.ts';
import { outlineOf } from '../core/change/outline.ts';
import { parseChange } from '../core/change/parse.ts';
import { newWork } from '../core/change/work.ts';
import { sha256 } from '../core/digest.ts';
import type { Path, Tip, TreeId } from '../core/git.ts';
import type { MergeRule, PathDigest } from '../core/patch/patch.ts';
import type { FitSource, Fitted } from '../ports/change-engine.ts';
import { lookAround } from './look-around.ts';
import { type MergedChange, mergeMisfits } from './merge-misfits.ts';

/** Patch text, and how it may be applied. */
export interface Applying {
  readonly body: Uint8Array;
  readonly reading: ReadOptions;
  readonly allowPaths: readonly string[];
  readonly loosest: Rung;
  readonly merge: MergeRule;
  readonly text: TextOrigin;
}

/** Applies patch text to a tip in memory: everything that will change, or everything that is wrong. Writes nothing. */
export async function applyToTip(source: FitSource, base: Tip, patch: Applying): Promise<Fitted> {
  const parsed = parseChange(patch.body, patch.reading);
  if (parsed.kind === 'faulty') return { ...parsed, format: patch.reading.format };
  const { change } = parsed;
  const snapshot = await source.repository.snapshot(base.tree, pathsOf(change));
  const first = applyChange(change, snapshot, patch);
  if (first.kind === 'applied') return fitted({ change, snapshot }, first);
  if (patch.merge === 'never') return faulty(source, base, { change, snapshot, patch, ...first });
  const tried = await mergeMisfits(source.remedy, {
    ...{ change, snapshot, faults: first.faults },
    tip: base.commit,
  });
  const second = applyChange(tried.change, snapshot, patch);
  if (second.kind === 'applied') return fitted({ ...tried, snapshot }, second);
  return faulty(source, base, { ...tried, snapshot, patch, ...second });
}

/** A few milliseconds of reading, placing and telling faults. */
const LITTLE_TEXT = 16 * 1024;
const LITTLE_FILES = 512 * 1024;
const LITTLE_WORK = 500_000;

/** The same at once, for a small patch that fits small files; null for every other one: then nothing is known yet. */
export async function applyLittle(source: FitSource, base: Tip, patch: Applying): Promise<Fitted | null> {
  if (patch.body.length > LITTLE_TEXT) return null;
  const parsed = parseChange(patch.body, patch.reading);
  if (parsed.kind === 'faulty') return { ...parsed, format: patch.reading.format };
  const { change } = parsed;
  const snapshot = await source.repository.snapshot(base.tree, pathsOf(change));
  if (bytesIn(snapshot) > LITTLE_FILES) return null;
  const applied = applyChange(change, snapshot, { ...patch, work: newWork(LITTLE_WORK) });
  return applied.kind === 'applied' ? fitted({ change, snapshot }, applied) : null;
}

function bytesIn(snapshot: Snapshot): number {
  const sizes = [...snapshot.values()].map((one) => (one.kind === 'file' ? one.bytes.length : 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const NOTHING_MERGED: ReadonlySet<Path> = new Set();

function fitted(
  tried: {
    readonly change: Change;
    readonly snapshot: Snapshot;
    readonly merged?: ReadonlySet<Path>;
  },
  { files, rungs, notes }: Extract<Applied, { kind: 'applied' }>,
): Fitted {
  const { change, snapshot, merged = NOTHING_MERGED } = tried;
  const placed = rungs.filter(({ path }) => !merged.has(path));
  const fits = [
    ...placed.map(({ path, rung }) => ({ path, fit: rung })),
    ...[...merged].map((path) => ({ path, fit: 'three-way' as const })),
  ];
  const changed = new Set(files.map(({ path }) => path));
  const same = new Set(change.edits.map(({ path }) => path).filter((path) => !changed.has(path)));
  // What was made and taken away again by the same patch was not there before either.
  const standing = [...same].filter((path) => snapshot.get(path)?.kind === 'file');
  return {
    ...{ kind: 'fits', outline: outlineOf(change), files },
    // Evidence tells of what lands: how a file was read that stays as it is, is none.
    fits: fits.filter(({ path }) => changed.has(path)),
    notes: [...change.notes, ...notes, ...standing.map((path) => `${legible(path)} has this already`)],
  };
}

interface Refused {
  readonly change: Change;
  readonly snapshot: Snapshot;
  readonly patch: Applying;
  readonly faults: readonly Fault[];
  readonly tell?: MergedChange['tell'];
}

/** The faults again, told with what else is in the tree: lines may stand in another file, a path may be misspelt. */
async function faulty(source: FitSource, base: Tip, refused: Refused): Promise<Fitted> {
  const { change, snapshot, patch, tell = (faults) => faults } = refused;
  const around = await lookAround(source, base.tree, refused);
  const again = applyChange(change, around.snapshot, patch);
  const faults = again.kind === 'faulty' ? again.faults : refused.faults;
  const told = suggestingPaths(tell(faults), around.paths);
  return {
    kind: 'faulty',
    format: change.format,
    faults: withSeenFiles(boundFaults(told), snapshot),
  };
}

/** The digests that a landing promises, and that are read back from the branch afterwards. */
export function digestPaths(tree: TreeId, files: readonly FileChange[]): readonly PathDigest[] {
  return files.map(({ path, before, after }) => ({
    path,
    before: before && { mode: before.mode, blob: before.blob, sha256: sha256(before.bytes) },
    after: after && { mode: after.mode, blob: blobIdOf(after.bytes, tree), sha256: sha256(after.bytes) },
  }));
}
