import { isSamePlace } from '../core/ledger/workspace-entry.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Needs } from './needs.ts';

type Place = Pick<Workspace, 'gitDir' | 'remote' | 'branch'>;
type Looking = { readonly repositories: Pick<Needs['repositories'], 'inspect'> };

/** Whether both are one branch of one repository, also where one of them is reached by an address of this machine. */
export async function isSameBranch(needs: Looking, one: Place, other: Place): Promise<boolean> {
  if (isSamePlace(one, other)) return true;
  if (one.branch !== other.branch || (!isHere(one) && !isHere(other))) return false;
  const [own, theirs] = await Promise.all([directoryOf(needs, one), directoryOf(needs, other)]);
  return own !== null && own === theirs;
}

function isHere({ remote }: Place): boolean {
  return remote?.url.startsWith('file://') ?? false;
}

/** The repository's own directory, links resolved; null where it is on another machine, or cannot be read now. */
async function directoryOf(needs: Looking, place: Place): Promise<string | null> {
  if (place.remote === null) return place.gitDir;
  if (!isHere(place)) return null;
  const path = decoded(place.remote.url.slice('file://'.length));
  // As git looks for it.
  for (const candidate of [path, `${path}.git`]) {
    const found = await needs.repositories.inspect(candidate, place.branch).catch(() => null);
    if (found !== null) return found.gitDir;
  }
  return null;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
