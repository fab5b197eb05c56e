import type { Sha256 } from '../core/digest.ts';

/** Signs evidence and commits with the installation's own Ed25519 key. */
export interface EvidenceSigner {
  /** The key that signs from now on: another one after a rotation. */
  newest(): Promise<EvidenceSigningKey>;
  /** Every key that this installation has signed with, newest first. */
  keys(): Promise<readonly EvidenceSigningKey[]>;
  /** A new key signs from now on; what the ones before it have signed stays signed by them. */
  rotate(): Promise<EvidenceKey>;
}

export interface EvidenceKey {
  /** SHA-256 of its SubjectPublicKeyInfo in DER. */
  readonly keyId: Sha256;
  /** Its own 32 bytes. */
  readonly publicKey: Uint8Array;
  /** When it was made, milliseconds since 1970; another clock than the ledger's may have told it. */
  readonly madeAt: number;
}

export interface EvidenceSigningKey extends EvidenceKey {
  /** The same bytes always have the same signature (RFC 8032). */
  sign(bytes: Uint8Array): Uint8Array;
}
