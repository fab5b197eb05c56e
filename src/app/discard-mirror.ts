import type { MirrorCopy, MirrorHold } from '../ports/repository.ts';
import type { Needs } from './needs.ts';

/**
 * Takes a copy away that no registered workspace lives in. The register is asked under the hold: until it was had, the
 * name may have been added again, or a branch of the copy under another name.
 */
export async function discardMirror(
  needs: Pick<Needs, 'workspaces'>,
  hold: MirrorHold,
  copy: MirrorCopy,
): Promise<void> {
  const registered = await needs.workspaces.list();
  if (registered.some(({ gitDir }) => gitDir === copy.gitDir)) return;
  await hold.discard(copy);
}
