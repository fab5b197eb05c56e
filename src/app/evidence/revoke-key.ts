import { fail } from '../../core/errors.ts';
import { revokedTrust } from '../../core/evidence/trust/next-trust.ts';
import {
  newestVersion,
  readTrustFile,
  sealTrust,
  trustFileBytes,
} from '../../core/evidence/trust/trust-file.ts';
import type { Needs } from '../needs.ts';
import { keepTrust, rootOf } from './keep-trust.ts';

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
  needs: Pick<Needs, 'evidenceSigner' | 'trust' | 'sightings' | 'clock'>,
  { key, since }: RevokeRequest,
): Promise<{ readonly keyId: string; readonly version: number }> {
  // Each turn means that somebody else has added a version meanwhile.
  for (;;) {
    const { bytes, versions } = await keepTrust(needs);
    const read = readTrustFile(bytes);
    const newest = newestVersion(versions);
    const [found, ...more] = newest.trust.keys.filter(({ keyId }) => keyId.startsWith(key));
    if (found === undefined || more.length > 0 || read.kind === 'broken')
      throw fail('input_invalid', {
        where: 'key',
        problem: `${key} is not the id of one key of the trust file`,
      });
    const root = rootOf(newest, await needs.evidenceSigner.keys());
    const next = revokedTrust(newest, found.keyId, { since, at: needs.clock.now() });
    const after = trustFileBytes([...read.envelopes, sealTrust(next, [root])]);
    if ((await needs.trust.write(after, { after: bytes })) === 'written')
      return { keyId: found.keyId, version: next.version };
  }
}
