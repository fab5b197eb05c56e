import { fileSightings } from '../adapters/files/sightings.ts';
import { gitRepositories } from '../adapters/git/open.ts';
import type { Needs } from '../app/needs.ts';
import type { Config } from './config.ts';

/** What verifying a repository takes that is nobody's workspace: no ledger is opened, and no installation made. */
export function repositoriesAlone({ home }: Config): Pick<Needs, 'repositories' | 'sightings'> {
  return {
    repositories: gitRepositories({ installation: 'none', scratch: home.scratch }),
    sightings: fileSightings(home.evidence),
  };
}
