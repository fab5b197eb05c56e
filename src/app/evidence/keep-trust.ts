import { fail } from '../../core/errors.ts';
import type { Envelope } from '../../core/evidence/dsse.ts';
import { firstTrust, rotatedTrust } from '../../core/evidence/trust/next-trust.ts';
import {
  newestVersion,
  readTrustFile,
  sealTrust,
  type TrustVersions,
  trustFileBytes,
} from '../../core/evidence/trust/trust-file.ts';
import type { EvidenceSigningKey } from '../../ports/evidence-signer.ts';
import type { Needs } from '../needs.ts';

export interface KeptTrust {
  readonly bytes: Uint8Array;
  readonly versions: TrustVersions;
}

type TrustNeeds = Pick<Needs, 'evidenceSigner' | 'trust'>;

/**
 * The trust file, with every key that signs: one version for the first key, and one more for each that followed it, signed by the
 * key before it. What is added follows from the keys alone, so that two who add it at the same time write the same bytes.
 * @throws GhostError integrity_broken for a file that nobody of ours wrote; it is never written over
 */
export async function keepTrust(needs: TrustNeeds): Promise<KeptTrust> {
  const stored = await needs.trust.read();
  const read = stored === null ? null : readTrustFile(stored);
  if (read?.kind === 'broken') throw fail('integrity_broken', { problem: `the trust file: ${read.problem}` });
  const keys = (await needs.evidenceSigner.keys()).toReversed();
  const envelopes = withKeys(read?.envelopes ?? [], keys, needs.trust.installation);
  const bytes = trustFileBytes(envelopes);
  if (stored === null || envelopes.length > (read?.envelopes.length ?? 0)) await needs.trust.write(bytes);
  return {
    bytes,
    versions:
      read !== null && read.envelopes.length === envelopes.length ? read.versions : versionsOf(envelopes),
  };
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
      const root = keys.find(({ keyId }) => before.trust.roots.keys.some((each) => each.keyId === keyId));
      if (root === undefined)
        throw fail('integrity_broken', {
          problem: 'the key that signs the next version of the trust file is gone',
        });
      envelopes = [...envelopes, sealTrust(rotatedTrust(before, key, key.madeAt), [root, key])];
    }
  }
  return envelopes;
}

function versionsOf(envelopes: readonly Envelope[]): TrustVersions {
  const read = readTrustFile(trustFileBytes(envelopes));
  if (read.kind === 'read') return read.versions;
  throw new TypeError(`what was just signed is not a trust file: ${read.problem}`);
}
