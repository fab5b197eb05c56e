import type { Path } from '../../../git.ts';
import { quoted } from '../../bytes.ts';
import type { Edit } from '../../change.ts';
import { Faulty, faultOf } from '../../fault-of.ts';
import { targetRefused } from '../../faults/target-refused.ts';
import { parsePath } from '../../paths/path.ts';
import { whyTargetRefused } from '../../paths/symlink-target.ts';

/** How git's sections begin. */
export const GIT_HEADER = 'diff --git ';

/** One file's part of a patch, read. `next` is the index of the first line after it. */
export interface Section {
  readonly edit: Edit;
  readonly hunkCount: number;
  /** Bytes that its binary content stands for; left out where it has none. */
  readonly inflated?: number;
  readonly notes: readonly string[];
  readonly next: number;
}

/** A path as a header names it. `line` is that header's line, from 1. @throws Faulty path_refused */
export function pathAt(bytes: string, line: number): Path {
  const parsed = parsePath(bytes);
  if (parsed.kind === 'path') return parsed.path;
  throw new Faulty(
    faultOf(
      'path_refused',
      {
        message: `Line ${line} of the patch names ${quoted(bytes)}: the path ${parsed.why}.`,
        hint: parsed.hint,
      },
      { patchLine: line },
    ),
  );
}

/** Refuses a symbolic link out of the tree. @throws Faulty path_refused */
export function checkTarget(path: Path, target: string, line: number): void {
  const why = whyTargetRefused(target, path);
  if (why !== null) throw new Faulty(targetRefused(path, { target, why, line }));
}
