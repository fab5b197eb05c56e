import { blobIdOf } from '../core/blob-id.ts';
import { applyChange, pathsOf } from '../core/change/apply/apply.ts';
import type { Change, FileChange, Format, Rung } from '../core/change/change.ts';
import type { Fault } from '../core/change/fault.ts';
import { parseChange } from '../core/change/parse.ts';
import { sha256 } from '../core/digest.ts';
import type { Path, Tip, TreeId } from '../core/git.ts';
import type { PathDigest } from '../core/patch/patch.ts';
import type { Repository } from '../ports/repository.ts';

export type Fitted =
  | {
      readonly kind: 'fits';
      readonly change: Change;
      readonly files: readonly FileChange[];
      readonly rungs: readonly { readonly path: Path; readonly rung: Rung }[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

/** Applies patch text to a tip in memory: everything that will change, or everything that is wrong. Writes nothing. */
export async function applyToTip(
  repository: Repository,
  base: Tip,
  patch: {
    readonly body: Uint8Array;
    readonly format: Format | null;
    readonly allowPaths: readonly string[];
  },
): Promise<Fitted> {
  const parsed = parseChange(patch.body, { format: patch.format });
  if (parsed.kind === 'faulty') return parsed;
  const snapshot = await repository.snapshot(base.tree, pathsOf(parsed.change));
  const applied = applyChange(parsed.change, snapshot, { allowPaths: patch.allowPaths });
  if (applied.kind === 'faulty') return applied;
  return { kind: 'fits', change: parsed.change, files: applied.files, rungs: applied.rungs };
}

/** The digests that a landing promises, and that are read back from the branch afterwards. */
export function digestPaths(tree: TreeId, files: readonly FileChange[]): readonly PathDigest[] {
  return files.map(({ path, before, after }) => ({
    path,
    before: before && { mode: before.mode, blob: before.blob, sha256: sha256(before.bytes) },
    after: after && { mode: after.mode, blob: blobIdOf(after.bytes, tree), sha256: sha256(after.bytes) },
  }));
}
