import type { Layers } from '../../ports/repository.ts';
import { sandboxOwner } from './owner.ts';
import type { LayerTools } from './plan.ts';

/** Characters that end an option of mount(8), or a directory in one. */
const ENDS_AN_OPTION = /[,:\\"\s]/;

/** Mounts and becomes what follows. By the kernel alone: no helper of this machine, no file that lists mounts. */
const MOUNT = 'cd / && "$1" -n -i -t overlay -o "$2" overlay "$3" && shift 3 && exec "$@"';

/** Whether layers in this directory can be named to mount(8). */
export function canBeLayered(directory: string): boolean {
  return !ENDS_AN_OPTION.test(directory);
}

/**
 * The prefix that puts layers together, over the upper one, in a mount namespace of the command's own: with its last process
 * the mount is gone, whoever killed it. A plain user needs a user namespace to mount, and is root in it until bubblewrap makes
 * the next one. `volatile`: nothing of it is read after a crash, and syncing all of a disk would be the price of its end.
 */
export function layered(
  { unshare, mount }: LayerTools,
  sh: string,
  { directory, layers }: { readonly directory: string; readonly layers: Layers },
): readonly string[] {
  const paths = [layers.below, directory, layers.work];
  if (!paths.every(canBeLayered))
    throw new Error('layers cannot be mounted from a path with , : \\ " or space');
  const [below, above, work] = paths;
  const form = sandboxOwner() ? 'redirect_dir=on' : 'userxattr';
  const options = `nosuid,nodev,volatile,${form},lowerdir=${below},upperdir=${above},workdir=${work}`;
  const namespaces = sandboxOwner() ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  return [unshare, ...namespaces, '--', sh, '-c', MOUNT, 'layers', mount, options, directory];
}
