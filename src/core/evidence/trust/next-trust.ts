import type { Sha256 } from '../../digest.ts';
import { keyIdOf } from '../ed25519.ts';
import type { NamedKey, Trust, TrustedKey } from './trust.ts';
import type { TrustVersion } from './trust-file.ts';

export interface Signer {
  readonly publicKey: Uint8Array;
}

/** The first version: one key that signs everything, from the beginning on, the next version included. */
export function firstTrust(installation: string, { publicKey }: Signer, at: number): Trust {
  const key = namedKey(publicKey);
  return {
    ...{ version: 1, installation, previous: null, madeAt: inUtc(at) },
    roots: { threshold: 1, keys: [key] },
    keys: [{ ...key, workspaces: null, from: null, until: null, revoked: null }],
  };
}

/** Another key signs from now on. Those that signed until now have signed, and sign no more; it is the only root. */
export function rotatedTrust(before: TrustVersion, { publicKey }: Signer, at: number): Trust {
  const key = namedKey(publicKey);
  const now = inUtc(at);
  return {
    ...following(before, at),
    roots: { threshold: 1, keys: [key] },
    keys: [
      ...before.trust.keys.map((each) => ({ ...each, until: each.until ?? now })),
      { ...key, workspaces: null, from: now, until: null, revoked: null },
    ],
  };
}

/** What the key signed from `since` on is nobody's word. */
export function revokedTrust(
  before: TrustVersion,
  keyId: Sha256,
  times: { readonly since: number; readonly at: number },
): Trust {
  const revoke = (key: TrustedKey): TrustedKey =>
    key.keyId === keyId ? { ...key, revoked: inUtc(times.since) } : key;
  return { ...following(before, times.at), keys: before.trust.keys.map(revoke) };
}

function following({ trust, digest }: TrustVersion, at: number): Trust {
  return { ...trust, version: trust.version + 1, previous: digest, madeAt: inUtc(at) };
}

function namedKey(publicKey: Uint8Array): NamedKey {
  return { keyId: keyIdOf(publicKey), publicKey: Buffer.from(publicKey).toString('base64') };
}

function inUtc(at: number): string {
  return new Date(at).toISOString();
}
