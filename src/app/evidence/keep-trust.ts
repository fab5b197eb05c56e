import { fail, type GhostError } from '../../core/errors.ts';
import type { Envelope } from '../../core/evidence/dsse.ts';
import { firstTrust, rotatedTrust } from '../../core/evidence/trust/next-trust.ts';
import {
  anchorProblems,
  foreignProblem,
  goneProblem,
  trustName,
} from '../../core/evidence/trust/trust-anchor.ts';
import {
  newestVersion,
  readTrustFile,
  sealTrust,
  type TrustVersion,
  type TrustVersions,
  trustFileBytes,
} from '../../core/evidence/trust/trust-file.ts';
import type { EvidenceSigningKey } from '../../ports/evidence-signer.ts';
import type { Needs } from '../needs.ts';

export interface KeptTrust {
  readonly bytes: Uint8Array;
  readonly versions: TrustVersions;
}

type TrustNeeds = Pick<Needs, 'evidenceSigner' | 'trust' | 'sightings'>;

/**
 * The trust file, with every key that signs: one version for the first key, and one more for each that followed it, signed by the
 * key before it. What is added follows from the keys alone, so that two who add it at the same time write the same bytes.
 * @throws GhostError integrity_broken for a file that nobody of ours wrote, or that went back; it is never written over
 */
export async function keepTrust(needs: TrustNeeds): Promise<KeptTrust> {
  // Each turn means that somebody else has added a version; there are as many as keys and revocations.
  for (;;) {
    const { stored, read } = await standingTrust(needs);
    const keys = (await needs.evidenceSigner.keys()).toReversed();
    const known = read?.envelopes ?? [];
    const envelopes = withKeys(known, keys, needs.trust.installation);
    if (stored !== null && read !== null && envelopes.length === known.length)
      return { bytes: stored, versions: read.versions };
    const bytes = trustFileBytes(envelopes);
    if ((await needs.trust.write(bytes, { after: stored })) === 'written')
      return { bytes, versions: versionsOf(envelopes) };
  }
}

/** A file that is gone, or older than one that was seen here, would tell less than it did: of a revoked key, that it is a good one. */
async function standingTrust({ trust, sightings }: TrustNeeds) {
  // Seen before it is read, so that what is added meanwhile is not taken for one that went back.
  const { trust: seen } = await sightings.find(trustName(trust.installation));
  const stored = await trust.read();
  const read = stored === null ? null : readTrustFile(stored);
  if (read?.kind === 'broken') throw broken(`the trust file: ${read.problem}`);
  const problem =
    read === null
      ? goneProblem(seen)
      : (foreignProblem(read.versions, trust.installation) ??
        anchorProblems(read.versions, { pinned: null, seen })[0]);
  if (problem) throw broken(`${problem}; the log of each branch has a copy`);
  return { stored, read };
}

function broken(problem: string): GhostError {
  return fail('integrity_broken', { problem });
}

function withKeys(
  known: readonly Envelope[],
  keys: readonly EvidenceSigningKey[],
  installation: string,
): readonly Envelope[] {
  let envelopes = known;
  for (const key of keys) {
    const before = envelopes.length === 0 ? null : newestVersion(versionsOf(envelopes));
    if (before === null) {
      envelopes = [sealTrust(firstTrust(installation, key, key.madeAt), [key])];
    } else if (before.trust.keys.every(({ keyId }) => keyId !== key.keyId)) {
      const root = rootOf(before, keys);
      envelopes = [...envelopes, sealTrust(rotatedTrust(before, key, key.madeAt), [root, key])];
    }
  }
  return envelopes;
}

/** Who signs the version that follows. @throws GhostError integrity_broken */
export function rootOf({ trust }: TrustVersion, keys: readonly EvidenceSigningKey[]): EvidenceSigningKey {
  const root = keys.find(({ keyId }) => trust.roots.keys.some((each) => each.keyId === keyId));
  if (root === undefined) throw broken('the key that signs the next version of the trust file is gone');
  return root;
}

function versionsOf(envelopes: readonly Envelope[]): TrustVersions {
  const read = readTrustFile(trustFileBytes(envelopes));
  if (read.kind === 'read') return read.versions;
  throw new TypeError(`what was just signed is not a trust file: ${read.problem}`);
}
