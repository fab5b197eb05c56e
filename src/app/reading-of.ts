import type { Format } from '../core/change/change.ts';
import type { Workspace } from '../core/workspace.ts';
import type { PatchText } from '../ports/change-engine.ts';

/** How patch text for a workspace is read: the same at submission, at rehearsal and when its turn comes. */
export function readingOf(
  { workTree }: Pick<Workspace, 'workTree'>,
  format: Format | null,
): Pick<PatchText, 'format' | 'root'> {
  return { format, root: workTree };
}
