import type { Sha256 } from '../../digest.ts';
import { newestVersion, type TrustVersions } from './trust-file.ts';

/** A version that somebody knows to be real: one that they pinned, or the one that they saw last. */
export interface Anchor {
  readonly version: number;
  readonly digest: Sha256;
}

/** What is wrong with a file whose versions are all signed, for somebody who pinned a digest, or saw another one before. */
export function anchorProblems(
  versions: TrustVersions,
  { pinned, seen }: { readonly pinned: Sha256 | null; readonly seen: Anchor | null },
): readonly string[] {
  const newest = newestVersion(versions).trust.version;
  const problems: string[] = [];
  if (pinned !== null && versions.every(({ digest }) => digest !== pinned))
    problems.push(`the trust file has no version with the pinned digest sha256:${pinned}`);
  if (seen === null) return problems;
  if (newest < seen.version)
    problems.push(`the trust file is at version ${newest}; version ${seen.version} was seen before`);
  else if (versions[seen.version - 1]?.digest !== seen.digest)
    problems.push(`version ${seen.version} of the trust file is not the one that was seen before`);
  return problems;
}

/** In words; null for a file of this installation, or where nobody knows whose it has to be. All of its versions are of one. */
export function foreignProblem(versions: TrustVersions, installation: string | null): string | null {
  const told = newestVersion(versions).trust.installation;
  return installation === null || told === installation
    ? null
    : `the trust file is of installation ${told}, not of ${installation}`;
}

/** In words; null where none was seen: then there may not have been one. */
export function goneProblem(seen: Anchor | null): string | null {
  return seen && `the trust file is gone; version ${seen.version} was seen before`;
}

/** Under which name whoever verifies keeps what they saw of an installation's trust file. */
export function trustName(installation: string): string {
  return `installation ${installation}`;
}

/** `sha256:` and the digest; null for everything else. */
export function readPin(text: string): Sha256 | null {
  return /^sha256:[0-9a-f]{64}$/.test(text) ? (text.slice('sha256:'.length) as Sha256) : null;
}
