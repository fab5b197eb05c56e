import { latin1 } from '../bytes.ts';
import type { FileChange } from '../change.ts';
import type { Fault } from '../fault.ts';
import { targetRefused } from '../faults/target-refused.ts';
import { whyTargetRefused } from '../paths/symlink-target.ts';
import type { Bench } from './bench.ts';

/** A fault for each symbolic link that the patch makes, changes or moves and that would lead out of the tree. */
export function linkFaults(files: readonly FileChange[], bench: Bench): Fault[] {
  return files.flatMap(({ path, after }) => {
    if (after?.mode !== '120000') return [];
    const target = latin1(after.bytes);
    const why = whyTargetRefused(target, path);
    return why === null ? [] : [targetRefused(path, { target, why, line: bench.lines.get(path) ?? 1 })];
  });
}
