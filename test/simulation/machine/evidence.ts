import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Needs } from '../../../src/app/needs.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { firstTrust } from '../../../src/core/evidence/trust/next-trust.ts';
import { sealTrust, trustFileBytes } from '../../../src/core/evidence/trust/trust-file.ts';
import type { EvidenceSigningKey } from '../../../src/ports/evidence-signer.ts';
import type { Actor } from '../engine/actor.ts';

/** Ed25519 in PKCS #8 (RFC 8410), with a seed of zeros: a schedule has to give the same bytes each time. */
const PRIVATE = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32)]),
  format: 'der',
  type: 'pkcs8',
});
const SPKI = createPublicKey(PRIVATE).export({ type: 'spki', format: 'der' });

const KEY: EvidenceSigningKey = {
  keyId: sha256(SPKI),
  publicKey: SPKI.subarray(-32),
  madeAt: 0,
  sign: (bytes) => sign(null, bytes, PRIVATE),
};
const INSTALLATION = 'simulated';
const TRUST = trustFileBytes([sealTrust(firstTrust(INSTALLATION, KEY, KEY.madeAt), [KEY])]);

/** The installation's key, which never changes, and a folder on the disk of this machine. */
export function evidenceOf(actor: Actor): Pick<Needs, 'evidence' | 'evidenceSigner' | 'trust' | 'sightings'> {
  return {
    evidenceSigner: {
      newest: () => Promise.resolve(KEY),
      keys: () => Promise.resolve([KEY]),
      rotate: () => Promise.resolve(KEY),
    },
    evidence: {
      keep: (_, bundle) => actor.perform({ point: 'evidence.keep', apply: () => sha256(bundle) }),
      read: () => Promise.resolve(null),
    },
    trust: {
      installation: INSTALLATION,
      read: () => Promise.resolve(TRUST),
      write: () => Promise.reject(new Error('its one key is in it already')),
    },
    sightings: {
      find: () =>
        Promise.resolve({ trust: null, checkpoint: null, published: null, origin: null, verified: null }),
      keep: () => Promise.resolve(),
    },
  };
}
