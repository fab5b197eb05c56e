import { rmSync, statSync } from 'node:fs';
import { hasCode } from './missing.ts';
import type { RunFiles } from './run-files.ts';

/** By the time at which a patch had its last run: the folder of a patch changes with each. */
export function forgetRuns(files: RunFiles, before: number, mode: 'try' | 'do'): number {
  let forgotten = 0;
  for (const patch of files.patches()) {
    const folder = files.folderOfPatch(patch);
    if (changedAt(folder) >= before) continue;
    if (mode === 'do') rmSync(folder, { recursive: true, force: true });
    forgotten += 1;
  }
  return forgotten;
}

/** What is gone meanwhile is not old. */
function changedAt(folder: string): number {
  try {
    return statSync(folder).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return Number.POSITIVE_INFINITY;
    throw error;
  }
}
