import { fail } from '../../core/errors.ts';
import type { GitPlace } from './environment.ts';
import { type ObjectFormat, SHA1, SHA256 } from './object-id.ts';
import { git, gitFailed, tryGit } from './run-git.ts';

/** How the repository names objects. @throws GhostError repository_invalid: git cannot work with it, or it is partial */
export async function readFacts(place: GitPlace): Promise<ObjectFormat> {
  const format = await tryGit(place, ['rev-parse', '--show-object-format']);
  if (format.exitCode !== 0) throw invalid(place, `git says: ${format.stderr.trim()}`);
  // Objects that a partial clone lacks would have to be fetched from elsewhere in the middle of a landing.
  if ((await configOf(place, '^(extensions\\.partialclone|remote\\..*\\.promisor)$')).length > 0) {
    throw invalid(place, 'it is a partial clone; fetch all objects and unset its promisor remote');
  }
  return format.stdout.toString('latin1').trim() === 'sha256' ? SHA256 : SHA1;
}

/** Names of the settings that match, from the repository's own configuration. */
export async function configOf(place: GitPlace, pattern: string): Promise<string[]> {
  const finished = await tryGit(place, ['config', '--null', '--name-only', '--get-regexp', pattern]);
  if (finished.exitCode === 1) return [];
  if (finished.exitCode !== 0) throw gitFailed('config', finished);
  return finished.stdout.toString('utf8').split('\0').filter(Boolean);
}

/** Branch names, `refs/heads/` left off. */
export async function branchesOf(place: GitPlace): Promise<string[]> {
  const printed = await git(place, ['for-each-ref', '--format=%(refname:strip=2)', 'refs/heads']);
  return printed.toString('utf8').split('\n').filter(Boolean);
}

function invalid(place: GitPlace, problem: string): Error {
  return fail('repository_invalid', { path: place.gitDir, problem });
}
