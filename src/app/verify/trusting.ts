import type { Sha256 } from '../../core/digest.ts';
import type { Trust } from '../../core/evidence/trust/trust.ts';
import {
  anchorProblems,
  foreignProblem,
  goneProblem,
  trustName,
} from '../../core/evidence/trust/trust-anchor.ts';
import {
  newestVersion,
  readTrustFile,
  type TrustVersion,
  type TrustVersions,
} from '../../core/evidence/trust/trust-file.ts';
import type { Needs } from '../needs.ts';

export type Trusting =
  | {
      readonly kind: 'trusting';
      readonly trust: Trust;
      readonly newest: TrustVersion;
      readonly file: TrustVersions;
    }
  /** There is nothing to check signatures by. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'broken'; readonly problems: readonly string[] };

export interface Expected {
  readonly pinned: Sha256 | null;
  /** Whose file it has to be; null where nobody knows yet. A file cannot be asked whose it is: anybody can sign a first version. */
  readonly installation: string | null;
}

/** What signatures are held against: a file whose versions are signed, that is no older than the one seen, and has what was pinned. */
export async function trustingIn(
  needs: Pick<Needs, 'sightings'>,
  file: Uint8Array | null,
  { pinned, installation }: Expected,
): Promise<Trusting> {
  if (file === null)
    return pinned === null
      ? { kind: 'missing' }
      : { kind: 'broken', problems: [`there is no trust file, and digest sha256:${pinned} is pinned`] };
  const read = readTrustFile(file);
  if (read.kind === 'broken') return { kind: 'broken', problems: [`the trust file: ${read.problem}`] };
  const foreign = foreignProblem(read.versions, installation);
  if (foreign !== null) return { kind: 'broken', problems: [foreign] };
  const newest = newestVersion(read.versions);
  const { trust: seen } = await needs.sightings.find(trustName(newest.trust.installation));
  const problems = anchorProblems(read.versions, { pinned, seen });
  return problems.length === 0
    ? { kind: 'trusting', trust: newest.trust, newest, file: read.versions }
    : { kind: 'broken', problems };
}

/** The same with the file of this installation: one that was seen before is not missing, but gone. */
export async function trustingHere(
  needs: Pick<Needs, 'sightings' | 'trust'>,
  pinned: Sha256 | null,
): Promise<Trusting> {
  const { installation } = needs.trust;
  const trusting = await trustingIn(needs, await needs.trust.read(), { pinned, installation });
  if (trusting.kind !== 'missing') return trusting;
  const { trust: seen } = await needs.sightings.find(trustName(installation));
  const problem = goneProblem(seen);
  return problem === null ? trusting : { kind: 'broken', problems: [problem] };
}

/** To be called where nothing was wrong: from then on, an older file is one that was rolled back. */
export async function rememberTrust(
  needs: Pick<Needs, 'sightings'>,
  { trust, digest }: TrustVersion,
): Promise<void> {
  await needs.sightings.keep(trustName(trust.installation), { trust: { version: trust.version, digest } });
}
