import type { Format } from '../core/change/change.ts';
import type { ReadOptions } from '../core/change/formats/reader.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Needs } from './needs.ts';

/** How patch text for a workspace is read: the same at submission, at rehearsal and when its turn comes. */
export function readingOf(
  needs: Pick<Needs, 'yaml'>,
  { workTree }: Pick<Workspace, 'workTree'>,
  format: Format | null,
): ReadOptions {
  return { format, root: workTree, yaml: (text) => needs.yaml.locate(text) };
}
