import { fail } from '../../core/errors.ts';
import { revokedTrust } from '../../core/evidence/trust/next-trust.ts';
import {
  newestVersion,
  readTrustFile,
  sealTrust,
  trustFileBytes,
} from '../../core/evidence/trust/trust-file.ts';
import type { Needs } from '../needs.ts';
import { keepTrust } from './keep-trust.ts';

export interface RevokeRequest {
  /** Its id, or the beginning of it. */
  readonly key: string;
  /** From when on nothing that it signed counts, milliseconds since 1970. */
  readonly since: number;
}

/**
 * Another version of the trust file, in which the key's word counts for nothing from a moment on.
 * @throws GhostError input_invalid, integrity_broken
 */
export async function revokeKey(
  needs: Pick<Needs, 'evidenceSigner' | 'trust' | 'clock'>,
  { key, since }: RevokeRequest,
): Promise<{ readonly keyId: string; readonly version: number }> {
  const { bytes, versions } = await keepTrust(needs);
  const read = readTrustFile(bytes);
  const newest = newestVersion(versions);
  const [found, ...more] = newest.trust.keys.filter(({ keyId }) => keyId.startsWith(key));
  if (found === undefined || more.length > 0 || read.kind === 'broken')
    throw fail('input_invalid', {
      where: 'key',
      problem: `${key} is not the id of one key of the trust file`,
    });
  const signers = await needs.evidenceSigner.keys();
  const root = signers.find(({ keyId }) => newest.trust.roots.keys.some((each) => each.keyId === keyId));
  if (root === undefined)
    throw fail('integrity_broken', {
      problem: 'the key that signs the next version of the trust file is gone',
    });
  const next = revokedTrust(newest, found.keyId, { since, at: needs.clock.now() });
  await needs.trust.write(trustFileBytes([...read.envelopes, sealTrust(next, [root])]));
  return { keyId: found.keyId, version: next.version };
}
