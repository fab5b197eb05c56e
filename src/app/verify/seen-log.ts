import type { Workspace } from '../../core/workspace.ts';
import type { Needs } from '../needs.ts';

type Place = Pick<Workspace, 'gitDir' | 'branch'>;
type Seen = Pick<Needs, 'sightings'>;

/** The name of the log that a repository had: what is there now is not asked for it. Null where none was seen. */
export async function seenLog({ sightings }: Seen, place: Place): Promise<string | null> {
  return (await sightings.find(nameOf(place))).origin;
}

export async function rememberLog({ sightings }: Seen, place: Place, origin: string): Promise<void> {
  await sightings.keep(nameOf(place), { origin });
}

/** Whose log it is, by its name. */
export function installationOf(origin: string | null): string | null {
  return origin?.split('/')[1] ?? null;
}

/**
 * What is published only grows. A log that was seen with more leaves than it has, or that is gone, was taken away.
 * @param size null where none is there
 */
export async function withdrawnProblems(
  { sightings }: Seen,
  origin: string,
  size: number | null,
): Promise<readonly string[]> {
  const { published } = await sightings.find(origin);
  if (published === null || (size ?? 0) >= published) return [];
  return size === null
    ? [`the log ${origin} is gone from the repository; ${published} of its leaves were seen there before`]
    : [`the published log ${origin} has ${size} leaves; ${published} were seen there before`];
}

function nameOf({ gitDir, branch }: Place): string {
  return `repository ${gitDir} ${branch}`;
}
